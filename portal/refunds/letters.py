"""What the mails about a refund say."""

import uuid
from collections.abc import Iterable, Sequence

from portal.db import find
from portal.i18n import Amount, Message, say
from portal.notices import Letter, Line, letter
from portal.refunds.bank_accounts.telling import account_told
from portal.refunds.explaining import Explanation, Taken, explain
from portal.refunds.lifecycle import HELD, Destination, LegState
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.progress import progress_of, replaceable
from portal.returns.letters import to_shopper
from portal.returns.models import Return


@letter("refunded")
def refunded(id: uuid.UUID) -> Letter | None:
    """About the money of a refund that has arrived; to nobody where all of it counts for another article."""
    refund = find(Refund, id)
    sent = [leg for leg in refund.legs if leg.state is LegState.SUCCEEDED]
    money = [leg for leg in sent if leg.destination is not Destination.EXCHANGE]
    counted = sum(leg.amount for leg in sent) - sum(leg.amount for leg in money)
    if counted and not money:
        return None
    explained = explain(refund.return_, [refund])
    return to_shopper(
        refund.return_,
        parts=() if refund.return_.gift else _parts(money),
        total=Amount(sum(leg.amount + leg.bonus for leg in money), refund.currency),
        counted=Amount(counted, refund.currency) if counted else None,
        explained=_explained(explained, refund.currency) if explained else (),
        comes_to=Amount(refund.amount, refund.currency),
        goodwill=Amount(refund.goodwill, refund.currency) if refund.goodwill else None,
    )


def _parts(legs: Sequence[RefundLeg]) -> list[Line]:
    """Where the money went, and what the shop has added to it."""
    parts = _ways(legs)
    added = [Amount(leg.bonus, leg.currency) for leg in legs if leg.bonus]
    if added:
        total = Amount(sum(amount.minor for amount in added), added[0].currency)
        parts.append(Line(say("On top, from us"), amount=total))
    return parts


def _explained(explained: Explanation, currency: str) -> list[Line]:
    """What was expected for each article, and each thing that was taken off it; they add up to the refund."""
    lines: list[Line] = []
    for one in explained.articles:
        planned = (say("{article}, planned for it", article=one.name), one.expected)
        lines += _amounts((planned, *one.taken.items()), currency)
    return lines + _amounts(explained.rest, currency)


def _amounts(each: Iterable[Taken], currency: str) -> list[Line]:
    return [Line(name, amount=Amount(amount, currency)) for name, amount in each]


@letter("refund_failed")
def refund_failed(id: uuid.UUID) -> Letter | None:
    return to_shopper(find(Return, id))


@letter("refund_stopped")
def refund_stopped(id: uuid.UUID) -> Letter | None:
    """About a refund of which something could not be sent; to nobody once another way was found for it."""
    refund = find(Refund, id)
    stuck = progress_of(refund).stuck
    if refund.return_.gift or not stuck:
        return None
    return to_shopper(
        refund.return_,
        amount=Amount(stuck, refund.currency),
        arrived=_ways(leg for leg in refund.legs if leg.state is LegState.SUCCEEDED),
        coming=_ways(leg for leg in refund.legs if leg.state in HELD and leg.state is not LegState.SUCCEEDED),
        stopped=_ways(leg for leg in refund.legs if replaceable(leg)),
    )


def _ways(legs: Iterable[RefundLeg]) -> list[Line]:
    return [Line(destination(leg), amount=Amount(leg.amount, leg.currency)) for leg in legs]


def destination(leg: RefundLeg) -> Message:
    """Where a leg goes, in the shopper's words."""
    if leg.destination is Destination.STORE_CREDIT:
        return say("Store credit")
    if leg.destination is Destination.GIFT_CARD:
        return say("Gift card")
    if account := account_told(leg):
        return account
    label = leg.payment.label if leg.payment else ""
    return say(label) if label else say("Original payment")
