#!/usr/bin/env bash
# The Fabric CLI logs in as the service principal and lists its workspaces. It keeps Microsoft's names, so it needs a proxy.
#
#     tests/clients/fabric_cli_sim.sh FAB      # with the settings of a served tenant and HTTPS_PROXY in the environment
set -u
fab=$1
HOME=$(mktemp -d)
export HOME
trap 'rm -rf "$HOME"' EXIT

told() { if "$@" >"$HOME/out" 2>&1; then return 0; else cat "$HOME/out"; return 1; fi; }

told "$fab" config set encryption_fallback_enabled true &&
  told "$fab" auth login -u "$AZURE_CLIENT_ID" -p "$AZURE_CLIENT_SECRET" --tenant "$AZURE_TENANT_ID" &&
  echo "ok Fabric CLI: client secret" || echo "FAILED Fabric CLI: client secret"
told "$fab" ls && grep -q 'Sales embed\.Workspace' "$HOME/out" &&
  echo "ok Fabric CLI: workspaces" || echo "FAILED Fabric CLI: workspaces"
