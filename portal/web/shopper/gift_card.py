"""The link to a gift card's code, looked at as often as anybody likes; its button shows the code, once.

A double click, a reload or an answer that was lost shows it again for some minutes; after that nobody can.
"""

import uuid
from typing import Any

from flask import Response, make_response, url_for

from portal.audit import Actor
from portal.db import locked
from portal.documents.codes import qr_svg
from portal.i18n import say
from portal.ids import print_gift
from portal.people import Purpose
from portal.people.links import opened, reader, spend, works
from portal.refunds.gift_cards import show
from portal.refunds.models import GiftCard
from portal.web.actor import acts
from portal.web.forms import Plain
from portal.web.headers import unreferred
from portal.web.languages import speaks
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.mailed_in import speaks_as_mailed
from portal.web.shops import this_face

OVER = say(
    "This link does not work, or no longer. Your gift card is as good as before: "
    "open your return to have a new link mailed, or write to the shop if you have lost the code."
)


class Show(Plain):
    """Nothing to fill in."""


@shopper.get("/c/<card_secret>")
def card_link(card_secret: str) -> Response:
    """One button. It says nothing of the card: whoever looks may be a machine."""
    if not works(card_secret, Purpose.SHOW_CARD):
        return _over()
    speaks_as_mailed(card_secret, Purpose.SHOW_CARD)
    return unreferred(make_response(page("shopper/open_card.html", form=Show(), secret=card_secret)))


@shopper.post("/c/<card_secret>")
@knocking
def show_card(card_secret: str) -> Any:
    if not Show().sent():
        return unreferred(go(url_for("shopper.card_link", card_secret=card_secret)))
    id = spend(card_secret, Purpose.SHOW_CARD) or opened(card_secret, Purpose.SHOW_CARD)
    return _shown(id, reader(card_secret, Purpose.SHOW_CARD)) if id else _over()


def _shown(id: uuid.UUID, order: uuid.UUID | None) -> Response:
    """The answer is never kept: it is the only place where the code stands."""
    by = Actor("shopper", order)
    acts(by)
    card = locked(GiftCard, id)
    speaks(card.order.language)
    code = show(card, by)
    if code is None:
        return _over()
    printed = print_gift(code)
    label = this_face().voice.text(say("QR code for the gift card"))
    return unreferred(
        make_response(page("shopper/card.html", card=card, code=printed, qr=qr_svg(printed, label)))
    )


def _over() -> Response:
    """One answer for spent, over, replaced, mistyped and another shop's."""
    tell(OVER, "warn")
    return unreferred(go(url_for("shopper.find")))
