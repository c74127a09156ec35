"""What the Python clients have in common: settings, the list of workspaces and the count of what went well."""

import os
import sys

import requests

WORKSPACE = "Sales embed"
RESOURCE = "https://analysis.windows.net/powerbi/api"
SCOPE = f"{RESOURCE}/.default"


def setting(name):
    value = os.environ.get(name)
    if not value:
        sys.exit(f"{name} is not set: this wants the environment that `pbiauth sim` prints")
    return value


def text_of(name):
    with open(setting(name), encoding="utf-8") as file:
        return file.read()


def authority():
    return f"{setting('AZURE_AUTHORITY_HOST')}/{setting('AZURE_TENANT_ID')}"


def see_workspace(access_token):
    """Raises unless the token shows the healthy tenant's workspace."""
    reply = requests.get(
        f"{setting('PBIAUTH_API_URL')}/v1.0/myorg/groups",
        headers={"Authorization": f"Bearer {access_token}"},
        timeout=30,
    )
    if reply.status_code != 200:
        reason = reply.headers.get("X-PowerBI-Error-Info", "no reason given")
        raise RuntimeError(f"listing the workspaces: {reply.status_code}, {reason}")
    names = [workspace["name"] for workspace in reply.json()["value"]]
    if WORKSPACE not in names:
        raise RuntimeError(f'the workspace "{WORKSPACE}" is not in the list: {names}')


def run(client, cases):
    """Runs each case, a function that returns an access token, and ends the process."""
    failed = 0
    for name, case in cases.items():
        try:
            see_workspace(case())
            print(f"ok {client}: {name}")
        except Exception as error:  # whatever a client raises is a failure of this case alone
            failed += 1
            print(f"FAILED {client}: {name}: {error!r}")
    sys.exit(1 if failed else 0)
