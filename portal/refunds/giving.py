"""Goodwill: more than the shop owes, which an entitled person grants on a return, within a budget a month.

What is granted waits for the refund that is approved next, or is one by itself; approving it goes the ways of
every refund. All amounts in minor units of the return's currency.
"""

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Conflict, Refusal
from portal.i18n import Amount, say
from portal.policies import Resolution
from portal.refunds.goodwill import Goodwill, GoodwillReason, Waiver
from portal.refunds.limiting import hold_person, today
from portal.refunds.models import Refund
from portal.refunds.quoting import open_items, plan_for, sources_of
from portal.refunds.settling import settle
from portal.refunds.spendings import left
from portal.refunds.tendering import ToPayments
from portal.returns.deciding import reopen
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return
from portal.returns.standing import place
from portal.returns.words import checked

WHY = say("Say why.")


@dataclass(frozen=True)
class Gift:
    """What is to be granted: how much, why, and what else there is to say about it, for the staff."""

    amount: int
    reason: GoodwillReason
    note: str = ""


def grant(return_: Return, gift: Gift, by: Actor, budget: int, zone: str) -> Goodwill:
    """Grant it. Lock the return. `budget` is the most that a person may grant in a month, `zone` the shop's.

    A closed return is opened again. Raises Conflict where nothing can be; Refusal at `amount` above what the
    order has room for, or what the budget has left, and at `note` where that is needed or is no plain text.
    """
    if not grantable(return_):
        raise Conflict(say("Goodwill goes with money: this return has none to come."))
    note = noted(gift)
    must_fit(return_, gift.amount)
    month = draw(gift.amount, return_.currency, by, budget, zone)
    if return_.state is ReturnState.CLOSED:
        reopen(return_, "Goodwill", by)
    return _write(return_, gift, note, by, month)


def noted(gift: Gift) -> str:
    """The note as it is kept. Raises Refusal where it is no plain text, or needed and missing."""
    note = checked(gift.note, "note")
    if gift.reason is GoodwillReason.OTHER and not note:
        raise Refusal(WHY, "note")
    return note


def draw(amount: int, currency: str, by: Actor, budget: int, zone: str) -> date:
    """The month whose budget of this person the amount is taken from, by its first day. Locks the person.

    Raises Refusal at `amount` above what is left.
    """
    assert by.id
    hold_person(by)
    month = today(zone).replace(day=1)
    must_be_left(budget - granted_in(by.id, currency, month), amount, currency)
    return month


def grantable(return_: Return) -> bool:
    """Whether it is known that money or stored value goes back; an exchange settles its own."""
    exchanged = return_.resolution is Resolution.EXCHANGE
    return return_.state is not ReturnState.DRAFT and not return_.unasked and not exchanged


def must_fit(return_: Return, amount: int) -> None:
    """Raises Refusal for nothing, and for more than the order has room for."""
    if amount < 1:
        raise Refusal(say("Type an amount above zero."), "amount")
    if amount > (most := room_for(return_)):
        fits = Amount(most, return_.currency)
        raise Refusal(
            say("The order has room for {left} beside what is refunded anyway.", left=fits), "amount"
        )


def must_be_left(left: int, amount: int, currency: str) -> None:
    """Raises Refusal for more than is left of the budget."""
    if amount > left:
        most = Amount(max(left, 0), currency)
        raise Refusal(say("{left} of your goodwill for this month is left.", left=most), "amount")


def _write(return_: Return, gift: Gift, note: str, by: Actor, month: date) -> Goodwill:
    assert by.id
    granted = Goodwill(
        return_id=return_.id,
        amount=gift.amount,
        currency=return_.currency,
        reason=gift.reason,
        note=note,
        granted_by=by.id,
        granted_at=clock.now(),
        month=month,
    )
    session.add(granted)
    session.flush()
    return_.goodwill += gift.amount
    change = Change("goodwill", granted.id)
    record(return_, Event.GOODWILL_GRANTED, by, [change], amount=gift.amount, reason=gift.reason.value)
    place(return_)
    return granted


def room_for(return_: Return) -> int:
    """The most that could still be granted: what the order and, where money goes back to them, its payments
    have left beside all units that are still to be refunded and what is granted already."""
    order = return_.order
    owed = plan_for(return_, open_items(return_)).amount + return_.goodwill
    most = left(order)
    if return_.resolution is Resolution.ORIGINAL:
        most = min(most, ToPayments(sources_of(order)).room)
    return max(most - owed, 0)


def granted_in(person: uuid.UUID, currency: str, month: date) -> int:
    """What a person has granted or let go in a month and nobody took back."""
    kept = [_kept(kind, person, currency, month) for kind in (Goodwill, Waiver)]
    return int(session.scalar(sa.select(kept[0] + kept[1])) or 0)


def _kept(
    kind: type[Goodwill | Waiver], person: uuid.UUID, currency: str, month: date
) -> sa.ScalarSelect[int]:
    mine = (kind.tenant_id == here(), kind.granted_by == person, kind.month == month)
    kept = (kind.currency == currency, kind.withdrawn_at.is_(None))
    return sa.select(sa.func.coalesce(sa.func.sum(kind.amount), 0)).where(*mine, *kept).scalar_subquery()


def withdraw(return_: Return, by: Actor) -> None:
    """Take back what was granted on the return and no refund has yet. Lock the return. Repeating it is no
    error."""
    mine = (Goodwill.tenant_id == here(), Goodwill.return_id == return_.id, Goodwill.refund_id.is_(None))
    waiting = session.scalars(sa.select(Goodwill).where(*mine, Goodwill.withdrawn_at.is_(None))).all()
    for goodwill in waiting:
        goodwill.withdrawn_at = clock.now()
    if waiting:
        changes = [Change("goodwill", goodwill.id) for goodwill in waiting]
        record(return_, Event.GOODWILL_WITHDRAWN, by, changes, amount=return_.goodwill)
        return_.goodwill = 0
        place(return_)
        settle(return_, by)


def give(refund: Refund) -> None:
    """What waits is part of this refund from now on. Lock the return."""
    if refund.goodwill:
        mine = (Goodwill.return_id == refund.return_id, Goodwill.refund_id.is_(None))
        waiting = sa.update(Goodwill).where(*mine, Goodwill.withdrawn_at.is_(None))
        session.execute(waiting.values(refund_id=refund.id).execution_options(autoflush=False))
        refund.return_.goodwill = 0


def keep_back(refund: Refund) -> None:
    """The refund's approval is taken back: what was granted waits again."""
    if refund.goodwill:
        session.execute(sa.update(Goodwill).where(Goodwill.refund_id == refund.id).values(refund_id=None))
        refund.return_.goodwill += refund.goodwill
