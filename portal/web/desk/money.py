"""A refund's money line by line, as planned and as approved."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.i18n import Amount, Message, say
from portal.orders.models import Payment
from portal.policies import Sending, TenderOrder
from portal.policies.promises import WAY_BACK
from portal.refunds.credit_notes import CreditNote
from portal.refunds.lifecycle import Destination
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.planning import Plan
from portal.refunds.progress import Progress, progress_of
from portal.refunds.quoting import STORED_VALUE
from portal.refunds.routing import by_hand
from portal.refunds.tendering import Leg
from portal.returns import Return
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.web.desk.wording import payment_name

Row = tuple[str, Message | str, Message | str, int]  # kind, text, hint, amount in minor units


FOUND = say("Less for what was found")
GOODWILL = say("Goodwill")


def units(n: int) -> Message:
    return say("1 unit") if n == 1 else say("{n} units", n=n)


def plan_lines(return_: Return, plan: Plan | None) -> list[Row]:
    """From what was paid for the units to what the plan comes to; all of it adds up."""
    if plan is None:
        return []
    tax = sum(sum(part.taxes.values()) for part in plan.parts)
    rows = _units(len(plan.parts), sum(p.money.gross for p in plan.parts), tax, return_.currency)
    rows += _less(FOUND, sum(p.reduction for p in plan.parts))
    rows += _less(_fee_name(plan), plan.fees, "")
    rows += _less(_way_back(return_), plan.shipping, say("once for each return"))
    rows += _less(say("No longer refundable"), sum(p.cut for p in plan.parts), say("the order's bound"))
    rows += _more(say("Delivery"), plan.delivery.gross)
    return rows + _more(GOODWILL, plan.goodwill)


def _way_back(return_: Return) -> Message:
    return WAY_BACK[return_.sending or Sending.LABEL]


def _units(n: int, amount: int, tax: int, currency: str) -> list[Row]:
    """Nothing where a refund is for no units, but all of it goodwill."""
    inside = say("{tax} tax goes back", tax=Amount(tax, currency)) if tax else ""
    return [("", units(n), inside, amount)] if n else []


def _less(text: Message, amount: int, hint: Message | str = "") -> list[Row]:
    return [("", text, hint, -amount)] if amount else []


def _more(text: Message, amount: int) -> list[Row]:
    return [("", text, "", amount)] if amount else []


def _fee_name(plan: Plan) -> Message:
    label = next((part.fee_terms.label for part in plan.parts if part.fee), "")
    return say("Fee: {label}", label=Message(label)) if label else say("Restocking fee")


@dataclass(frozen=True)
class Goal:
    """Where money goes, and how much."""

    name: Message | str
    hint: Message | str
    amount: int


def goes_to(return_: Return, plan: Plan | None) -> list[Goal]:
    """A goal for each leg of the plan, and what the shop adds to a credit."""
    if plan is None:
        return []
    payments = {payment.id: payment for payment in return_.order.payments}
    goals = [_goal(return_, payments.get(leg.payment) if leg.payment else None, leg) for leg in plan.legs]
    extra = [Goal(say("Bonus on the credit"), say("at the shop's expense"), plan.bonus)] if plan.bonus else []
    return goals + extra


def _goal(return_: Return, payment: Payment | None, leg: Leg) -> Goal:
    name = payment_name(payment, leg.to)
    if payment is None:
        return Goal(name, return_.email, leg.amount)
    return Goal(name, _hint(return_, payment, leg), leg.amount)


def _hint(return_: Return, payment: Payment, leg: Leg) -> Message | str:
    if leg.to is not Destination.PAYMENT:
        return say("issued here, so it is filled again")
    if by_hand(payment):
        return say("transferred by hand")
    first = return_.policy.policy.tender_order is TenderOrder.STORED_VALUE_FIRST
    return say("filled first") if first and payment.kind in STORED_VALUE else ""


@dataclass(frozen=True)
class Trade:
    """What the refund comes to beside the price of another article; `total` is what changes hands."""

    rows: Sequence[Row]
    name: Message
    total: int
    told: Message | None


def trade_of(plan: Plan | None, exchange: Exchange | None, currency: str) -> Trade | None:
    """Its price or what is left to pay of it, what of this refund counts for it, and what is paid on top or
    goes back."""
    if plan is None or plan.value is None or exchange is None or exchange.state is ExchangeState.ENDED:
        return None
    counts, left = plan.value - plan.owed, bool(exchange.value) and plan.value != exchange.value
    part = say("still to be paid for it") if left else ""
    rows: list[Row] = [("", say("The other article"), part, plan.value)]
    rows += _less(say("This refund counts for it"), counts)
    if plan.owed > 0:
        told = say("The shopper pays {amount} on top.", amount=Amount(plan.owed, currency))
        return Trade(rows, say("The shopper pays on top"), plan.owed, told)
    return Trade(rows, say("The shopper gets back"), plan.amount - counts, None)


@dataclass(frozen=True)
class Done:
    """A refund that was approved: its lines, its legs with their names, and its papers."""

    refund: Refund
    rows: Sequence[Row]
    legs: Sequence[tuple[RefundLeg, Message | str]]
    credit_notes: Sequence[CreditNote]
    progress: Progress


def done_lines(refund: Refund, return_: Return, notes: Sequence[CreditNote]) -> Done:
    tax = sum(sum(part.taxes.values()) for part in refund.parts)
    reduced, cut = (sum(getattr(part, name) for part in refund.parts) for name in ("reduction", "cut"))
    value = sum(part.net for part in refund.parts) + tax + reduced + cut
    rows = _units(len(refund.parts), value, tax, refund.currency)
    rows += _less(FOUND, reduced) + _less(say("No longer refundable"), cut, say("the order's bound"))
    rows += _less(say("Restocking fee"), sum(part.fee for part in refund.parts))
    rows += _less(_way_back(return_), refund.shipping)
    rows += _more(say("Delivery"), refund.delivery + sum(refund.delivery_taxes.values()))
    rows += _more(GOODWILL, refund.goodwill)
    payments = {payment.id: payment for payment in return_.order.payments}
    named = [
        (leg, payment_name(payments[leg.payment_id] if leg.payment_id else None, leg.destination))
        for leg in refund.legs
    ]
    papers = [note for note in notes if note.refund_id == refund.id]
    return Done(refund, rows, named, papers, progress_of(refund))
