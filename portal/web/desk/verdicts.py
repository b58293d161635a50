"""Why units may go back, line by line, as they were judged when the return was requested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.i18n import Message, say
from portal.policies import Answer, Finding, Verdict
from portal.policies.rules import last_day
from portal.returns import Return, ReturnLine
from portal.returns.submitting import exceptions_in
from portal.views.exceptions import Exceptional, by_id
from portal.web.desk.forms import in_order

EXCEPTING = ("override", "extension")


@dataclass(frozen=True)
class Why:
    """A line's verdict with all its reasons. `until` is the last day to send it back, if it is known."""

    title: str
    answer: Answer
    findings: Sequence[Finding]
    version: int
    until: datetime | None
    exceptional: Sequence[Exceptional] = ()


def whys_of(return_: Return) -> list[Why]:
    made = by_id(return_.order_id) if exceptions_in(return_) else {}
    return [_why(return_, line, line.verdict, made) for line in in_order(return_) if line.verdict]


def _why(return_: Return, line: ReturnLine, verdict: Verdict, made: Mapping[str, Exceptional]) -> Why:
    """What the shopper's reason asks for stands beside what the rules found, and who decided against them."""
    reason = return_.policy.policy.reason(line.reason or "")
    findings = list(verdict.findings)
    if reason and reason.review and not any(finding.rule == "reason" for finding in findings):
        text = say("A person looks at every return with the reason “{reason}”.", reason=Message(reason.label))
        findings.append(Finding("reason", Answer.REVIEW, text))
    answers = {finding.answer for finding in findings}
    answer = next((a for a in (Answer.NO, Answer.REVIEW) if a in answers), Answer.YES)
    until = last_day(verdict.until) if verdict.until else None
    named = dict.fromkeys(f.inputs[name] for f in findings for name in EXCEPTING if name in f.inputs)
    exceptional = [made[id] for id in named if id in made]
    return Why(line.order_line.title, answer, findings, verdict.version, until, exceptional)
