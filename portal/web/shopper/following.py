"""After the request: what to send, and where it stands. Done by the order's visit, followed by its link."""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from flask import Response, make_response, url_for
from wtforms import StringField

from portal.audit import timeline
from portal.db import locked
from portal.documents.codes import qr_svg
from portal.errors import NotFound
from portal.i18n import Message, say
from portal.ids import print_rma
from portal.policies import Sending
from portal.policies.rules import conditions_for
from portal.refunds.demands import Demand
from portal.refunds.demands.tending import awaited
from portal.refunds.demands.why import asked
from portal.refunds.gift_cards import cards_of
from portal.refunds.mailing import mail_again
from portal.refunds.models import GiftCard
from portal.refunds.questions.asking import open_questions
from portal.returns import Return
from portal.returns.carriers.addresses import shop_address
from portal.returns.changing import changeable
from portal.returns.deciding import cancel, cancellable
from portal.returns.exchanges.models import Exchange
from portal.returns.exchanges.tracking import tracked_at
from portal.returns.lifecycle import ItemState
from portal.returns.links import status_token
from portal.returns.parcels import awaited_parcel, mark_sent
from portal.returns.standing import nothing_comes
from portal.returns.talking import write
from portal.returns.unannounced import wishable
from portal.tenants.current import this_shop
from portal.views.exchanges import latest_of
from portal.views.talk import talk_of
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.headers import unreferred
from portal.web.limits import knocking
from portal.web.operations import Answer, once, see
from portal.web.papers import papers
from portal.web.rendering import page
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.exchanged import standing_of
from portal.web.shopper.gifts import the_gift
from portal.web.shopper.happened import timeline_of
from portal.web.shopper.links import by_token, whole_return
from portal.web.shopper.money import coming_of, explained_of, money_of
from portal.web.shopper.owing import OWING, account_for, owed_by
from portal.web.shopper.papers import notes_at, paper_at, scan_address
from portal.web.shopper.reduced import Objection, less_of
from portal.web.shopper.showing import shown
from portal.web.shopper.standing import journey, kept_of, telling
from portal.web.shopper.why import whys_of
from portal.web.shopper.wizard import get, stands_in
from portal.web.shopper.wording import TITLES, masked
from portal.web.talking import MessageForm
from portal.web.wishing import reason_fields, wish_form


class Sent(Form):
    tracking = StringField(say("Tracking number, if you have one"))


class Mail(Form):
    """Nothing to fill in."""


class Cancel(Form):
    """Nothing to fill in."""


@get("/orders/<uuid:order>/returns/<uuid:id>")
def done(order: uuid.UUID, id: uuid.UUID) -> str:
    """Ready to send: number, QR code, label and slip."""
    return_ = whole_return(id)
    if return_.order_id != order or return_.gift != the_gift():
        raise NotFound("Return")
    return page(
        "shopper/done.html",
        return_=return_,
        **_sending(return_),
        link=_record(id) if stands_in() else url_for("shopper.status", token=status_token(id)),
        sendable=awaited_parcel(return_) is not None,
        contents=_contents(return_),
        promises=_promises(return_),
        kept=kept_of(return_),
        nothing=nothing_comes(return_),
        money=money_of(return_),
        email=masked(return_.email),
    )


def _sending(return_: Return) -> dict[str, Any]:
    """How it is sent: with which code, to which address, and whether there was a choice."""
    shop = this_shop()
    address = scan_address(return_, shop)
    label = say("QR code for {number}", number=print_rma(return_.number or ""))
    return {
        "sending": return_.sending or Sending.LABEL,
        "several": bool(return_.policy.policy.way_back.methods),
        "qr": qr_svg(address, shop.voice.text(label)),
        "address": address,
        "to": shop_address(return_.order, shop),
        "paper": paper_at(return_),
        "papers": papers(),
    }


def _record(id: uuid.UUID) -> str:
    return url_for("desk.record", id=id)


def _contents(return_: Return) -> list[tuple[int, str, str]]:
    """What is to be in the parcel; what the shopper keeps is not."""
    lines = sorted(return_.lines, key=lambda line: line.order_line.position)
    kept = Counter(item.return_line_id for item in return_.items if item.state is ItemState.KEPT)
    counts = [(line.quantity - kept[line.id], line.order_line) for line in lines]
    return [(n, sold.title, sold.variant) for n, sold in counts if n]


def _promises(return_: Return) -> list[Message]:
    """How it must come back, each condition once."""
    policy = return_.policy.policy
    found = [Message(c.promise) for line in return_.lines for c in conditions_for(line.order_line, policy)]
    return list(dict.fromkeys(found))


@shopper.get("/s/<token>")
def status(token: str) -> Response:
    return unreferred(make_response(status_page(by_token(token), token)))


