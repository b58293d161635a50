"""What the shop's systems hear of refunds and their legs."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal.db import session
from portal.feed import Fact, Kind, publish
from portal.orders.models import OrderLine
from portal.refunds.models import Refund, RefundLeg, RefundPart
from portal.refunds.summing import LineSum
from portal.returns.models import ReturnItem


def tell_refund(
    kind: Kind, refund: Refund, note: str | None, no: int, sums: Sequence[LineSum] | None = None
) -> None:
    """The whole refund: which units it is for, and where it goes, under a number that was drawn for it.

    `note`: the number of its credit note, or of that one's cancellation. `sums`: its lines, where known.
    """
    data = {
        "resolution": refund.resolution.value,
        "lines": _lines(refund) if sums is None else [_line(one) for one in sums],
        "delivery": refund.delivery + sum(refund.delivery_taxes.values()),
        "return_shipping": refund.shipping,
        "goodwill": refund.goodwill,
        "legs": [
            {"id": str(leg.id), "amount": leg.amount, "bonus": leg.bonus, **_way(leg)} for leg in refund.legs
        ],
    }
    data |= {"credit_note": note} if note else {}
    publish([Fact(kind, refund.id, refund.return_id, refund.amount, refund.currency, data)], no)


def _line(one: LineSum) -> dict[str, Any]:
    return _named(one.line.external_id, one.line.sku, one.units, one.amount, one.reduction)


def _named(id: str, sku: str, units: int, amount: int, less: int) -> dict[str, Any]:
    told = {"id": id, "sku": sku, "units": units, "amount": amount}
    return told | ({"less": less} if less else {})


def _lines(refund: Refund) -> list[dict[str, Any]]:
    """How many units of each line of the order it is for, with what goes back for them."""
    line = (OrderLine.external_id, OrderLine.sku)
    sums = (sa.func.sum(RefundPart.amount), sa.func.sum(RefundPart.reduction))
    query = sa.select(*line, sa.func.count(RefundPart.id), *sums)
    query = query.join(ReturnItem, ReturnItem.order_line_id == OrderLine.id)
    query = query.join(RefundPart, RefundPart.item_id == ReturnItem.id)
    query = query.where(RefundPart.refund_id == refund.id).group_by(OrderLine.id, *line)
    rows = session.execute(query.order_by(sa.func.min(ReturnItem.no)))
    return [_named(id, sku, n, int(amount), int(less)) for id, sku, n, amount, less in rows]


def tell_leg(kind: Kind, leg: RefundLeg, no: int | None = None) -> None:
    """How it went with one leg, under a number that was drawn for it, if one was. When the command holds all
    its locks."""
    data = {"refund": str(leg.refund_id), **_way(leg), "reference": leg.reference, "reason": leg.reason}
    publish([Fact(kind, leg.id, leg.refund.return_id, leg.amount, leg.currency, data)], no)


def _way(leg: RefundLeg) -> dict[str, Any]:
    """Where it goes: the payment by its gateway's own id, as the order has it."""
    payment = leg.payment.reference if leg.payment else None
    return {"destination": leg.destination.value, "payment": payment}
