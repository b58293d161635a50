"""What the mails about a refund say."""

import uuid
from collections.abc import Sequence

from portal.db import find
from portal.i18n import Amount, Message, say
from portal.notices import Letter, Line, letter
from portal.refunds.bank_accounts.telling import account_told
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import Refund, RefundLeg
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
    return to_shopper(
        refund.return_,
        parts=() if refund.return_.gift else _parts(money),
        total=Amount(sum(leg.amount + leg.bonus for leg in money), refund.currency),
        counted=Amount(counted, refund.currency) if counted else None,
        goodwill=Amount(refund.goodwill, refund.currency) if refund.goodwill else None,
    )


def _parts(legs: Sequence[RefundLeg]) -> list[Line]:
    """Where the money went, and what the shop has added to it."""
    parts = [Line(destination(leg), amount=Amount(leg.amount, leg.currency)) for leg in legs]
    added = [Amount(leg.bonus, leg.currency) for leg in legs if leg.bonus]
    if added:
        total = Amount(sum(amount.minor for amount in added), added[0].currency)
        parts.append(Line(say("On top, from us"), amount=total))
    return parts


@letter("refund_failed")
def refund_failed(id: uuid.UUID) -> Letter | None:
    return to_shopper(find(Return, id))


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
