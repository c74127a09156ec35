"""Diagnoses authorization failures of Power BI: the same answers as the command `pbiauth`, which this module runs.

    >>> import pbiauth
    >>> report = pbiauth.diagnose("AADSTS7000222: The provided client secret keys are expired.")
    >>> report.diagnoses[0].cause, report.diagnoses[0].confidence
    ('client-secret-expired', 'certain')

Nothing is sent anywhere. A text goes to the command on its standard input, never in its arguments, and its answer is
redacted. The command is in the same wheel; `PBIAUTH_BINARY` names another one.
"""

from ._command import PbiauthError, diagnose, redact, version
from ._report import Diagnosis, Fact, Fix, Question, Report

__all__ = ["Diagnosis", "Fact", "Fix", "PbiauthError", "Question", "Report", "diagnose", "redact", "version"]
