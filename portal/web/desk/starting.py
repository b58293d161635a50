"""The first steps of a new shop: what is done, what is left, and a test return to try it all."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import current_app, url_for

from portal import clock
from portal.db import find, here, locked
from portal.errors import NotFound
from portal.i18n import say
from portal.orders import trying
from portal.orders.models import Order
from portal.orders.signing import secret_of, signature
from portal.people import Permission
from portal.policies.versions import active_or_none
from portal.tenants import Tenant, locked_shop, public_address, this_shop
from portal.tenants.steps import Step, settle_step
from portal.views import starting as reading
from portal.views.starting import ALL, Start
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import me, permitted

DAY = 86400


class Said(OneOff):
    """A form that is only a button."""


@desk.get("/start")
@permitted(Permission.EDIT_SHOP)
def start() -> str:
    """Every step knows by itself whether it is done."""
    shop, found = this_shop(), reading.trials()
    order = found[0][0] if found else None
    version = active_or_none()
    return page(
        "desk/start.html",
        tenant=shop,
        start=reading.start(),
        all=ALL,
        policy=version.policy if version else None,
        order=order,
        returns=[return_ for _, return_ in found if return_],
        link=_link(shop, order) if order else "",
        said=lambda step: Said(thing=shop, action=f"step/{step}"),
        end=Ask(thing=order, action="end") if order else None,
        w=wording,
    )


def _link(shop: Tenant, order: Order) -> str:
    """Opens the order as its shopper would, for a day."""
    ends = (int(clock.now().timestamp()) // DAY + 2) * DAY
    sealed = signature(secret_of(shop), order.number, ends)
    return f"{public_address(shop)}/o/{order.number}?expires={ends}&signature={sealed}"


@desk.post("/start/<step>")
@permitted(Permission.EDIT_SHOP)
@redrawn(by=lambda step: start())
def take_step(step: str) -> Any:
    """Somebody says that it is right so, or that they do without."""
    if step not in set(Step):
        raise NotFound("Step")
    shop = locked_shop()
    to = "desk.board" if step == Step.AWAY else "desk.start"
    said = say("The first steps are put away. They stay under Shop.") if step == Step.AWAY else None
    answer = Answer(url_for(to), said)
    return _do(shop, f"step/{step}", lambda: settle_step(shop, Step(step), actor()), answer)


@desk.post("/start/order")
@permitted(Permission.EDIT_SHOP)
@redrawn(by=start)
def make_test_order() -> Any:
    """An order to try the whole way with; its mails go to whoever makes it."""
    shop, person = locked_shop(), me()
    assert person
    text = say("The test order is there. Its mails go to {email}.", email=person.email)
    answer = Answer(url_for("desk.start"), text)
    return _do(shop, "step/order", lambda: trying.make(shop, person.email, person.name, actor()), answer)


def _do(shop: Tenant, action: str, verb: Callable[[], object], answer: Answer) -> Any:
    form = Said(thing=shop, action=action)
    if not form.sent():
        return start(), 422

    def do() -> Answer:
        verb()
        return answer

    return see(once(form, actor(), do))


@desk.post("/start/order/<uuid:id>/end")
@permitted(Permission.EDIT_SHOP)
@redrawn(by=lambda id: start())
def end_test_order(id: uuid.UUID) -> Any:
    """Put a test order away."""
    order = find(Order, id)
    form = Ask(thing=order, action="end")
    if not form.sent():
        return start(), 422

    def do() -> Answer:
        trying.put_away(locked_shop(), locked(Order, id), actor())
        return Answer(url_for("desk.start"), say("The test order is put away."))

    return see(once(form, actor(), do))


@desk.context_processor
def first_steps() -> dict[str, Any]:
    """For the board: how far a new shop is."""
    return {"first_steps": _left}


def _left() -> Start | None:
    """None where it is over, or not this person's to do. A shop that is over stays so, and is not asked."""
    person, over = me(), current_app.extensions.setdefault("started", set())
    if person is None or not person.may(Permission.EDIT_SHOP) or here() in over:
        return None
    found = None if reading.settled_in() else reading.start()
    if found is None or found.over:
        over.add(here())
        return None
    return found
