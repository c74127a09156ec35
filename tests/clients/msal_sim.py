"""MSAL for Python against the served simulated tenant, with the environment that `pbiauth sim` prints:

    pbiauth sim --env-out sim.env &          # wait for the line READY
    set -a; . ./sim.env; set +a
    python3 tests/clients/msal_sim.py

MSAL finds the CA by REQUESTS_CA_BUNDLE. With `--real-names` the settings for Entra's and Power BI's own names are used:
there the password flow works too, for which MSAL asks the authority's host without its port. Exits with 1 when a case
failed.
"""

import sys

import msal
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from common import RESOURCE, SCOPE, authority, run, setting, text_of

# Otherwise MSAL first asks Microsoft whether it knows this host.
INSTANCE = {"instance_discovery": "--real-names" in sys.argv}


def confidential(credential):
    application = msal.ConfidentialClientApplication(
        setting("AZURE_CLIENT_ID"), client_credential=credential, authority=authority(), **INSTANCE
    )
    return token_of(application.acquire_token_for_client(scopes=[SCOPE]))


def token_of(result):
    if "access_token" not in result:
        raise RuntimeError(f"{result.get('error')}: {result.get('error_description')}")
    return result["access_token"]


def secret():
    return confidential(setting("AZURE_CLIENT_SECRET"))


def certificate():
    text = text_of("AZURE_CLIENT_CERTIFICATE_PATH")
    return confidential({"private_key": text, "public_certificate": text})


def thumbprint():
    text = text_of("AZURE_CLIENT_CERTIFICATE_PATH")
    sha1 = x509.load_pem_x509_certificate(text.encode()).fingerprint(hashes.SHA1()).hex()
    return confidential({"private_key": text, "thumbprint": sha1})


def assertion():
    return confidential({"client_assertion": lambda: text_of("AZURE_FEDERATED_TOKEN_FILE")})


def public():
    return msal.PublicClientApplication(setting("AZURE_CLIENT_ID"), authority=authority(), **INSTANCE)


def device_code():
    application = public()
    flow = application.initiate_device_flow(scopes=[f"{RESOURCE}/Workspace.Read.All"])
    if "user_code" not in flow:
        raise RuntimeError(str(flow))
    token_of(application.acquire_token_by_device_flow(flow))
    # The second time by the refresh token.
    [account] = application.get_accounts()
    renewed = application.acquire_token_silent([SCOPE], account, force_refresh=True)
    return token_of(renewed or {"error": "no token was renewed"})


def password():
    result = public().acquire_token_by_username_password(
        setting("AZURE_USERNAME"), setting("AZURE_PASSWORD"), scopes=[SCOPE]
    )
    return token_of(result)


WAYS = {
    "secret": secret,
    "certificate": certificate,
    "certificate by thumbprint": thumbprint,
    "federated token": assertion,
    "device code and refresh token": device_code,
}

if __name__ == "__main__":
    if "--real-names" in sys.argv:
        run("MSAL for Python, real names", {"secret": secret, "password": password})
    run("MSAL for Python", WAYS)
