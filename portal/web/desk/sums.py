"""An order's money line by line: what it comes to by its parts, what was captured, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.i18n import Message, say
from portal.orders.models import Order, OrderLine
from portal.refunds.spendings import gone, left

Row = tuple[str, Message | str, Message | str, int]  # kind, text, hint, amount in minor units


@dataclass(frozen=True)
class Sums:
    """`parts` add up to `total`; `moves` begin with what was captured and end with what may still go back."""

    parts: Sequence[Row]
    total: int
    moves: Sequence[Row]
    left: int


def sums(order: Order) -> Sums:
    """In minor units of the order's currency. A line that is gone counts no more."""
    lines = [line for line in order.lines if not line.gone]
    goods, off = sum(line.subtotal for line in lines), sum(line.discount for line in lines)
    tax = sum(map(tax_of, lines)) + sum(order.delivery_taxes.values())
    delivery = order.delivery_charged - order.delivery_discount
    rows: list[Row] = [("", say("Articles"), "", goods), *_less(say("Discounts"), off)]
    rows += [("", say("Delivery"), "", delivery)] if delivery else []
    rows += [] if order.prices_include_tax or not tax else [("", say("Tax"), "", tax)]
    total = goods - off + delivery + (0 if order.prices_include_tax else tax)
    return Sums(rows, total, _moves(order), left(order))


def tax_of(line: OrderLine) -> int:
    """The tax of a line, inside its price or on top as the order says."""
    return sum(line.taxes.values())


def _moves(order: Order) -> list[Row]:
    rows: list[Row] = [("", say("Captured"), "", order.captured)]
    rows += _less(say("Refunded elsewhere"), order.refunded_outside)
    rows += _less(say("Given back at the till, or with another order"), gone(order))
    return rows + _less(say("Refunds of the portal"), order.reserved, say("held or sent"))


def _less(text: Message, amount: int, hint: Message | str = "") -> list[Row]:
    return [("less", text, hint, -amount)] if amount else []
