"""A verdict answers whether units of an order line may go back, and carries every reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.i18n import Message, dump, load


class Answer(StrEnum):
    YES = "yes"
    REVIEW = "review"
    NO = "no"


@dataclass(frozen=True)
class Finding:
    """What one rule says: its answer, a sentence, what it looked at, and what one can do instead of a no."""

    rule: str
    answer: Answer
    text: Message
    inputs: Mapping[str, Any] = field(default_factory=dict)
    instead: Message | None = None


@dataclass(frozen=True)
class Verdict:
    """All findings under one policy version. `until` is the first moment that is too late, if known."""

    version: int
    findings: tuple[Finding, ...]
    until: datetime | None

    @property
    def answer(self) -> Answer:
        """The strictest of the findings."""
        answers = {f.answer for f in self.findings}
        return next((a for a in (Answer.NO, Answer.REVIEW) if a in answers), Answer.YES)

    @property
    def why(self) -> tuple[Finding, ...]:
        """The findings that made the answer what it is."""
        return tuple(f for f in self.findings if f.answer is self.answer)


def is_exception(finding: Finding) -> bool:
    """Whether it is what it is because somebody of the staff decided against the rules."""
    return bool({"override", "extension"} & finding.inputs.keys())


def dump_verdict(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON, to be kept with the return."""
    return {
        "version": verdict.version,
        "until": verdict.until.isoformat() if verdict.until else None,
        "findings": [_dump(f) for f in verdict.findings],
    }


def _dump(f: Finding) -> dict[str, Any]:
    instead = dump(f.instead) if f.instead else None
    return {
        "rule": f.rule,
        "answer": f.answer.value,
        "text": dump(f.text),
        "inputs": dict(f.inputs),
        "instead": instead,
    }


def load_verdict(data: Mapping[str, Any]) -> Verdict:
    until = datetime.fromisoformat(data["until"]) if data["until"] else None
    return Verdict(data["version"], tuple(_load(f) for f in data["findings"]), until)


def _load(f: Mapping[str, Any]) -> Finding:
    instead = load(f["instead"]) if f["instead"] else None
    return Finding(f["rule"], Answer(f["answer"]), load(f["text"]), f["inputs"], instead)
