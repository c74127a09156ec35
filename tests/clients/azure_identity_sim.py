"""azure-identity for Python against the served simulated tenant, with the environment that `pbiauth sim` prints.

Exits with 1 when a case failed.
"""

import os

from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    DeviceCodeCredential,
    EnvironmentCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from common import SCOPE, run, setting

# Otherwise it first asks Microsoft whether it knows this host.
HERE = {"disable_instance_discovery": True}


def caller():
    return setting("AZURE_TENANT_ID"), setting("AZURE_CLIENT_ID")


def token(credential):
    return credential.get_token(SCOPE).token


def secret():
    return token(ClientSecretCredential(*caller(), setting("AZURE_CLIENT_SECRET"), **HERE))


def certificate():
    return token(CertificateCredential(*caller(), setting("AZURE_CLIENT_CERTIFICATE_PATH"), **HERE))


def certificate_chain():
    path = setting("AZURE_CLIENT_CERTIFICATE_PATH")
    return token(CertificateCredential(*caller(), path, send_certificate_chain=True, **HERE))


def environment():
    return token(EnvironmentCredential(**HERE))


def workload_identity():
    return token(WorkloadIdentityCredential())


def device_code():
    tenant, client = caller()
    silent = {"prompt_callback": lambda *_: None}
    return token(DeviceCodeCredential(client, tenant_id=tenant, **silent, **HERE))


def app_service():
    return token(ManagedIdentityCredential())


def app_service_user_assigned():
    return token(ManagedIdentityCredential(client_id=setting("AZURE_CLIENT_ID")))


def metadata_service():
    # With both variables gone, the machine is an ordinary virtual one.
    kept = {name: os.environ.pop(name) for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER")}
    try:
        return token(ManagedIdentityCredential())
    finally:
        os.environ.update(kept)


WAYS = {
    "secret": secret,
    "certificate": certificate,
    "certificate with its chain": certificate_chain,
    "environment": environment,
    "workload identity": workload_identity,
    "device code": device_code,
    "managed identity of App Service": app_service,
    "user-assigned managed identity of App Service": app_service_user_assigned,
    "managed identity of a virtual machine": metadata_service,
}

if __name__ == "__main__":
    run("azure-identity for Python", WAYS)
