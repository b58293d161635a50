"""The mailed link to a gift card's code: to the order's address alone, as often as it is asked for, until
the code was shown."""

import uuid

from portal.audit import Actor, Change, Event, record
from portal.db import find
from portal.errors import Conflict
from portal.i18n import Amount, say
from portal.notices import Letter, letter
from portal.notices import notify as order_notice
from portal.orders.links import MOST, mailed
from portal.people import OneTimeLink, Purpose
from portal.people.links import issue, secret_of, unspent
from portal.refunds.lifecycle import CardState
from portal.refunds.models import GiftCard


def mail_link(card: GiftCard, by: Actor) -> None:
    """Have the link mailed. Lock the card."""
    link = issue(Purpose.SHOW_CARD, card.id, order=card.order_id)
    order_notice(None, "gift_card", link.id)
    if by.kind != "job":
        record(card, Event.CARD_MAILED, by, [Change("gift_card", card.id)])


def mail_again(card: GiftCard, by: Actor) -> None:
    """`mail_link`, where there still is something to show and the mailbox is not flooded.

    Raises Conflict.
    """
    if not mailable(card):
        raise Conflict(say("The code of this gift card was shown already."))
    if mailed(card.order.email_key, Purpose.SHOW_CARD) >= MOST:
        raise Conflict(say("Enough links were mailed for now. Look into the mailbox, or wait an hour."))
    mail_link(card, by)


def mailable(card: GiftCard) -> bool:
    """Whether nobody has seen the code yet."""
    return card.shown_at is None and card.state is not CardState.REPLACED


@letter("gift_card")
def gift_card_letter(id: uuid.UUID) -> Letter | None:
    """About a link; to nobody when it was over or spent before the mail could leave."""
    link: OneTimeLink | None = unspent(id)
    if link is None:
        return None
    card = find(GiftCard, link.subject)
    order = card.order
    if not order.email:
        return None
    amount = Amount(card.balance, card.currency)
    return Letter(
        to=order.email,
        name=order.name,
        language=order.language or "",
        link=f"c/{secret_of(link)}",
        values={"order": order.number, "amount": amount, "until": link.expires_at, "ends": card.last_moment},
    )
