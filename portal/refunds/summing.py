"""A refund's parts added up by the lines of the order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.orders.models import OrderLine
from portal.refunds.planning import Part
from portal.returns.pieces import AnyItem


@dataclass
class LineSum:
    """What the refund has of one line, in minor units; `reduction` and `cut` are off net and taxes already.

    `nets` is the net that each rate of tax is on, `taxes` the tax.
    """

    line: OrderLine
    units: int = 0
    net: int = 0
    nets: Counter[str] = field(default_factory=Counter)
    taxes: Counter[str] = field(default_factory=Counter)
    reduction: int = 0
    cut: int = 0
    fee: int = 0

    @property
    def tax(self) -> int:
        return self.taxes.total()

    @property
    def amount(self) -> int:
        return self.net + self.tax - self.fee

    def add(self, part: Part) -> None:
        self.units += 1
        self.net += part.net
        for rate, tax in part.taxes.items():
            self.nets[rate] += part.net
            self.taxes[rate] += tax
        self.reduction += part.reduction
        self.cut += part.cut
        self.fee += part.fee


def by_line(items: Sequence[AnyItem], parts: Iterable[Part]) -> list[LineSum]:
    """A sum for each line, in the order of the return's units."""
    lines = {item.id: item.line.order_line for item in items}
    sums: dict[object, LineSum] = {}
    for part in parts:
        line = lines[part.item]
        sums.setdefault(line.id, LineSum(line)).add(part)
    return list(sums.values())
