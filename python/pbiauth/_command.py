"""Runs the command that comes with this module.

A process a call costs some 20 ms and keeps a fault of the one away from the other; the command's JSON is a stable form.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Mapping

from ._report import Report

_NAME = "pbiauth.exe" if os.name == "nt" else "pbiauth"
# Exit codes with a report: healthy, a problem, unexplained, incomplete.
_REPORTED = {0, 1, 3, 4}


class PbiauthError(Exception):
    """The command couldn't do what it was asked: its words, which hold no secret."""


def binary() -> str:
    """The path of the command: of this wheel, or `PBIAUTH_BINARY`."""
    named = os.environ.get("PBIAUTH_BINARY")
    if named:
        return named
    folders = [sysconfig.get_path("scripts"), str(Path(sys.prefix) / "bin")]
    user = sysconfig.get_preferred_scheme("user")
    folders.append(sysconfig.get_path("scripts", scheme=user))
    # With `pip install --target FOLDER`, it is in FOLDER/bin.
    folders.append(str(Path(__file__).resolve().parent.parent / "bin"))
    for folder in folders:
        path = Path(folder) / _NAME
        if path.is_file():
            return str(path)
    raise PbiauthError(
        f"the command {_NAME} isn't installed beside this module (looked in {', '.join(folders)}): "
        "install the wheel of your platform again, or set PBIAUTH_BINARY"
    )


def diagnose(text: str, *, facts: Mapping[str, Any] | None = None, timeout: float | None = 60) -> Report:
    """Diagnoses a failure: an error message, JSON, a log, a HAR file, a token or a bundle.

    `facts`: what else is known, evidence paths and values. Raises PbiauthError where the text or a fact can't be used,
    and subprocess.TimeoutExpired.
    """
    options = [f"--fact={path}={json.dumps(value)}" for path, value in (facts or {}).items()]
    done = _run(["diagnose", "--format", "json", *options, "-"], text, timeout)
    if done.returncode not in _REPORTED or not done.stdout:
        raise PbiauthError(_said(done))
    return Report._of(json.loads(done.stdout))


def redact(text: str, *, timeout: float | None = 60) -> str:
    """The text without tokens, secrets, passwords and people: the same value has the same alias within a call.

    What neither a name nor a form gives away, no program can know: look at it before you show it.
    """
    with tempfile.TemporaryDirectory(prefix="pbiauth-") as folder:
        copy = Path(folder) / "copy"
        done = _run(["bundle", "redact", "-", "--output", str(copy)], text, timeout)
        if done.returncode != 0:
            raise PbiauthError(_said(done))
        return copy.read_bytes().decode()


def version() -> str:
    """The command's version."""
    return _run(["--version"], "", 60).stdout.decode().split()[1]


def _run(arguments: list[str], text: str, timeout: float | None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [binary(), *arguments],
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except OSError as error:
        raise PbiauthError(f"the command can't be run: {error}") from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    said = done.stderr.decode(errors="replace").strip()
    return said or f"the command ended with exit code {done.returncode}"
