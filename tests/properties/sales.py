"""What orders can look like, for properties of money. Amounts in minor units."""

from dataclasses import dataclass

from hypothesis import strategies as st

from portal.orders.models import Order, OrderLine
from portal.orders.units import UnitMoney, unit_money

AMOUNTS = st.integers(0, 1_000_000)
WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)
RATES = {"19": 1900, "7": 700, "6.25": 625}


@dataclass(frozen=True)
class Sale:
    """An order's lines, as rows that no database has seen."""

    lines: tuple[OrderLine, ...]

    @property
    def units(self) -> list[UnitMoney]:
        return [unit_money(line, no) for line in self.lines for no in range(1, line.quantity + 1)]

    @property
    def taxes(self) -> dict[str, int]:
        """All tax that was paid, by rate."""
        total: dict[str, int] = {}
        for line in self.lines:
            for rate, tax in line.taxes.items():
                total[rate] = total.get(rate, 0) + tax
        return {rate: tax for rate, tax in total.items() if tax}

    @property
    def paid(self) -> int:
        inside = self.lines[0].order.prices_include_tax
        goods = sum(line.subtotal - line.discount for line in self.lines)
        return goods if inside else goods + sum(self.taxes.values())


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """An order with up to three lines, tax inside or on top."""
    order = Order(prices_include_tax=draw(st.booleans()))
    return Sale(tuple(draw(lines(order)) for _ in range(draw(st.integers(1, 3)))))


@st.composite
def lines(draw: st.DrawFn, order: Order) -> OrderLine:
    """A line of ordinary amounts, or of so few minor units that the odd ones meet on a unit."""
    quantity = draw(st.integers(1, 9))
    subtotal = draw(st.integers(0, 200_000) | st.integers(0, 4 * quantity))
    discount = draw(st.integers(0, subtotal))
    rates = draw(st.lists(st.sampled_from(sorted(RATES)), max_size=3, unique=True))
    left = subtotal - discount
    taxes = {rate: left * RATES[rate] // (10_000 + RATES[rate]) // 2 for rate in rates}
    if draw(st.booleans()):  # whatever the rates say, no more than the price
        taxes = {}
        for rate in rates:
            taxes[rate] = draw(st.integers(0, left - sum(taxes.values())))
    return OrderLine(quantity=quantity, subtotal=subtotal, discount=discount, taxes=taxes, order=order)
