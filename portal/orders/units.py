"""What one unit of an order line cost: its share of price, discount and each tax."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from portal.money import along, share, shares
from portal.orders.models import OrderLine


@dataclass(frozen=True, slots=True)
class UnitMoney:
    """One unit's shares in minor units; `taxes` by rate. `tax_inside`: the price holds the tax."""

    price: int
    discount: int
    taxes: dict[str, int] = field(default_factory=dict)
    tax_inside: bool = False

    @property
    def tax(self) -> int:
        return sum(self.taxes.values())

    @property
    def net(self) -> int:
        """Price less discounts, without tax."""
        return self.price - self.discount - (self.tax if self.tax_inside else 0)

    @property
    def gross(self) -> int:
        """What the shopper paid for the unit."""
        return self.net + self.tax


def unit_money(line: OrderLine, unit_no: int) -> UnitMoney:
    """The shares of unit `unit_no` (from 1). Over all units they add up to the line exactly."""
    n, k = line.quantity, unit_no - 1
    inside = line.order.prices_include_tax
    fits = not inside or _holds_its_tax(line)
    taxes = {rate: share(amount, n, k) for rate, amount in line.taxes.items()} if fits else _laid(line, k)
    return UnitMoney(share(line.subtotal, n, k), share(line.discount, n, k), taxes, inside)


def units_money(line: OrderLine, numbers: Iterable[int]) -> Iterator[UnitMoney]:
    """`unit_money` of each. Neighbours that are alike are one value: a line may have very many units."""
    last: UnitMoney | None = None
    for unit_no in numbers:
        money = unit_money(line, unit_no)
        last = last if last == money else money
        yield last


def paid_for(line: OrderLine, count: int) -> int:
    """What was paid for the first so many units of a line, without making a value of each."""
    n = line.quantity
    taxes = 0 if line.order.prices_include_tax else sum(shares(tax, n, count) for tax in line.taxes.values())
    return shares(line.subtotal, n, count) - shares(line.discount, n, count) + taxes


def _holds_its_tax(line: OrderLine) -> bool:
    """Whether each unit's price less discount is as much as its equal shares of the taxes inside.

    Of units of a few minor units it may not be: the odd units of discount and taxes can all fall on one that
    has none of the price's.
    """
    n, taxes = line.quantity, line.taxes.values()
    if line.subtotal - line.discount - sum(taxes) >= n * (2 + len(taxes)):
        return True  # more than all the odd units together
    starts = {
        0,
        *(amount % n for amount in (line.subtotal, line.discount, *taxes)),
    }  # units between are alike
    return all(
        share(line.subtotal, n, k) - share(line.discount, n, k) >= sum(share(tax, n, k) for tax in taxes)
        for k in starts
    )


def _laid(line: OrderLine, k: int) -> dict[str, int]:
    """The taxes inside of the k-th unit (from 0), each laid along what the units leave for it, one by one.

    What was paid for a unit stays as it is; only how much of that is tax is another share than an equal one.
    """
    n, taxes = line.quantity, dict[str, int]()
    marks = [shares(line.subtotal, n, j) - shares(line.discount, n, j) for j in (k, k + 1, n)]
    for rate, amount in line.taxes.items():
        start, end, whole = marks
        taxes[rate] = along(amount, whole, start, end)
        marks = [mark - along(amount, whole, 0, mark) for mark in marks]
    return taxes
