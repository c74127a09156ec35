"""MSAL for Python against the served simulated tenant.

Wants `msal` and `requests` and nothing but the environment that `pbiauth sim` prints:

    pbiauth sim --env-out sim.env &          # wait for the line READY
    set -a; . ./sim.env; set +a
    python3 tests/clients/msal_sim.py

Exits with 0 when a token was issued and the healthy tenant's workspace is in the list, and with 1 and one line on
standard error otherwise. Both libraries find the CA by REQUESTS_CA_BUNDLE.
"""

import os
import sys

import msal
import requests

WORKSPACE = "Sales embed"
SCOPE = "https://analysis.windows.net/powerbi/api/.default"


def setting(name):
    value = os.environ.get(name)
    if not value:
        sys.exit(f"{name} is not set: this wants the environment that `pbiauth sim` prints")
    return value


def token():
    application = msal.ConfidentialClientApplication(
        setting("AZURE_CLIENT_ID"),
        client_credential=setting("AZURE_CLIENT_SECRET"),
        authority=f"{setting('AZURE_AUTHORITY_HOST')}/{setting('AZURE_TENANT_ID')}",
        # Otherwise MSAL first asks Microsoft whether it knows this host.
        instance_discovery=False,
    )
    result = application.acquire_token_for_client(scopes=[SCOPE])
    if "access_token" not in result:
        sys.exit(f"no token: {result.get('error')}: {result.get('error_description')}")
    return result["access_token"]


def workspaces(access_token):
    reply = requests.get(
        f"{setting('PBIAUTH_API_URL')}/v1.0/myorg/groups",
        headers={"Authorization": f"Bearer {access_token}"},
        timeout=30,
    )
    if reply.status_code != 200:
        reason = reply.headers.get("X-PowerBI-Error-Info", "no reason given")
        sys.exit(f"listing the workspaces: {reply.status_code}, {reason}")
    return [workspace["name"] for workspace in reply.json()["value"]]


def main():
    setting("REQUESTS_CA_BUNDLE")
    try:
        names = workspaces(token())
    except requests.RequestException as error:
        sys.exit(f"no answer: {error}")
    if WORKSPACE not in names:
        sys.exit(f"the workspace \"{WORKSPACE}\" is not in the list: {names}")
    print(f"MSAL got a token and listed {len(names)} workspaces")


if __name__ == "__main__":
    main()
