"""What a report says, as `pbiauth schema report` describes it. Members that a newer command adds are in `raw`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Mapping

Confidence = Literal["certain", "likely", "possible"]
Severity = Literal["error", "warning", "note"]
Outcome = Literal["healthy", "problem", "unexplained", "incomplete"]


@dataclass(frozen=True)
class Fact:
    """A fact that a diagnosis is based on."""

    at: str
    """Its path in the evidence."""
    value: Any
    """Its value; None where its absence counts."""
    origin: str
    """What it was read from: an exchange, a setting, a line."""


@dataclass(frozen=True)
class Fix:
    """A step of the remedy."""

    by: str
    """Who does it: developer, app owner, entra admin …"""
    where: str
    """Where. Empty where the step says it."""
    do: str
    """What."""
    run: str | None = None
    """A command that does or checks it."""


@dataclass(frozen=True)
class Question:
    """Something unknown that would decide."""

    at: str
    """Its path in the evidence: `diagnose(text, facts={path: value})` answers it."""
    how: str
    """Who looks where, or what shows it."""
    check: str | None = None
    """The check that answers it."""


@dataclass(frozen=True)
class Diagnosis:
    """A cause, and how sure it is: only `certain` excludes the alternatives."""

    cause: str
    area: str
    title: str
    confidence: Confidence
    severity: Severity
    owner: str
    because: tuple[Fact, ...]
    explain: str
    confirm: str
    fix: tuple[Fix, ...]
    would_decide: tuple[Question, ...]
    references: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def _of(cls, raw: Mapping[str, Any]) -> Diagnosis:
        return cls(
            cause=raw["cause"],
            area=raw["area"],
            title=raw["title"],
            confidence=raw["confidence"],
            severity=raw["severity"],
            owner=raw["owner"],
            because=tuple(Fact(fact["at"], fact["value"], fact["from"]) for fact in raw["because"]),
            explain=raw["explain"],
            confirm=raw["confirm"],
            fix=tuple(Fix(fix["by"], fix["where"], fix["do"], fix.get("run")) for fix in raw["fix"]),
            would_decide=tuple(Question(open["at"], open["how"], open.get("check")) for open in raw["would_decide"]),
            references=tuple(raw["references"]),
            raw=raw,
        )


@dataclass(frozen=True)
class Report:
    """A report: the ranked causes, the believed one first, and everything else in `raw`."""

    schema: str
    outcome: Outcome
    exit: int
    """The exit code that the command has for it: 0 healthy, 1 a problem, 3 unexplained, 4 incomplete."""
    diagnoses: tuple[Diagnosis, ...]
    notes: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)
    """The whole document."""

    @property
    def first(self) -> Diagnosis | None:
        """The believed cause. None where nothing was diagnosed."""
        return self.diagnoses[0] if self.diagnoses else None

    @classmethod
    def _of(cls, raw: Mapping[str, Any]) -> Report:
        return cls(
            schema=raw["schema"],
            outcome=raw["outcome"],
            exit=raw["exit"],
            diagnoses=tuple(Diagnosis._of(one) for one in raw["diagnoses"]),
            notes=tuple(raw["notes"]),
            raw=raw,
        )
