"""The time of a line that came in several parcels runs from the one that arrives last."""

from datetime import timedelta
from typing import Any

import pytest

from portal.orders.models import Order, OrderLine, Shipment
from portal.policies.judging import facts_of
from portal.policies.rules import policy_span
from tests.policies.facts import BERLIN, at, ruled

RULED = ruled(window={"days": 30, "transit_days": 20})
DAY = at("2026-11-01 12:00")


def parcel(no: int, shipped: int | None, delivered: int | None, *positions: int) -> Shipment:
    """Sent and delivered so many days after the first of November."""
    days: list[Any] = [None if n is None else DAY + timedelta(days=n) for n in (shipped, delivered)]
    return Shipment(position=no, shipped_at=days[0], delivered_at=days[1], positions=list(positions) or None)


@pytest.mark.parametrize(
    ("parcels", "start"),
    [
        ([(0, 2)],                            2),
        ([(0, None)],                        20),
        ([(None, 2)],                         2),
        ([],                               None),
        ([(0, 2), (1, 5)],                    5),
        ([(0, 5), (1, 2)],                    5),
        ([(0, 2), (1, None)],                21),   # on its way
        ([(0, 3), (-1, None)],               19),   # sent earlier, and still on its way
        ([(0, 3), (-30, None)],               3),   # it must have come long ago
        ([(0, 2), (9, None, 2)],              2),   # of another line
        ([(0, None), (4, None)],             24),
        ([(0, 3), (None, None)],              3),
    ],
)  # fmt: skip
def test_the_last_one_to_arrive_counts(parcels: list[tuple[Any, ...]], start: int | None) -> None:
    line = OrderLine(
        position=1, sku="A", tags=[], category="", quantity=1, claimed=0, subtotal=100, discount=0, taxes={}
    )
    line.order = Order(currency="EUR", prices_include_tax=True, placed_at=DAY)
    line.order.shipments = [parcel(no, *one) for no, one in enumerate(parcels, start=1)]
    span = policy_span(facts_of(line, BERLIN, {}), RULED)
    assert (span and span.start) == (None if start is None else (DAY + timedelta(days=start)).date())
