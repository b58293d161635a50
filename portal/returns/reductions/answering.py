"""What the shopper says to a reduction, or that they said nothing in time. Lock the return first."""

from datetime import timedelta

from portal import clock
from portal.audit import Actor, Event
from portal.errors import Refusal
from portal.i18n import say
from portal.returns.reductions.models import Reduction, ReductionState
from portal.returns.reductions.proposing import settled, step_to
from portal.returns.words import checked


def accept(reduction: Reduction, by: Actor) -> None:
    """The shopper agrees: its units can be refunded. Repeating it is no error.

    Raises Conflict when it was objected to, decided or withdrawn.
    """
    if reduction.state is ReductionState.ACCEPTED:
        return
    before = step_to(reduction, "accept")
    settled(reduction, Event.REDUCTION_ACCEPTED, before, by)


def object_to(reduction: Reduction, text: str, by: Actor) -> None:
    """The shopper disagrees: somebody decides, by the day that the policy says.

    Raises Refusal without a word on why, Conflict when it is not the shopper's turn any more.
    """
    text = checked(text, "objection")
    if not text:
        raise Refusal(say("Say why you see it differently."), "objection")
    before = step_to(reduction, "object")
    days = reduction.return_.policy.policy.reductions.decide_days
    reduction.objection, reduction.objected_at = text, clock.now()
    reduction.decide_by = reduction.objected_at + timedelta(days=days)
    settled(reduction, Event.REDUCTION_OBJECTED, before, by)


def lapse(reduction: Reduction, by: Actor) -> None:
    """The time to answer is over: silence counts as agreement. Does nothing before that, or once answered."""
    if reduction.state is not ReductionState.PROPOSED or clock.now() < reduction.answer_by:
        return
    before = step_to(reduction, "lapse")
    settled(reduction, Event.REDUCTION_LAPSED, before, by)
