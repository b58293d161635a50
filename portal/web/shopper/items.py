"""The first step: which units go back. What cannot stays in sight, with the reason and a way on."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from flask import request, url_for

from portal.i18n import Message
from portal.orders.models import Order, OrderLine
from portal.orders.units import unit_money
from portal.policies import Answer, Policy, Verdict
from portal.policies.rules import last_day
from portal.policies.versions import in_force
from portal.returns.claiming import free_units
from portal.returns.drafting import choose_items, draft_of, verdicts_on
from portal.returns.excepting import why_not_allowed
from portal.returns.models import Return
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer as Outcome
from portal.web.operations import once, see
from portal.web.rendering import page
from portal.web.shopper.gifts import the_gift
from portal.web.shopper.orders import address, load_order, returns_of, way
from portal.web.shopper.standing import word
from portal.web.shopper.wizard import get, post
from portal.web.shopper.wording import exceptions, terms
from portal.web.shops import this_face


@dataclass(frozen=True)
class Row:
    """A line of the order as the page shows it. `unit` is what was paid for one, in minor units."""

    line: OrderLine
    verdict: Verdict
    left: int
    chosen: int
    unit: int
    told: list[tuple[str, Message | str]]

    @property
    def open(self) -> bool:
        return self.verdict.answer is not Answer.NO


class Items(Form):
    """Hand-written inputs: "items" holds the ids of the lines, a line's own id how many of it."""


@get("/orders/<uuid:order>/items")
def items(order: uuid.UUID) -> str:
    whole = load_order(order)
    return _page(whole, draft_of(whole.id, the_gift()))


@get("/orders/<uuid:order>/items/sum")
def add_up(order: uuid.UUID) -> str:
    """What the choice in the query comes to. Nothing is kept."""
    whole = load_order(order)
    policy = in_force(whole.placed_at).policy
    rows = _rows(whole, policy, typed(request.args, whole.lines))
    return page("shopper/sum.html", **_totals(whole, policy, rows))


@post("/orders/<uuid:order>/items")
@redrawn(by=items)
def keep_items(order: uuid.UUID) -> Any:
    whole = load_order(order, lock=True)
    draft = draft_of(whole.id, the_gift())
    form = _form(whole, draft)
    if not form.sent():
        return _page(whole, draft, form), 422
    return see(once(form, actor(), lambda: _keep(whole)))


def _keep(order: Order) -> Outcome:
    verdicts = verdicts_on(order, this_face().zone, gift=bool(the_gift()))
    choose_items(order, typed(request.form, order.lines), verdicts, actor(), the_gift())
    return Outcome(address("reasons", order.id))


def _form(order: Order, draft: Return | None) -> Items:
    places = {"items", *(str(line.id) for line in order.lines)}
    visit = the_gift()
    action = f"items/{visit}" if visit else "items"  # strangers to each other begin from one order
    return Items(thing=draft or order, action=action, places=places)


def _page(order: Order, draft: Return | None, form: Items | None = None) -> str:
    version = in_force(order.placed_at)
    chosen = _chosen(order, draft)
    rows = _rows(order, version.policy, chosen)
    return page(
        "shopper/items.html",
        form=form or _form(order, draft),
        rows=rows,
        way=way(order.id),
        overridable=lambda verdict: why_not_allowed(verdict) is None,
        until=_until(rows),
        earlier=[(r, word(r, r.stage), _at(r)) for r in _earlier(order)],
        **_totals(order, version.policy, rows),
    )


def _earlier(order: Order) -> list[Return]:
    """A gift's recipient is told nothing of the buyer's returns."""
    return [] if the_gift() else returns_of(order.id)


def _at(return_: Return) -> str:
    return url_for(".done", order=return_.order_id, id=return_.id)


def _totals(order: Order, policy: Policy, rows: list[Row]) -> dict[str, Any]:
    paid = _sum(rows)
    return {
        "order": order,
        "label": policy.shipping(order.country, order.currency, paid),
        "sum": paid,
        "units": sum(row.chosen for row in rows if row.open),
    }


def _rows(order: Order, policy: Policy, chosen: dict[uuid.UUID, int]) -> list[Row]:
    verdicts = verdicts_on(order, this_face().zone, gift=bool(the_gift()))
    return [
        Row(
            line,
            verdicts[line.position],
            line.quantity - line.claimed,
            chosen.get(line.id, 0),
            unit_money(line, 1).gross,
            [*exceptions(verdicts[line.position]), *terms(line, policy)],
        )
        for line in order.lines
    ]


def _chosen(order: Order, draft: Return | None) -> dict[uuid.UUID, int]:
    """What was just typed, else what the draft holds."""
    if request.method == "POST":
        return typed(request.form, order.lines)
    return {line.order_line_id: line.quantity for line in draft.lines} if draft else {}


def typed(sent: Any, lines: Iterable[OrderLine]) -> dict[uuid.UUID, int]:
    """{order line id: units}: a ticked line counts once, or as often as its number says."""
    ticked = set(sent.getlist("items"))
    return {
        line.id: _number(sent.get(str(line.id), "1"), line.quantity)
        for line in lines
        if str(line.id) in ticked
    }


def _number(text: str, most: int) -> int:
    """A count as it may be tried; what is no count is out of bounds, and the verb refuses it at its line."""
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return count if 0 < count <= most else most + 1


def _sum(rows: list[Row]) -> int:
    """What was paid for just the units that a return would take now, to the last cent."""
    lines = [
        SimpleNamespace(
            id=r.line.id, order_line_id=r.line.id, order_line=r.line, quantity=min(r.chosen, r.left)
        )
        for r in rows
        if r.open and r.chosen
    ]
    if not lines:
        return 0
    units = free_units(cast(Return, SimpleNamespace(lines=lines)))
    return sum(unit_money(line.order_line, n).gross for line in lines for n in units[line.id])


def _until(rows: list[Row]) -> Any:
    """The day by which the first of the open lines must go, if they have one."""
    ends = [r.verdict.until for r in rows if r.open and r.verdict.until]
    return last_day(min(ends)) if ends else None
