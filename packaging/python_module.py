"""Tests of the module in the wheel, as somebody uses it who installed it."""

import inspect
import os
import sys
from pathlib import Path

import pbiauth

SECRET = "abc8Q~this-is-a-made-up-value-of-a-secret0"
EXPIRED = f"AADSTS7000222: The provided client secret keys are expired. client_secret={SECRET}"

report = pbiauth.diagnose(EXPIRED)
assert report.outcome == "problem" and report.exit == 1 and report.schema == "pbiauth.report/1"
assert report.first is not None and report.first.cause == "client-secret-expired"
assert report.first.confidence in ("certain", "likely", "possible")
assert report.first.fix and report.first.fix[0].by and report.first.because[0].at
assert report.raw["diagnoses"][0]["cause"] == report.first.cause
assert SECRET not in repr(report.raw), "a secret came back"

nothing = pbiauth.diagnose("The nightly build passed. ✓ \udcff")
assert nothing.outcome == "healthy" and nothing.first is None and nothing.exit == 0

denied = 'GET https://api.powerbi.com/v1.0/myorg/groups -> 401 {"error":{"code":"PowerBINotAuthorizedException"}}'
fact = {"claims.principal": "user"}
assert pbiauth.diagnose(denied, facts=fact).diagnoses != pbiauth.diagnose(denied).diagnoses

clean = pbiauth.redact(EXPIRED)
assert SECRET not in clean and "AADSTS7000222" in clean

try:
    pbiauth.diagnose(EXPIRED, facts={"no.such.path": 1})
except pbiauth.PbiauthError as error:
    assert "no.such.path" in str(error) and SECRET not in str(error)
else:
    sys.exit("an unknown fact was taken")

os.environ["PBIAUTH_BINARY"] = "/no/such/file"
try:
    pbiauth.version()
except pbiauth.PbiauthError as error:
    assert "/no/such/file" in str(error)
else:
    sys.exit("a binary that isn't there was run")
del os.environ["PBIAUTH_BINARY"]
assert pbiauth.version()[0].isdigit()

package = Path(pbiauth.__file__).parent
assert (package / "py.typed").exists()
assert inspect.get_annotations(pbiauth.diagnose)["return"] == "Report"
