"""What a return's exchange costs: as it is picked, and since the request as it was then."""

import uuid
from collections.abc import Mapping, Sequence

from portal.orders.units import UnitMoney
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.exchanges.picking import picked
from portal.returns.exchanges.pricing import Price
from portal.returns.models import Return

Units = Mapping[uuid.UUID, Sequence[UnitMoney]]  # by the line of the return


def value_picked(draft: Return, units: Units) -> int | None:
    """What the articles cost that stand for these units of a draft; None where one is not picked yet."""
    return _total({pick.line.id: pick.price for pick in picked(draft)}, units)


def value_in(exchange: Exchange, units: Units) -> int:
    """What all of it costs if these units are accepted, and no others. Units that joined the return after its
    request stand for nothing, and are refunded."""
    if exchange.refund_id or exchange.state is not ExchangeState.WANTED:  # it is known what is given
        return exchange.value
    return sum(
        price_of(line).total(standing(line, units.get(line.return_line_id, ()))) for line in exchange.lines
    )


def standing(line: ExchangeLine, units: Sequence[UnitMoney]) -> Sequence[UnitMoney]:
    """Those of the units that a piece is given for: as many as were asked."""
    return units[: line.asked]


def _total(prices: Mapping[uuid.UUID, Price], units: Units) -> int | None:
    if not units.keys() <= prices.keys():
        return None
    return sum(prices[line].total(some) for line, some in units.items())


def price_of(line: ExchangeLine) -> Price:
    return Price(line.amount, line.at_price_paid, tuple(line.rates))