def status_page(
    return_: Return,
    token: str = "",
    *,
    sent: Sent | None = None,
    message: MessageForm | None = None,
    wish: Form | None = None,
    objection: Objection | None = None,
    photos: Form | None = None,
) -> str:
    """Without the link's token it can only be looked at: there is no form on it, and no secret."""
    parcel = awaited_parcel(return_)
    rows, less, exchange = timeline(return_), less_of(return_, objection), latest_of(return_)
    owed = owed_by(return_)
    paid = awaited(owed)
    return page(
        "shopper/status.html",
        return_=return_,
        **_sending(return_),
        token=token,
        telling=telling(return_, less, exchange, sendable=parcel is not None, paid=bool(paid)),
        less=less,
        journey=journey(return_, rows),
        **_judged(return_),
        **shown(return_, token, photos),
        **_money(return_),
        **_owing(owed, paid),
        credit_notes=notes_at(return_, token),
        timeline=timeline_of(return_, rows),
        talk=talk_of(return_.id, inside=False),
        message=message or MessageForm(thing=return_, action="message"),
        parcel=parcel,
        sent=(sent or Sent(thing=return_, action="sent")) if parcel else None,
        **_asking(return_, wish),
        changeable=changeable(return_) and not return_.unasked,
        **_exchanged(return_, exchange),
        cancelling=Cancel(thing=return_, action="cancel") if cancellable(return_) else None,
    )


def _owing(owed: Sequence[Demand], paid: Collection[uuid.UUID]) -> dict[str, Any]:
    """What is to be paid, why and where, and what was."""
    return {"owed": owed, "owing": OWING, "asked": asked, "account": account_for(owed), "paid": paid}


def _exchanged(return_: Return, exchange: Exchange | None) -> dict[str, Any]:
    """The other article: where it stands, what it costs, and where its parcel is told of."""
    told = standing_of(return_, exchange)
    return {"exchange": exchange, "exchange_told": told, "tracked_at": tracked_at(exchange)}


def _judged(return_: Return) -> dict[str, Any]:
    """What the shopper keeps, and why all of it was decided so."""
    return {"kept": kept_of(return_), "whys": whys_of(return_)}


def _money(return_: Return) -> dict[str, Any]:
    """What comes back, why less than planned, what is asked, and cards; nothing before the wish is known."""
    if return_.unasked:
        return {"money": None, "explained": None, "questions": [], "cards": []}
    coming = coming_of(return_)
    asked = [(one, Mail(thing=one, action="mail")) for one in open_questions(return_, coming.refunds)]
    return {
        "money": money_of(return_, coming),
        "explained": explained_of(return_, coming),
        "questions": asked,
        "cards": [(card, Mail(thing=card, action="mail")) for card in cards_of(return_, coming.refunds)],
    }


def _asking(return_: Return, posted: Form | None) -> dict[str, Any]:
    """What the shopper of an unannounced parcel is asked, until they have said it."""
    if not (return_.unasked and wishable(return_)):
        return {"wish": None}
    form = posted or wish_form(return_, TITLES)
    return {"wish": form, "reasons": reason_fields(return_, form)}


@shopper.post("/s/<token>/sent")
@redrawn(by=status)
def note_sent(token: str) -> Any:
    return_ = by_token(token, lock=True)
    form = Sent(thing=return_, action="sent")
    if not form.sent():
        return status_page(return_, token, sent=form), 422
    return unreferred(see(once(form, actor(), lambda: _sent(return_, form)), home(token)))


def _sent(return_: Return, form: Sent) -> Answer:
    mark_sent(return_, form.tracking.data or "", actor())
    return Answer(message=say("Thank you. We look out for it."))


@shopper.post("/s/<token>/cancel")
@redrawn(by=status)
def cancel_return(token: str) -> Any:
    return_ = by_token(token, lock=True)
    form = Cancel(thing=return_, action="cancel")
    if not form.sent():
        return status_page(return_, token), 422
    return unreferred(see(once(form, actor(), lambda: _cancelled(return_)), home(token)))


def _cancelled(return_: Return) -> Answer:
    cancel(locked(Return, return_.id), actor())
    return Answer(message=say("Your return is cancelled. Please do not send anything."))


@shopper.post("/s/<token>/message")
@knocking
@redrawn(by=status)
def write_message(token: str) -> Any:
    return_ = by_token(token, lock=True)
    form = MessageForm(thing=return_, action="message")
    if not form.sent():
        return unreferred(make_response(status_page(return_, token, message=form), 422))
    return unreferred(see(once(form, actor(), lambda: _written(return_, form)), home(token)))


def _written(return_: Return, form: MessageForm) -> Answer:
    write(return_, form.message.data, form.seen, actor())
    return Answer(message=say("Your message is with us. We answer here and by mail."))


@shopper.post("/s/<token>/gift-cards/<uuid:card>")
@redrawn(by=lambda token, card: status(token))
def mail_card(token: str, card: uuid.UUID) -> Any:
    """Have the link to the code mailed to the order's address once more."""
    return_ = by_token(token)
    held = locked(GiftCard, card)
    if held.order_id != return_.order_id:
        raise NotFound("GiftCard")
    form = Mail(thing=held, action="mail")
    if not form.sent():
        return status_page(return_, token), 422
    return unreferred(see(once(form, actor(), lambda: _mailed(held)), home(token)))


def _mailed(card: GiftCard) -> Answer:
    mail_again(card, actor())
    return Answer(message=say("A new link is on its way to {email}.", email=masked(card.order.email)))


def home(token: str) -> str:
    return url_for("shopper.status", token=token)
