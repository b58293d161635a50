"""The simulated bank's own payment page: somebody else's, served here for the `test` gateway alone.

Whoever has its address may pay, as with any payment link. The bank takes the money in its own file, once,
and tells the portal, which asks it before it believes.
"""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import config
from portal.db import here
from portal.errors import Conflict, NotFound
from portal.i18n import say
from portal.refunds.demands.tending import PAID, heard
from portal.refunds.gateways.bank import Bank, Refused
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.headers import unreferred
from portal.web.rendering import go, page, tell
from portal.web.shopper.blueprint import shopper


class Answer(Plain):
    answer = RadioField(
        validators=[InputRequired(say("Load the page again."))],
        choices=[SelectChoice("pay", ""), SelectChoice("decline", "")],
    )


@shopper.get("/bank/pay/<reference>")
def bank_page(reference: str) -> Response:
    return _page(reference, Answer())


def _page(reference: str, form: Answer, status: int = 200) -> Response:
    link = Bank(config.current().bank_file, str(here())).link(reference)
    if link is None:
        raise NotFound("Link")
    return unreferred(make_response(page("bank/pay.html", link=link, back=_back(link), form=form), status))


@shopper.post("/bank/pay/<reference>")
@redrawn(by=bank_page)
def answer_bank(reference: str) -> Any:
    form, bank = Answer(), Bank(config.current().bank_file, str(here()))
    if not form.sent():
        return _page(reference, form, 422)
    if form.answer.data == "decline":
        bank.decline(reference)
        tell(say("The card was declined. Nothing is paid."), "bad")
        return unreferred(go(url_for("shopper.bank_page", reference=reference)))
    return unreferred(_pay(bank, reference))


def _pay(bank: Bank, reference: str) -> Response:
    try:
        link = bank.pay(reference)
    except Refused as refused:  # a second click on what is paid leads where the first one did
        paid = bank.link(reference) if refused.code == "link_paid" else None
        if paid is None:
            raise Conflict(say("Nothing can be paid here any more.")) from refused
        link = paid
    heard(uuid.UUID(link["metadata"]["demand"]), PAID)
    tell(say("Thank you. Your payment is confirmed in a moment."))
    return go(_back(link))


def _back(link: Mapping[str, Any]) -> str:
    """The shop's page to go on at, which is of this very host."""
    return urlsplit(str(link["back"])).path
