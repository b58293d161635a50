"""Bringing an order up to date with what the outside now tells, without touching what a return stands on.

Three parts, each taken whole or not at all:
- Where it went (name, address, parcels, cancelled, flags) and what was refunded elsewhere: always.
- What was captured: unless refunds hold more than that by now.
- Lines, prices, delivery, currency: unless a return holds a line that would become another, or money is held
  or gone and the terms that refunds start from would change. A line that a return holds is never written to.
  A line that the order no longer has is deleted, or marked gone where a draft or an ended return names it.
"""

import uuid
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

import sqlalchemy as sa

from portal import clock
from portal.db import Base, here, session
from portal.i18n import Amount, Message, dump, say
from portal.orders.accepting import still_accepted
from portal.orders.facts import LineFacts, OrderFacts, PaymentFacts
from portal.orders.keys import number_key
from portal.orders.models import Order, OrderLine, Payment, Shipment
from portal.orders.storing import (
    digest,
    line_rows,
    line_values,
    money_basis,
    payment_values,
    shipment_rows,
    whereabouts,
)

Row = TypeVar("Row", Order, OrderLine, Payment)
STANDS = ("sku", "quantity", "subtotal", "discount", "taxes")


def amend(id: uuid.UUID, order: OrderFacts) -> Message | None:
    """Bring the order up to date; what could not be taken and why, or None.

    Locks the order, its lines and its payments and waits for none of them: OperationalError if they are in
    use. What was not taken is tried again at the next import.
    """
    held = _lock(id)
    withheld = list(_standing_against(held, order))
    if held.currency != order.currency and (withheld or named(held.lines)):
        return _not_taken([say("its currency")])
    if not withheld:
        _take_basis(held, order)
    captured = _captured_against(held, order)
    _take_payments(held, order, captured=captured is None)
    _take_whereabouts(held, order)
    reasons = [*withheld, *([captured] if captured else [])]
    held.digest = "" if reasons else digest(order)
    session.flush()
    held.accepted = still_accepted(held)
    session.flush()
    return _not_taken(reasons) if reasons else None


def _lock(id: uuid.UUID) -> Order:
    """The order with its lines and payments, locked in this order and read afresh."""
    held = _locked(Order, Order.id == id).one()
    _locked(OrderLine, OrderLine.order_id == id).all()
    _locked(Payment, Payment.order_id == id).all()
    return held


def _locked(
    kind: type[Row], which: sa.ColumnElement[bool], *, to_delete: bool = False
) -> sa.ScalarResult[Row]:
    """As everywhere, rows that only point to these may be written meanwhile; not to those that are to go."""
    query = sa.select(kind).where(which, kind.tenant_id == here()).order_by(kind.id)
    query = query.with_for_update(nowait=True, key_share=not to_delete)
    return session.scalars(query.execution_options(populate_existing=True))


def _not_taken(parts: list[Message]) -> Message:
    whole = parts[0]
    for part in parts[1:]:
        whole = say("{these}, {that}", these=whole, that=part)
    return say("a return stands on what the file changes; these stay as they were: {parts}", parts=whole)


def _standing_against(held: Order, order: OrderFacts) -> Iterator[Message]:
    """What the file would change of what live returns and refunds start from."""
    claimed = [line for line in held.lines if line.claimed]
    if not claimed and not held.reserved:
        return
    told = {line.key: line for line in order.lines}
    for line in claimed:
        if _differs(line, told.get(line.external_id)):
            yield say("line {position}", position=line.position)
    if any(getattr(held, name) != value for name, value in money_basis(order).items()):
        yield say("currency, date, delivery and whether prices include tax")


def _differs(line: OrderLine, told: LineFacts | None) -> bool:
    if told is None:
        return True
    values = line_values(told)
    return any(getattr(line, name) != values[name] for name in STANDS)


def _take_basis(held: Order, order: OrderFacts) -> None:
    for name, value in money_basis(order).items():
        setattr(held, name, value)
    mine = {line.external_id: line for line in held.lines}
    told = {line.key: line for line in order.lines}
    for key, line in mine.items():
        if key in told and not line.claimed:
            _write(line, line_values(told[key]) | {"gone": False})
    _part_with([line for key, line in mine.items() if key not in told])
    new = [line for line in order.lines if line.key not in mine]
    last = max((line.position for line in held.lines), default=0)
    session.add_all(OrderLine(order_id=held.id, **row) for row in line_rows(new, first=last + 1))


