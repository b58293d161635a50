"""What a return's exchange costs: as it is picked, and since the request as it was then."""

import uuid
from collections.abc import Mapping, Sequence

from portal.orders.units import UnitMoney
from portal.policies import Resolution
from portal.returns.exchanges.holding import exchange_of
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.exchanges.picking import picked
from portal.returns.exchanges.pricing import Price
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return

Units = Mapping[uuid.UUID, Sequence[UnitMoney]]  # by the line of the return


def value_for(return_: Return, units: Units) -> int | None:
    """What the articles cost that stand for these units; None where one is not picked yet.

    Once a refund has paid for them, nothing is left to be paid: units that are accepted later are refunded.
    """
    if return_.state is ReturnState.DRAFT:
        return _total({pick.line.id: pick.price for pick in picked(return_)}, units)
    exchange = exchange_of(return_) if return_.resolution is Resolution.EXCHANGE else None
    return value_in(exchange, units) if exchange else None


def value_in(exchange: Exchange, units: Units) -> int | None:
    if exchange.refund_id:
        return 0
    if exchange.state is not ExchangeState.WANTED:  # all of it went before anything was checked
        return exchange.value
    return _total({line.return_line_id: price_of(line) for line in exchange.lines}, units)


def _total(prices: Mapping[uuid.UUID, Price], units: Units) -> int | None:
    if not units.keys() <= prices.keys():
        return None
    return sum(prices[line].total(some) for line, some in units.items())


def price_of(line: ExchangeLine) -> Price:
    return Price(line.amount, line.at_price_paid, tuple(line.rates))
