"""What the shop's systems hear of refunds and their legs."""

import uuid
from collections.abc import Iterable
from typing import Any

from portal.feed import Fact, Kind, publish
from portal.refunds.models import Refund, RefundLeg
from portal.returns.models import ReturnItem


def tell_refund(kind: Kind, refund: Refund, parts: Iterable[tuple[uuid.UUID, int]]) -> None:
    """The whole refund: which units it is for, and where it goes. When the command holds all its locks.

    `parts` are the units' ids with what goes back for each.
    """
    data = {
        "resolution": refund.resolution.value,
        "lines": _lines(refund, parts),
        "delivery": refund.delivery + sum(refund.delivery_taxes.values()),
        "return_shipping": refund.shipping,
        "legs": [{"id": str(leg.id), "amount": leg.amount, **_way(leg)} for leg in refund.legs],
    }
    publish([Fact(kind, refund.id, refund.return_id, refund.amount, refund.currency, data)])


def _lines(refund: Refund, parts: Iterable[tuple[uuid.UUID, int]]) -> list[dict[str, Any]]:
    """The units by the lines of the order, with what goes back for them."""
    items: dict[Any, ReturnItem] = {item.id: item for item in refund.return_.items}
    found: dict[Any, dict[str, Any]] = {}
    for item, amount in parts:
        line = items[item].order_line
        head = {"id": line.external_id, "sku": line.sku, "units": 0, "amount": 0}
        told = found.setdefault(line.id, head)
        told["units"] += 1
        told["amount"] += amount
    return list(found.values())


def tell_leg(kind: Kind, leg: RefundLeg) -> None:
    """How it went with one leg. When the command holds all its locks."""
    data = {"refund": str(leg.refund_id), **_way(leg), "reference": leg.reference, "reason": leg.reason}
    publish([Fact(kind, leg.id, leg.refund.return_id, leg.amount, leg.currency, data)])


def _way(leg: RefundLeg) -> dict[str, Any]:
    """Where it goes: the payment by its gateway's own id, as the order has it."""
    payment = leg.payment.reference if leg.payment else None
    return {"destination": leg.destination.value, "payment": payment}
