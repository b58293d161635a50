"""Submitting a draft: the claim is taken, the return gets its number, and the rules decide."""

import uuid
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm.attributes import set_committed_value

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.audit.actors import SYSTEM
from portal.db import session
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import rma_number
from portal.policies import Answer, Verdict
from portal.policies.verdicts import dump_verdict
from portal.returns.claiming import births, claim
from portal.returns.deciding import authorize
from portal.returns.drafting import missing_step, must_be_draft
from portal.returns.exchanges import holding
from portal.returns.gifting import must_be_proven
from portal.returns.judging import judged, kept_lines
from portal.returns.keeping import keep_small
from portal.returns.lifecycle import RETURN, step
from portal.returns.models import Return
from portal.returns.notifying import notify
from portal.returns.sending import found, sending_of, shipping_for
from portal.returns.standing import place
from portal.together import together


@together()
def submit(draft: Return, quoted: int, zone: str, by: Actor) -> None:
    """Turn the draft into a requested return, and authorize it at once where the rules allow.

    Lock the draft. `quoted` is what the shopper was shown, in minor units. Raises Conflict when units are
    gone, or what they are exchanged for is sold out; Refusal when something is missing or may no longer go
    back.
    """
    must_be_draft(draft)
    if missing_step(draft):
        raise Refusal(say("Answer every step first."), "steps")
    must_be_proven(draft)
    verdicts = judged(draft, zone)
    _keep_verdicts(draft, verdicts)
    session.flush()
    units = claim(draft)
    _number(draft, quoted)
    draft.made_by_id = by.id if by.kind == "person" else None
    before, draft.state = draft.state, step(RETURN, draft.state, "submit")
    session.expire(draft, ["items"])
    set_committed_value(draft, "parcels", [])
    cause = _tell(draft, before.value, births(units), by)
    holding.ask(draft, by)
    if needs_person(draft):
        assert draft.requested_at
        draft.answer_by = draft.requested_at + timedelta(days=draft.policy.policy.authorization.days)
        notify(draft, "requested", cause=cause)
        place(draft, units)
        return
    kept = kept_lines(draft, verdicts)
    authorize(draft, by=SYSTEM, kept=kept, units=units)
    if kept:
        keep_small(draft, kept, SYSTEM)


def _keep_verdicts(draft: Return, verdicts: dict[int, Verdict]) -> None:
    """How it comes back stands with the first line of which anything does."""
    kept, way = kept_lines(draft, verdicts), found(draft)
    for line in sorted(draft.lines, key=lambda line: line.order_line.position):
        verdict = verdicts[line.order_line.position]
        if verdict.answer is Answer.NO:
            raise Refusal(verdict.why[0].text, str(line.order_line_id))
        if way and line.id not in kept:
            verdict, way = replace(verdict, findings=(*verdict.findings, way)), None
        line.stored_verdict = dump_verdict(verdict)


def _number(draft: Return, quoted: int) -> None:
    """Give it a number, one of 2^40; the unique index sees to the rest. Pin what the way back costs."""
    draft.number, draft.quoted, draft.requested_at = rma_number(), quoted, clock.now()
    draft.sending, draft.return_shipping = sending_of(draft), shipping_for(draft)


def needs_person(return_: Return) -> bool:
    """Whether a verdict or a reason asks for a person."""
    policy = return_.policy.policy
    return any(
        (line.verdict and line.verdict.answer is Answer.REVIEW)
        or ((reason := policy.reason(line.reason or "")) and reason.review)
        for line in return_.lines
    )


def _tell(return_: Return, before: str, units: list[Change], by: Actor) -> uuid.UUID:
    changes = [Change("return", return_.id, before, return_.state.value), *units]
    made = exceptions_in(return_)
    data = {"overrides": made} if made else {}
    return record(return_, Event.RETURN_REQUESTED, by, changes, policy_version=return_.policy.no, **data)[0]


def exceptions_in(return_: Return) -> list[str]:
    """The ids of the overrides that its verdicts stand on, each once."""
    findings = [finding for line in return_.lines if line.verdict for finding in line.verdict.findings]
    named = [finding.inputs.get(key) for finding in findings for key in ("override", "extension")]
    return list(dict.fromkeys(id for id in named if id))
