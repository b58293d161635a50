"""What one unit of an order line cost: its share of price, discount and each tax."""

from dataclasses import dataclass, field

from portal.money import share
from portal.orders.models import OrderLine


@dataclass(frozen=True)
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
    taxes = {rate: share(amount, n, k) for rate, amount in line.taxes.items()}
    return UnitMoney(
        share(line.subtotal, n, k), share(line.discount, n, k), taxes, line.order.prices_include_tax
    )
