"""What the mails about a refund say."""

import uuid

from portal.db import find
from portal.i18n import Amount, Message, say
from portal.notices import Letter, Line, letter
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import Refund, RefundLeg
from portal.returns.letters import to_shopper
from portal.returns.models import Return


@letter("refunded")
def refunded(id: uuid.UUID) -> Letter | None:
    """About a refund that has arrived."""
    refund = find(Refund, id)
    sent = [leg for leg in refund.legs if leg.state is LegState.SUCCEEDED]
    parts = [Line(destination(leg), amount=Amount(leg.amount, leg.currency)) for leg in sent]
    bonus = sum(leg.bonus for leg in sent)
    if bonus:
        parts.append(Line(say("On top, from us"), amount=Amount(bonus, refund.currency)))
    return to_shopper(
        refund.return_,
        parts=() if refund.return_.gift else parts,
        total=Amount(refund.amount + bonus, refund.currency),
        goodwill=Amount(refund.goodwill, refund.currency) if refund.goodwill else None,
    )


@letter("refund_failed")
def refund_failed(id: uuid.UUID) -> Letter | None:
    return to_shopper(find(Return, id))


def destination(leg: RefundLeg) -> Message:
    """Where a leg goes, in the shopper's words."""
    if leg.destination is Destination.STORE_CREDIT:
        return say("Store credit")
    if leg.destination is Destination.GIFT_CARD:
        return say("Gift card")
    label = leg.payment.label if leg.payment else ""
    return say(label) if label else say("Original payment")
