"""Who got a gift finds it, gives an e-mail address, and proves it by a link that is mailed there.

The wizard in between is the buyer's, drawn without amounts. Nothing is asked for before the address is
proven.
"""

import uuid
from typing import Any

from flask import Response, make_response, request, url_for
from wtforms import StringField
from wtforms.validators import InputRequired, Regexp

from portal.db import find as find_row
from portal.errors import Refusal
from portal.i18n import say
from portal.orders.finding import find_by_postcode
from portal.orders.keys import email_key, number_key, postcode_key
from portal.people import Purpose
from portal.people.links import opened, works
from portal.people.throttle import GIFT, GIFT_AGAIN, LOOK_UP, forgive, knock
from portal.policies.promises import money_goes_out
from portal.returns.drafting import must_be_draft
from portal.returns.gifting import mail_proof, name_recipient, prove
from portal.returns.models import Return
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form, OneOff, Plain
from portal.web.headers import unreferred
from portal.web.limits import knocking
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page, tell
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.gifts import gift, must_take_gifts, open_gift, received, the_gift, visit_to
from portal.web.shopper.orders import address, draft_for, due_before, way
from portal.web.shopper.wording import masked

UNKNOWN = say("We found no gift with this order number and this postcode. Check both, or write to us.")
OVER = say("This link does not work, or no longer. Have a new one mailed to you.")
ADDRESS = say("Type your own e-mail address, like name@example.com.")


class FindGift(Plain):
    number = StringField(
        say("Order number"), [InputRequired(say("Type the order number; it is on the delivery note."))]
    )
    postcode = StringField(
        say("Postcode"), [InputRequired(say("Type the postcode to which the gift was sent."))]
    )


class Recipient(Form):
    email = StringField(
        say("Your own e-mail address"),
        [InputRequired(ADDRESS), Regexp(r"\s*[^@]+@[^@]+$", message=ADDRESS)],
    )


class Again(OneOff):
    """Nothing to fill in."""


class Prove(Plain):
    """Nothing to fill in."""


@gift.get("")
def find() -> str:
    """`?number=` fills in the order's number, for links and codes that a shop prints on a gift note."""
    must_take_gifts()
    return _find(FindGift(data={"number": request.args.get("number", "")[:60]}))


def _find(form: FindGift) -> str:
    return page("shopper/find_gift.html", form=form)


@gift.post("")
@knocking
@redrawn(by=find)
def look_up() -> Any:
    """As the search for an order: every try is counted first, and every wrong one gets the same answer."""
    must_take_gifts()
    form = FindGift()
    if not form.sent():
        return _find(form), 422
    number, postcode = form.number.data, form.postcode.data
    subjects = {"order": number_key(number), "address": postcode_key(postcode)}
    tried = knock("look_up", LOOK_UP, **subjects, network=request.remote_addr or "")
    order = find_by_postcode(number, postcode)
    if order is None:
        raise Refusal(UNKNOWN)
    forgive(tried)
    open_gift(order.id)
    return go(url_for("gift.items", order=order.id))


@gift.get("/orders/<uuid:order>/resolution")
@received
def resolution(order: uuid.UUID) -> Any:
    """In place of the wizard's choice: it is store credit, and whose."""
    draft = draft_for(order)
    missing = due_before("resolution", draft)
    if draft is None or missing:
        return go(address(missing or "items", order))
    return _page(draft)


@gift.post("/orders/<uuid:order>/resolution")
@received
@knocking
@redrawn(by=resolution)
def keep_resolution(order: uuid.UUID) -> Any:
    typed = email_key(request.form.get("email", ""))
    tried = knock("gift", GIFT, address=typed, network=request.remote_addr or "")
    draft = draft_for(order)
    if draft is None:
        return go(address("items", order))
    if typed == draft.recipient_key:
        forgive(tried)
    form = _form(draft)
    if not form.sent():
        return _page(draft, form), 422
    return see(once(form, actor(), lambda: _keep(draft, form)))


def _keep(draft: Return, form: Recipient) -> Answer:
    must_be_draft(draft)
    name_recipient(draft, form.email.data, actor())
    return Answer(address("review" if draft.proven_at else "proof", draft.order_id))


def _form(draft: Return) -> Recipient:
    return Recipient(thing=draft, action="recipient", data={"email": draft.recipient})


def _page(draft: Return, form: Recipient | None = None) -> str:
    return page(
        "shopper/recipient.html",
        form=form or _form(draft),
        draft=draft,
        goes_out=money_goes_out(draft.policy.policy),
        way=way(draft.order_id),
    )


@gift.get("/orders/<uuid:order>/proof")
@received
def proof(order: uuid.UUID) -> Any:
    """Where to look for the link. Opened here or elsewhere, it leads on."""
    draft = draft_for(order)
    missing = due_before("review", draft)
    if draft is None or missing:
        return go(address(missing or "items", order))
    if draft.proven_at:
        return go(address("review", order))
    again = Again(thing=draft, action="proof")
    return page("shopper/proof.html", form=again, draft=draft, email=masked(draft.recipient), way=way(order))


@gift.post("/orders/<uuid:order>/proof")
@received
@knocking
@redrawn(by=proof)
def mail_again(order: uuid.UUID) -> Any:
    knock("gift", GIFT_AGAIN, visit=str(the_gift()), network=request.remote_addr or "")
    draft = draft_for(order)
    if draft is None or draft.proven_at or not draft.recipient:
        return go(address("review", order))
    form = Again(thing=draft, action="proof")
    if not form.sent():
        return proof(order=order), 422
    return see(once(form, actor(), lambda: _again(draft)))


def _again(draft: Return) -> Answer:
    mail_proof(draft)
    return Answer(address("proof", draft.order_id), say("Another link is on its way."))


@shopper.get("/g/<gift>")
def gift_link(gift: str) -> Response:
    """One button. It says nothing of the gift: whoever looks may be a machine."""
    must_take_gifts()
    if not works(gift, Purpose.GIFT):
        return unreferred(_over(gift))
    return unreferred(make_response(page("shopper/open_gift.html", form=Prove(), secret=gift)))


@shopper.post("/g/<gift>")
@knocking
def open_gift_link(gift: str) -> Any:
    must_take_gifts()
    if not Prove().sent():
        return unreferred(go(url_for("shopper.gift_link", gift=gift)))
    draft = prove(gift)
    return unreferred(_enter(draft) if draft else _over(gift))


def _enter(draft: Return) -> Response:
    """The draft goes on in this browser, under the visit that began it."""
    open_gift(draft.order_id, draft.gift)
    tell(say("Your address is proven. Look at it once more, then request your return."))
    return go(url_for("gift.review", order=draft.order_id))


def _over(secret: str) -> Response:
    """One answer for spent, over, withdrawn and mistyped. Who opened it here goes on with it."""
    was = opened(secret, Purpose.GIFT)
    draft = find_row(Return, was) if was else None
    if draft and draft.gift and visit_to(draft.order_id) == draft.gift:
        return go(url_for("gift.review", order=draft.order_id))
    tell(OVER, "warn")
    return go(url_for("gift.find"))
