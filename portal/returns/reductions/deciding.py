"""Deciding on an objection: somebody else than who reduced it, if there is anybody. Lock the return first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.audit import Actor, Event
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.people.models import User
from portal.people.roles import Permission, Role, may
from portal.returns.notifying import notify
from portal.returns.pieces import AnyItem
from portal.returns.reductions.models import Off, Reduction, ReductionState
from portal.returns.reductions.proposing import put, settled, step_to, units_of, withdraw, worked_out
from portal.returns.words import checked

EVENTS = {"uphold": Event.REDUCTION_UPHELD, "change": Event.REDUCTION_CHANGED}


@dataclass(frozen=True)
class Decision:
    """`event`: uphold, change (then `off` is what is taken off instead) or withdraw; `answer`: why."""

    event: str
    answer: str
    off: Off | None = None


def decide(reduction: Reduction, made: Decision, by: Actor) -> None:
    """Answer the shopper's objection; they are mailed, and the units can be refunded.

    Raises Refusal without an answer, for whoever reduced it unless nobody else could decide, and for a change
    that takes off no less than before; Conflict when it was decided otherwise.
    """
    answer = checked(made.answer, "answer")
    if not answer:
        raise Refusal(say("Say why. The shopper reads it, too."), "answer")
    if made.event == "withdraw":
        return withdraw(reduction, answer, by)
    if made.event not in EVENTS:
        raise Refusal(say("Choose what becomes of it."), "way")
    before = step_to(reduction, made.event)
    reduction.alone = must_be_another(reduction, by)
    reduction.answer, reduction.decided_by = answer, by.id
    if reduction.state is ReductionState.CHANGED:
        _change(reduction, units_of(reduction), made.off)
    cause = settled(reduction, EVENTS[made.event], before, by)
    notify(reduction.return_, f"reduction_{reduction.state.value}", reduction.id, cause)
    return None


def must_be_another(reduction: Reduction, by: Actor) -> bool:
    """Whether it is the same person as who reduced it, because nobody else could. Raises Refusal."""
    if reduction.made_by != by.id:
        return False
    if not is_alone(reduction.made_by):
        raise Refusal(say("You have reduced it. Somebody else decides on the objection."))
    return True


def is_alone(person: uuid.UUID) -> bool:
    """Whether nobody else of the staff may decide; who was only invited does not count."""
    entitled = [role for role in Role if may(role, Permission.DECIDE_RETURNS)]
    others = sa.select(User.id).where(User.tenant_id == here(), User.id != person, User.active)
    others = others.where(User.role.in_(entitled), User.password_hash.is_not(None))
    return session.scalar(others.limit(1)) is None


def _change(reduction: Reduction, items: Sequence[AnyItem], off: Off | None) -> None:
    each = worked_out(reduction.return_, items, off) if off else []
    if not 0 < sum(each) < reduction.total:
        raise Refusal(say("Take off less than before, or uphold it as it is."), "off")
    assert off
    reduction.points, reduction.amount, reduction.total = off.points, off.amount, sum(each)
    put(reduction.return_, items, each)
