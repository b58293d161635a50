"""The shop's orders: the list, one of them, and taking figures as they are."""

import uuid
from typing import Any

from flask import request, url_for

from portal.db import find
from portal.i18n import load, say
from portal.orders.accepting import LONGEST as LONGEST_REASON
from portal.orders.accepting import accept
from portal.orders.models import Order
from portal.people import Permission
from portal.policies.rules import last_day
from portal.policies.verdicts import is_exception
from portal.refunds.spendings import worthless
from portal.returns.drafting import draft_of, verdicts_on
from portal.returns.excepting import why_not_allowed
from portal.views import orders as reading
from portal.views.exceptions import exceptions_of
from portal.views.orders import Whole, Wish
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import LONGEST, READING, beside, spot
from portal.web.desk.forms import Reason
from portal.web.desk.record import me_here
from portal.web.desk.sums import sums
from portal.web.errors import redrawn
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shops import this_face
from portal.web.staff import permitted

FIRST = 100  # lines that are shown until somebody asks for all


@desk.get("/orders")
@permitted(*READING)
def orders() -> Any:
    """The newest first. A number that only one order has leads to it."""
    wish, begin = _wished(), spot()
    found = reading.orders(wish, begin)
    if wish.typed and len(found.rows) == 1 and not begin.anchor:
        return go(url_for("desk.order", id=found.rows[0].id))
    asked = {"q": wish.typed or None, "flagged": "yes" if wish.flagged else None}
    return page("desk/orders.html", rows=found.rows, wish=wish, pages=beside("desk.orders", found, **asked))


def _wished() -> Wish:
    typed = request.args.get("q", "")[:LONGEST].strip()
    return Wish(request.args.get("flagged") == "yes", typed if typed.isprintable() else "")


@desk.get("/orders/<uuid:id>")
@permitted(*READING)
def order(id: uuid.UUID) -> str:
    """One order with its lines, money, payments, parcels and returns."""
    found = reading.whole(id)
    return _page(found, Reason(thing=found.order, action="accept"))


def _page(found: Whole, form: Reason) -> str:
    all_of_it = request.args.get("lines") == "all"
    return page(
        "desk/order.html",
        order=found.order,
        returns=found.returns,
        acceptances=found.acceptances,
        lines=found.order.lines if all_of_it else found.order.lines[:FIRST],
        verdicts=(verdicts := verdicts_on(found.order, this_face().zone)),
        exceptions=exceptions_of(found.order.id),
        extendable=found.order.cancelled_at is None and any(v.until for v in verdicts.values()),
        ending=me_here().may(Permission.OVERRIDE),
        why_not=why_not_allowed,
        exceptional=lambda verdict: any(map(is_exception, verdict.findings)),
        last_day=last_day,
        draft=draft_of(found.order.id) if me_here().may(Permission.CREATE_RETURNS) else None,
        money=sums(found.order),
        worthless=worthless(found.order),
        flags=[load(flag) for flag in found.order.flags],
        form=form,
        longest=LONGEST_REASON,
        w=wording,
    )


@desk.post("/orders/<uuid:id>/accept")
@permitted(Permission.OVERRIDE)
@redrawn(by=order)
def accept_order(id: uuid.UUID) -> Any:
    """Its figures are right as they are, somebody says."""
    thing = find(Order, id)
    form = Reason(thing=thing, action="accept")
    if not form.sent():
        return _page(reading.whole(id), form), 422
    return see(once(form, actor(), lambda: _accept(thing, form)))


def _accept(order: Order, form: Reason) -> Answer:
    accept(order, form.reason.data, actor())
    text = say("The figures of {number} are accepted as they are.", number=order.number)
    return Answer(url_for("desk.order", id=order.id), text)
