"""The other article leaves: sold once, with its tax, and paid by what came back and what was settled."""

import re

from portal import clock
from portal.audit import Actor, Event
from portal.catalogue import reserving
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.feed import Kind
from portal.i18n import say
from portal.ids import uuid7
from portal.inventory import Move, Place, move
from portal.jobs import enqueue
from portal.ledger import Entry, Line, Role, Source, post_many
from portal.orders.keys import number_key
from portal.orders.models import Order, OrderLine, Payment, Shipment
from portal.refunds.demands import DemandState
from portal.refunds.owing import demands_for, waived
from portal.refunds.routing import MANUAL
from portal.returns.exchanges.holding import advance
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.exchanges.telling import tell
from portal.returns.notifying import notify

TRACKING = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./:+#_-]{0,59}")


def ship(exchange: Exchange, carrier: str, tracking: str, by: Actor) -> None:
    """It was sent, and is sold; a job lets what came back pay for it. Lock the return. Repeating it is no
    error.

    Raises Conflict while it may not be sent, or is sold out; Refusal for a tracking number that is none.
    """
    if exchange.state is ExchangeState.SHIPPED:
        return
    carrier, tracking = " ".join(carrier.split())[:60], " ".join(tracking.split())
    if tracking and not TRACKING.fullmatch(tracking):
        raise Refusal(say("Type the tracking number in plain letters and digits, at most 60."), "tracking")
    if exchange.state is not ExchangeState.TO_SHIP or not reserving.take(exchange.id):
        raise Conflict(say("This exchange is not ready to be sent. Look at it once more."))
    exchange.carrier, exchange.tracking, exchange.shipped_at = carrier, tracking, clock.now()
    exchange.order_id = _order(exchange).id
    cause = advance(exchange, "ship", Event.EXCHANGE_SHIPPED, by)
    notify(exchange.return_, "exchange_shipped", exchange.id, cause)
    enqueue("exchange.pay", {"return": exchange.return_id}, f"exchange.pay/{exchange.id}", cause=cause)
    _move(exchange)
    _post(exchange)
    tell(Kind.EXCHANGE_SHIPPED, exchange)


def _move(exchange: Exchange) -> None:
    moves = [
        Move(
            *(line.id, line.sku, line.title, Place.SELLABLE, Place.SHOPPER, exchange.currency),
            unit_cost=line.unit_cost,
            quantity=line.quantity,
        )
        for line in exchange.lines
        if line.quantity
    ]
    move(moves, exchange.return_id)


def _post(exchange: Exchange) -> None:
    number, about = exchange.return_.rma, exchange.return_id
    taxes: dict[str, int] = {}
    for line in exchange.lines:
        for rate, tax in line.taxes.items():
            taxes[rate] = taxes.get(rate, 0) + tax
    lines = [
        Line(Role.EXCHANGE_CLEARING, debit=exchange.value),
        Line(Role.SALES, credit=exchange.value - sum(taxes.values())),
        *(Line(Role.TAX_PAYABLE, credit=tax, detail=rate) for rate, tax in taxes.items()),
    ]
    sold = Entry(Source("exchange.sold", exchange.id, about, number), lines)
    cost = sum(line.quantity * (line.unit_cost or 0) for line in exchange.lines)
    lines = [Line(Role.COST_OF_GOODS_SOLD, debit=cost), Line(Role.INVENTORY, credit=cost)]
    left = Entry(Source("exchange.left", exchange.id, about, number), lines)
    posted = [entry for entry, amount in ((sold, exchange.value), (left, cost)) if amount]
    post_many(posted, exchange.currency)


def _order(exchange: Exchange) -> Order:
    """The order that stands for it, so that it can be found, and come back, like any other."""
    first, now = exchange.return_.order, clock.now()
    copied = "currency prices_include_tax language name email email_key postcode_key address country"
    order = Order(
        **{name: getattr(first, name) for name in copied.split()},
        id=uuid7(),
        source="exchange",
        external_id=str(exchange.id),
        digest="",
        number=exchange.number,
        number_key=number_key(exchange.number),
        placed_at=exchange.made_at,
        captured=exchange.value - waived(exchange),
        imported_at=now,
    )
    sent = [line for line in exchange.lines if line.quantity]
    order.lines = [_line(no, line, order) for no, line in enumerate(sent, start=1)]
    order.payments = _payments(exchange, order.captured)
    order.shipments = [
        Shipment(position=1, shipped_at=now, carrier=exchange.carrier, tracking=exchange.tracking)
    ]
    session.add(order)
    return order


def _line(no: int, line: ExchangeLine, order: Order) -> OrderLine:
    tax = 0 if order.prices_include_tax else sum(line.taxes.values())
    copied = ("sku", "title", "variant", "image", "category", "tags", "unit_cost", "quantity")
    return OrderLine(
        **{name: getattr(line, name) for name in copied},
        position=no,
        external_id=str(line.id),
        subtotal=line.value - tax,
        taxes={rate: tax for rate, tax in line.taxes.items() if tax},
    )


def _payments(exchange: Exchange, captured: int) -> list[Payment]:
    """What it was paid with; what was let go is no part of it.

    What came back for the first articles is given back by hand, if it must be.
    """
    settled = [demand for demand in demands_for(exchange) if demand.state is DemandState.PAID]
    put = captured - sum(demand.amount for demand in settled)
    paid = [_payment("exchange", MANUAL, exchange.number, exchange.return_.rma, put)]
    paid += [_payment("card", demand.gateway, demand.payment, "", demand.amount) for demand in settled]
    kept = [payment for payment in paid if payment.captured]
    for position, payment in enumerate(kept, start=1):
        payment.position = position
    return kept


def _payment(kind: str, gateway: str, reference: str, label: str, captured: int) -> Payment:
    return Payment(kind=kind, gateway=gateway, reference=reference, label=label, captured=captured)
