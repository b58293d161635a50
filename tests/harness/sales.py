"""Orders and returns for tests: sold and brought forward by the verbs themselves."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal import clock
from portal.audit import Actor
from portal.db import find, locked, session
from portal.orders.keys import number_key
from portal.orders.models import Order, OrderLine, Payment, Shipment
from portal.policies import Grade, Resolution
from portal.refunds.approving import approve
from portal.refunds.models import Refund
from portal.refunds.quoting import payable_items, plan_for, quote
from portal.returns import drafting, inspecting, receiving
from portal.returns.lifecycle import ItemState
from portal.returns.models import Return, ReturnItem
from portal.returns.submitting import submit
from tests.harness.shops import Shop

ZONE = "Europe/Berlin"


def today() -> date:
    """The day as it is in the shops of the tests, which is not always the day in UTC."""
    return clock.now().astimezone(ZoneInfo(ZONE)).date()


@dataclass(frozen=True)
class Sold:
    """A line of an order: `subtotal` in minor units for all its units; `taxes` by rate."""

    subtotal: int
    quantity: int = 1
    sku: str = "KS-ALP"
    title: str = "Alpaka-Kuschelsocken"
    discount: int = 0
    taxes: Mapping[str, int] = field(default_factory=dict)
    category: str = ""
    tags: Sequence[str] = ()
    unit_cost: int | None = None
    variant: str = ""
    image: str = ""

    @property
    def paid(self) -> int:
        return self.subtotal - self.discount


SOCKS = Sold(3402, 2, taxes={"19": 543}, unit_cost=600)
BOOTS = Sold(17010, 1, "WS-HGP", "Wanderstiefel", taxes={"19": 2716}, category="Shoes", unit_cost=8500)


def sell(shop: Shop, *lines: Sold, number: str = "1001", days_ago: int = 5, **facts: Any) -> uuid.UUID:
    """An order of the shop, delivered two days after it was placed; its id. Prices hold the tax."""
    lines = lines or (SOCKS,)
    placed = clock.now() - timedelta(days=days_ago)
    paid = facts.pop("captured", sum(line.paid for line in lines))
    values = {
        "source": "homeward",
        "external_id": number,
        "digest": "",
        "number": f"#{number}",
        "number_key": number_key(number),
        "placed_at": placed,
        "currency": "EUR",
        "prices_include_tax": True,
        "name": "Annelie Brückner-Hohenstein",
        "email": "annelie@posteo.example",
        "email_key": "annelie@posteo.example",
        "postcode_key": "24937",
        "address": ["Große Straße 48", "24937 Flensburg"],
        "country": "DE",
        "captured": paid,
        "imported_at": placed,
    }
    with shop.transaction():
        order = Order(**{**values, **facts})
        order.lines = [_line(n, line) for n, line in enumerate(lines, start=1)]
        order.payments = [_payment(number, paid)]
        order.shipments = [
            Shipment(
                position=1, shipped_at=placed + timedelta(days=1), delivered_at=placed + timedelta(days=2)
            )
        ]
        session.add(order)
        session.flush()
        return order.id


def _line(position: int, line: Sold) -> OrderLine:
    return OrderLine(
        position=position,
        external_id=str(position),
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        subtotal=line.subtotal,
        discount=line.discount,
        taxes=dict(line.taxes),
        category=line.category,
        tags=list(line.tags),
        unit_cost=line.unit_cost,
    )


def _payment(number: str, captured: int) -> Payment:
    return Payment(
        position=1,
        kind="card",
        gateway="test",
        reference=f"pay_{number}",
        label="Visa ending 4417",
        captured=captured,
    )


def shopper(order: uuid.UUID) -> Actor:
    return Actor("shopper", order)


def drafted(
    shop: Shop,
    order: uuid.UUID,
    units: Sequence[int] | None = None,
    reason: str = "changed_mind",
    resolution: Resolution = Resolution.ORIGINAL,
) -> uuid.UUID:
    """A draft with every step answered: so many units of each line, by default all; its id."""
    with shop.transaction():
        held = locked(Order, order)
        wanted = {
            line.id: (units[n] if units else line.quantity - line.claimed)
            for n, line in enumerate(held.lines)
        }
        draft = drafting.choose_items(held, wanted, drafting.verdicts_on(held, ZONE), shopper(order))
        drafting.give_reasons(draft, {line.id: (reason, "so") for line in draft.lines}, shopper(order))
        drafting.choose_resolution(draft, resolution, shopper(order))
        return draft.id


def requested(shop: Shop, order: uuid.UUID, **wishes: Any) -> uuid.UUID:
    """A return that was submitted; authorized at once unless a rule or its reason asks for a person."""
    id = drafted(shop, order, **wishes)
    with shop.transaction():
        draft = locked(Return, id)
        assert draft.resolution
        submit(draft, quote(draft, draft.resolution).amount, ZONE, shopper(order))
    return id


def received(shop: Shop, order: uuid.UUID, **wishes: Any) -> uuid.UUID:
    """A return of which every unit lies on the dock."""
    id = requested(shop, order, **wishes)
    take_in(shop, id)
    return id


def take_in(shop: Shop, id: uuid.UUID, by: Actor | None = None) -> None:
    """Receive every unit that is awaited."""
    with shop.transaction():
        return_ = locked(Return, id)
        counts = {line: len(items) for line, items in receiving.awaited(return_).items()}
        receiving.receive(return_, counts, by or Actor("system"))


def inspected(
    shop: Shop, order: uuid.UUID, *, met: bool = True, grade: Grade = Grade.NEW, **wishes: Any
) -> uuid.UUID:
    """A return of which every unit is checked; `met`: whether the conditions are."""
    id = received(shop, order, **wishes)
    check(shop, id, met=met, grade=grade)
    return id


def check(shop: Shop, id: uuid.UUID, *, met: bool = True, grade: Grade = Grade.NEW) -> None:
    """Inspect every unit that lies on the dock."""
    with shop.transaction():
        return_ = locked(Return, id)
        for item in [i for i in return_.items if i.state is ItemState.RECEIVED]:
            answers = {c.id: met for c in inspecting.conditions_of(item)}
            inspecting.inspect(item, answers, grade, Actor("system"))


def approved(shop: Shop, order: uuid.UUID, **wishes: Any) -> uuid.UUID:
    """A return whose refund is approved and not yet sent."""
    id = inspected(shop, order, **wishes)
    approve_ready(shop, id)
    return id


def approve_ready(shop: Shop, id: uuid.UUID, limit: int | None = None) -> uuid.UUID:
    """Approve what is ready, as the owner; the refund's id."""
    owner = shop.actor()
    with shop.transaction():
        return_ = locked(Return, id)
        return approve(return_, plan_for(return_, payable_items(return_)).amount, owner, limit).id


@dataclass(frozen=True)
class Seen:
    """A return with what belongs to it, read in one transaction; loaded rows stay readable after it."""

    return_: Return
    order: Order
    items: Sequence[ReturnItem]
    refunds: Sequence[Refund]


def look(shop: Shop, id: uuid.UUID) -> Seen:
    """The return as it now is."""
    with shop.transaction(reading=True):
        return_ = find(Return, id)
        refunds = session.query(Refund).where(Refund.return_id == id).order_by(Refund.no).all()
        for refund in refunds:
            refund.legs, refund.parts  # noqa: B018 - loads them
        order = return_.order
        order.lines, order.payments, return_.parcels, return_.lines  # noqa: B018
        seen = Seen(return_, order, list(return_.items), refunds)
        session.expunge_all()
        return seen