def _part_with(lines: list[OrderLine]) -> None:
    """Delete them, but for those that are named: these are gone, so that no unit of them can go back."""
    if not lines:
        return
    kept = named(lines)
    for line in lines:
        line.gone = line.id in kept
    free = [line.id for line in lines if not line.gone]
    for line in _locked(OrderLine, OrderLine.id.in_(free), to_delete=True):
        session.delete(line)


def named(lines: Sequence[OrderLine]) -> set[uuid.UUID]:
    """Those of these lines that something points to: returns, in whatever state.

    Returns stand to the right of orders, so they are found by their foreign keys.
    """
    found, ids = set[uuid.UUID](), [line.id for line in lines]
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if key.referred_table is OrderLine.__table__:
                column = table.c[key.column_keys[-1]]
                of_shop = sa.select(column).where(table.c.tenant_id == here(), column.in_(ids))
                found.update(session.scalars(of_shop.distinct()))
    return found


def _write(row: OrderLine | Payment | Shipment, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _pairs(held: Order, order: OrderFacts) -> list[tuple[Payment | None, PaymentFacts | None]]:
    """Each payment with what the file says of it: by its reference, and those without by their order."""
    mine = {(p.gateway, p.reference): p for p in held.payments if p.reference}
    pairs: list[tuple[Payment | None, PaymentFacts | None]] = []
    told: list[PaymentFacts] = []
    for facts in order.payments:
        found = mine.pop((facts.gateway, facts.reference), None)
        if found:
            pairs.append((found, facts))
        else:
            told.append(facts)
    matched = {id(payment) for payment, _ in pairs}
    rest = [payment for payment in held.payments if id(payment) not in matched]
    return [*pairs, *zip_longest(rest, told)]


def _captured_against(held: Order, order: OrderFacts) -> Message | None:
    """Why what was captured cannot be lowered to what the file says."""
    short = order.captured < held.reserved or any(
        payment and payment.reserved > (facts.captured if facts else 0)
        for payment, facts in _pairs(held, order)
    )
    if not short:
        return None
    amounts = {"told": order.captured, "reserved": held.reserved}
    return say(
        "what was captured (refunds hold {reserved}, the file says {told})",
        **{name: Amount(minor, order.currency) for name, minor in amounts.items()},
    )


def _take_payments(held: Order, order: OrderFacts, *, captured: bool) -> None:
    """A payment is never deleted, legs of refunds name it: one that the file does not know has captured 0."""
    held.refunded_outside = order.refunded_outside
    if captured:
        held.captured = order.captured
    last = max((payment.position for payment in held.payments), default=0)
    for payment, facts in _pairs(held, order):
        values: dict[str, Any] = payment_values(order, facts) if facts else {"captured": 0}
        if payment and captured:
            _write(payment, values)
        elif payment and facts:
            payment.refunded_outside = values["refunded_outside"]
        elif captured and facts:
            last += 1
            session.add(Payment(order_id=held.id, position=last, **values))


def _take_whereabouts(held: Order, order: OrderFacts) -> None:
    for name, value in whereabouts(order).items():
        setattr(held, name, value)
    held.number, held.number_key = order.number, number_key(order.number)
    if held.external_id == held.number_key:
        held.external_id = order.external_id
    held.flags = [dump(flag) for flag in order.flags]
    held.imported_at = clock.now()
    session.flush()
    _take_shipments(held, order)


def _take_shipments(held: Order, order: OrderFacts) -> None:
    columns = (OrderLine.external_id, OrderLine.position)
    rows = session.execute(sa.select(*columns).where(OrderLine.order_id == held.id))
    places = {key: position for key, position in rows}  # noqa: C416 - a result is no sequence of pairs
    mine = {shipment.position: shipment for shipment in held.shipments}
    for row in shipment_rows(order.shipments, places):
        shipment = mine.pop(row["position"], None)
        if shipment:
            _write(shipment, row)
        else:
            session.add(Shipment(order_id=held.id, **row))
    for shipment in mine.values():
        session.delete(shipment)
