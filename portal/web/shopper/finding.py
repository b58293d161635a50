"""Find your order: its number, and the e-mail address or postcode that go with it."""

from typing import Any

from flask import Response, g, request, url_for
from werkzeug.exceptions import NotFound
from wtforms import StringField
from wtforms.validators import InputRequired

from portal.errors import Refusal
from portal.i18n import Message, say
from portal.ids import read_rma
from portal.orders.finding import find_order
from portal.orders.keys import email_key, number_key
from portal.orders.models import Order
from portal.people import Permission
from portal.people.throttle import LOOK_UP, TooMany, forgive, knock
from portal.policies import Policy
from portal.policies.promises import money_goes_out
from portal.policies.versions import active_or_none
from portal.returns.drafting import draft_of, missing_step
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.languages import onward, speaks
from portal.web.limits import knocking
from portal.web.rendering import go, page
from portal.web.shopper import asking
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.visits import open_visit
from portal.web.shops import this_face
from portal.web.staff import me

UNKNOWN = say(
    "We found no order with this number and this e-mail address or postcode. "
    "Check both; they stand on your confirmation mail."
)


class Find(Plain):
    number = StringField(
        say("Order number"), [InputRequired(say("Type the order number; it is on your confirmation mail."))]
    )
    proof = StringField(
        say("E-mail address or postcode"),
        [InputRequired(say("Type the e-mail address or the postcode you gave with the order."))],
    )


@shopper.get("/find")
def find() -> str:
    """Also the page that a refused search is drawn with, so that every refusal looks the same.

    After too many tries it offers what then works alone, with what was typed.
    """
    if isinstance(g.get("refused"), TooMany) and not this_face().links_only:
        return asking.ask()
    return _page(Find())


def _page(form: Find) -> str:
    return page("shopper/find.html", form=form, facts=_facts(), mailed=this_face().links_only)


def _facts() -> list[tuple[Message, Any]]:
    """What the shop promises: days, the label, the money."""
    version, face = active_or_none(), this_face()
    if version is None:
        return []
    policy, label = version.policy, version.policy.shipping(face.country, face.currency, 0)
    return [
        (say("Time to send back"), _days(policy)),
        (say("Return label"), (label, face.currency)),
        (say("Money back"), money_goes_out(policy)),
    ]


def _days(policy: Policy) -> Message:
    """The time from delivery; from the shortest to the longest, where it is not the same for everything."""
    days = {policy.window.days, *(rule.days for rule in policy.windows if rule.days is not None)}
    if len(days) == 1:
        return say("{n} days from delivery", n=policy.window.days)
    return say("{least} to {most} days from delivery", least=min(days), most=max(days))


@shopper.post("/find")
@knocking
@redrawn(by=find)
def look_up() -> Any:
    """Unknown orders and wrong proofs get one answer. Tries are counted before the search, right or wrong.

    Where the shop wants a mailed link for everything, right ones get that answer too.
    """
    form = Find()
    if not form.sent():
        return _page(form), 422
    number, proof = form.number.data, form.proof.data
    if this_face().links_only:
        return asking.mailed(number, proof, find_order)
    network = request.remote_addr or ""
    tried = knock("look_up", LOOK_UP, order=number_key(number), address=email_key(proof), network=network)
    order = find_order(number, proof)
    if order is None:
        raise Refusal(UNKNOWN)
    forgive(tried)
    return enter(order)


def enter(order: Order) -> Response:
    """Let this browser see the order, and go where its return stands."""
    before = g.voice
    open_visit(order.id)
    speaks(order.language)
    step = missing_step(draft_of(order.id)) or "review"
    return onward(before, go(url_for(f"shopper.{step}", order=order.id)))


@shopper.get("/r/<text>")
def scanned(text: str) -> Any:
    """What the QR code on a slip leads to: staff come to the dock or the desk, others find their order."""
    number, person = read_rma(text), me()
    if number is None:
        raise NotFound
    if person is not None and person.may(Permission.WORK_DOCK):
        return go(url_for("dock.scan", code=number), 302)
    if person is not None and person.may(Permission.READ_RETURNS):
        return go(url_for("desk.board", q=number), 302)
    return go(url_for("shopper.find"), 302)
