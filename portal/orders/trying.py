"""A test order, so that a shop can try the whole way without a real one.

It is in XTS, the currency that ISO 4217 keeps for tests: whatever is approved, posted and restocked for it
stands apart from every real amount, in books that are kept by currency. Its money never goes to a real
gateway. It is not deleted, for what was posted stays: when it is put away it counts as cancelled.
"""

from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.money import TEST_CURRENCY
from portal.orders.adding_up import settle
from portal.orders.facts import DeliveryFacts, LineFacts, OrderFacts, PaymentFacts, ShipmentFacts, TaxFacts
from portal.orders.models import Order
from portal.orders.storing import insert
from portal.tenants import Tenant

SOURCE = "test"
LINES = (
    LineFacts("1", "TEST-CUP", "Example cup (test)", 2, 4000, taxes=(TaxFacts("19", 639),), unit_cost=900),
    LineFacts("2", "TEST-HAT", "Example hat (test)", 1, 3500, taxes=(TaxFacts("19", 559),), unit_cost=1200),
)


def test_orders() -> list[Order]:
    """The shop's, the newest first."""
    mine = sa.select(Order).where(Order.tenant_id == here(), Order.source == SOURCE)
    return list(session.scalars(mine.order_by(Order.placed_at.desc(), Order.id.desc())))


def make(shop: Tenant, email: str, name: str, by: Actor) -> Order:
    """A test order that arrived yesterday, of this address; the one that waits to be tried, if there is one.

    Lock the shop.
    """
    known = test_orders()
    for order in known:
        if not order.cancelled_at and not any(line.claimed for line in order.lines):
            return order
    (made,) = insert([settle(_facts(len(known) + 1, email, name, shop.country))])
    record(shop, Event.TEST_ORDER_MADE, by, [Change("orders", made.id)])
    return session.scalars(sa.select(Order).where(Order.id == made.id, Order.tenant_id == here())).one()


def put_away(shop: Tenant, order: Order, by: Actor) -> None:
    """Nothing more of it can go back. Lock the order, then the shop. Raises Refusal for a real order."""
    if not order.test:
        raise Refusal(say("This is no test order."))
    if order.cancelled_at:
        return
    order.cancelled_at = clock.now()
    record(shop, Event.TEST_ORDER_PUT_AWAY, by, [Change("orders", order.id)])


def _facts(n: int, email: str, name: str, country: str) -> OrderFacts:
    now, day = clock.now(), timedelta(days=1)
    paid = sum(line.paid for line in LINES) + 490
    return OrderFacts(
        source=SOURCE,
        external_id=str(n),
        number=f"TEST-{n}",
        placed_at=now - 4 * day,
        currency=TEST_CURRENCY,
        prices_include_tax=True,
        lines=LINES,
        email=email,
        name=name,
        country=country,
        delivery=DeliveryFacts(490, standard=490, taxes=(TaxFacts("19", 78),)),
        payments=(PaymentFacts("card", "test", f"test_{here()}_{n}", paid, "Test card"),),
        shipments=(ShipmentFacts(now - 3 * day, now - day, "Test"),),
    )
