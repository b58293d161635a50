"""What Shopify's sums mean. The export does not say whether prices include tax, nor whether a discount was
on the goods or on the delivery, nor whether `Shipping` is before or after it. Its total tells.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """The cells in minor units. `goods` are the lines after their own discounts, which are `of_lines`."""

    goods: int
    of_lines: int
    discount: int
    shipping: int
    taxes: int
    total: int
    subtotal: int | None = None
    inside: bool | None = None  # what the column "Taxes included" says


@dataclass(frozen=True)
class Meaning:
    """What the sums come to: `discount` on the goods beside the lines' own; whether tax is `inside`."""

    discount: int
    charged: int
    off_delivery: int
    inside: bool

    @property
    def delivery(self) -> int:
        return self.charged - self.off_delivery


def meaning(f: Figures) -> Meaning:
    """The first reading under which the order adds up, else the nearest one."""
    off_goods = _off_goods(f)
    goods = f.goods - off_goods

    def gap(way: Meaning) -> int:
        return abs(goods + way.delivery + (0 if way.inside else f.taxes) - f.total)

    return min(_ways(f, off_goods), key=gap)


def _off_goods(f: Figures) -> int:
    """The part of the discount that is on the goods, beside what the lines say themselves."""
    if f.subtotal is not None and 0 <= f.goods - f.subtotal <= f.discount:
        return f.goods - f.subtotal
    return min(f.discount, f.goods)


def _ways(f: Figures, off_goods: int) -> list[Meaning]:
    rest = f.discount - off_goods
    rest -= f.of_lines if rest >= f.of_lines else 0  # the discount often counts the lines' own again
    deliveries = [(f.shipping + rest, rest)]  # Shipping as it was paid
    if 0 < rest <= f.shipping:
        deliveries.append((f.shipping, rest))  # Shipping before its discount
    sides = (False, True) if f.inside is None else (f.inside,)
    return [Meaning(off_goods, charged, off, side) for charged, off in deliveries for side in sides]
