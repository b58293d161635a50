"""What is given for which units, and what all of it costs: fixed once it goes out or a refund pays for it."""

import uuid
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from portal.orders.units import UnitMoney, units_money
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.exchanges.prices import price_of, standing
from portal.returns.pieces import AnyItem


def fix(exchange: Exchange, items: Sequence[AnyItem]) -> None:
    """A piece for each of these units, and what all of it costs."""
    by_line = _moneys(items)
    for line in exchange.lines:
        units = standing(line, by_line.get(line.return_line_id, ()))
        price = price_of(line)
        line.quantity, line.value, line.taxes = len(units), price.total(units), price.taxes(units)
    exchange.value = sum(line.value for line in exchange.lines)


def _moneys(items: Sequence[AnyItem]) -> Mapping[uuid.UUID, Sequence[UnitMoney]]:
    found: dict[uuid.UUID, list[UnitMoney]] = {}
    for line, some in groupby(items, attrgetter("return_line_id")):
        units = list(some)
        moneys = units_money(units[0].order_line, [item.unit_no for item in units])
        found.setdefault(line, []).extend(moneys)
    return found


def pay_by(exchange: Exchange, refund: uuid.UUID, items: Sequence[AnyItem]) -> None:
    """A refund of these units was approved. The first says what is given, unless that was on its way."""
    if exchange.refund_id is None:
        if exchange.state is ExchangeState.WANTED:
            fix(exchange, items)
        exchange.refund_id = refund


def unpay(exchange: Exchange, refund: uuid.UUID) -> None:
    """That approval is taken back: what is only wanted is fixed by the next."""
    if exchange.refund_id == refund:
        exchange.refund_id = None
        if exchange.state is ExchangeState.WANTED:
            fix(exchange, ())
