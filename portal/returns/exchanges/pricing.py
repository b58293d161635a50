"""What another article costs for a unit that comes back. Pure; minor units, taxes in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.money import allocate
from portal.orders.taxing import points_of, tax_at
from portal.orders.units import UnitMoney


@dataclass(frozen=True, slots=True)
class Price:
    """A piece costs `amount`; or, `at_price_paid`, what was paid for the unit it stands for and `amount`
    more, or less where that is negative. `rates`: its tax rates, in per cent."""

    amount: int
    at_price_paid: bool = False
    rates: tuple[str, ...] = ()

    def of(self, unit: UnitMoney) -> int:
        """What is paid for the piece that stands for the unit; never below zero."""
        return max(0, unit.gross + self.amount) if self.at_price_paid else self.amount

    def total(self, units: Iterable[UnitMoney]) -> int:
        return sum(self.of(unit) for unit in units)

    def taxes(self, units: Sequence[UnitMoney]) -> dict[str, int]:
        """The taxes in the total, by rate: those that were paid, where it costs what was paid."""
        if self.at_price_paid and not self.amount:
            paid = dict.fromkeys(rate for unit in units for rate in unit.taxes)
            return {rate: sum(unit.taxes.get(rate, 0) for unit in units) for rate in paid}
        return taxes_in(self.total(units), self.rates)


def gross(price: int, rates: Sequence[str], *, inside: bool) -> int:
    """A price with its taxes, where they are not in it yet. Each tax half up."""
    return price if inside else price + sum(tax_at(price, points_of(rate), inside=False) for rate in rates)


def taxes_in(total: int, rates: Sequence[str]) -> dict[str, int]:
    """The taxes that an amount holds, by rate: together half up, then split by the rates."""
    points = [points_of(rate) for rate in rates]
    tax = tax_at(total, sum(points), inside=True)
    return dict(zip(rates, allocate(tax, points), strict=True))
