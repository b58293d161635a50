"""What a refund comes to. Pure: a plan is a value that is shown, then carried out; nothing is computed twice.

All amounts are minor units of the order's currency.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from portal.money import allocate, basis_points
from portal.orders.units import UnitMoney
from portal.refunds.lifecycle import Destination
from portal.refunds.tendering import Leg, To, ToExchange, ToPayments


@dataclass(frozen=True)
class FeeTerms:
    """A restocking fee: basis points of the price without tax, or fixed for each unit. `rule` names it.

    Of basis points at least the minimum and at most the maximum, where there is one.
    """

    rule: str = ""
    label: str = ""
    points: int = 0
    fixed: int = 0
    minimum: int = 0
    maximum: int | None = None

    def of(self, net: int) -> int:
        """The fee on a unit whose price without tax is that, as long as its refund has as much."""
        fee = self.fixed + basis_points(net, self.points)
        fee = fee if self.maximum is None else min(fee, self.maximum)
        return max(fee, self.minimum)


NO_FEE = FeeTerms()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that comes back. `item` is its ReturnItem, or stands for one in a quote.

    `reduction` is in basis points of what was paid for the unit, `less` an amount that is off besides.
    `quoted`: the fee that its shopper was shown when they asked; None: the same.
    """

    item: uuid.UUID
    money: UnitMoney
    fee: FeeTerms = NO_FEE
    reduction: int = 0
    shop_fault: bool = False
    less: int = 0
    quoted: FeeTerms | None = None


@dataclass(frozen=True)
class Delivery:
    """Outbound delivery that goes back: the charge and its taxes by rate, on top or inside."""

    charge: int = 0
    taxes: Mapping[str, int] = field(default_factory=dict)
    tax_inside: bool = False

    @property
    def tax(self) -> int:
        return sum(self.taxes.values())

    @property
    def net(self) -> int:
        return self.charge - (self.tax if self.tax_inside else 0)

    @property
    def gross(self) -> int:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part: net + taxes − fee = amount. `reduction` and `cut` are off net and taxes already.

    `quoted_fee`: the fee as it was quoted.
    """

    item: uuid.UUID
    money: UnitMoney
    net: int
    taxes: Mapping[str, int]
    fee: int
    fee_terms: FeeTerms
    reduction: int
    cut: int = 0
    quoted_fee: int = 0

    @property
    def value(self) -> int:
        return self.net + sum(self.taxes.values())

    @property
    def amount(self) -> int:
        return self.value - self.fee


@dataclass(frozen=True)
class Plan:
    """A refund: Σ parts − shipping + delivery + goodwill = amount = Σ legs. `cut` is what the order's bound
    took. `value`: what is still to be paid of the other article, where one is given for it.
    """

    parts: tuple[Part, ...]
    shipping: int
    delivery: Delivery
    cut: int
    legs: tuple[Leg, ...]
    value: int | None = None
    goodwill: int = 0

    @property
    def owed(self) -> int:
        """What the shopper pays on top for the other article."""
        applied = sum(leg.amount for leg in self.legs if leg.to is Destination.EXCHANGE)
        return 0 if self.value is None else self.value - applied

    @property
    def amount(self) -> int:
        return sum(p.amount for p in self.parts) - self.shipping + self.delivery.gross + self.goodwill

    @property
    def bonus(self) -> int:
        return sum(leg.bonus for leg in self.legs)

    @property
    def worth(self) -> int:
        """What the shopper gets: the refund, and what the shop adds."""
        return self.amount + self.bonus

    @property
    def deviation(self) -> int:
        """How far it is from what was quoted for the same units: below zero, where conditions were not met,
        a fee was added by the grade or the bound cut it; above, by goodwill and fees that fell away."""
        off = sum(p.reduction + p.fee - p.quoted_fee for p in self.parts)
        return self.goodwill - off - self.cut

    @property
    def quoted(self) -> int:
        """What the same units were to come to when they were asked for."""
        return self.amount - self.deviation

    @property
    def balance(self) -> int:
        """What the shopper gets, less what they pay; tells one plan's amounts from another's."""
        return self.worth - self.owed

    @property
    def fees(self) -> int:
        return sum(p.fee for p in self.parts)

    @property
    def needs_review(self) -> bool:
        return self.cut > 0

    @property
    def taxes(self) -> dict[str, int]:
        """All tax that goes back, by rate."""
        total: dict[str, int] = {}
        for taxes in (*(p.taxes for p in self.parts), self.delivery.taxes):
            for rate, tax in taxes.items():
                total[rate] = total.get(rate, 0) + tax
        return {rate: tax for rate, tax in total.items() if tax}


def plan(
    units: Sequence[Unit],
    *,
    bound: int,
    to: To,
    shipping: int = 0,
    delivery: Delivery | None = None,
    goodwill: int = 0,
) -> Plan:
    """The refund of units that come back.

    `bound`: what the order may still refund. `shipping`: what the way back still costs the shopper.
    `goodwill`: what the shop adds to what is owed; as much of it as the bound leaves. Where nothing goes back
    there is no leg. The same input gives the same plan.
    """
    parts = [part_of(unit) for unit in units]
    back = delivery or Delivery()
    shipping = min(shipping, sum(p.amount for p in parts))
    asked = sum(p.amount for p in parts) - shipping + back.gross
    due = min(asked, bound, *_room(to))
    parts, back = _cut(parts, back, shipping, asked - due)
    extra = min(goodwill, bound - due, *_spare(to, due))
    legs = tuple(to.legs(due, extra)) if due + extra else ()
    value = to.value if isinstance(to, ToExchange) else None
    return Plan(tuple(parts), shipping, back, asked - due, legs, value, extra)


def _spare(to: To, due: int) -> tuple[int, ...]:
    """The most that can be taken there beside what is due, if there is a most."""
    if isinstance(to, ToPayments):
        return (to.room - due,)
    return (to.rest.room - due + to.applied(due),) if isinstance(to, ToExchange) else ()


def _room(to: To) -> tuple[int, ...]:
    """The most that can be taken there, if there is a most."""
    if isinstance(to, ToPayments):
        return (to.room,)
    if isinstance(to, ToExchange) and to.value is not None:
        return (to.value + to.rest.room,)
    return ()


def part_of(unit: Unit) -> Part:
    """What a unit comes to by itself, before the way back and the order's bound."""
    money = unit.money
    reduction = min(basis_points(money.gross, unit.reduction) + unit.less, money.gross)
    net, taxes = shrink(money.net, money.taxes, reduction)
    fee = _fee(unit, unit.fee, money.gross - reduction)
    quoted = _fee(unit, unit.quoted or unit.fee, money.gross)
    return Part(unit.item, money, net, taxes, fee, unit.fee if fee else NO_FEE, reduction, quoted_fee=quoted)


def _fee(unit: Unit, terms: FeeTerms, most: int) -> int:
    return 0 if unit.shop_fault else min(terms.of(unit.money.net), most)


def shrink(net: int, taxes: Mapping[str, int], less: int) -> tuple[int, Mapping[str, int]]:
    """Take an amount off a net and its taxes, in proportion."""
    if not less:
        return net, taxes
    off = allocate(less, [net, *taxes.values()])
    return net - off[0], {rate: tax - o for (rate, tax), o in zip(taxes.items(), off[1:], strict=True)}


def _cut(parts: list[Part], back: Delivery, shipping: int, cut: int) -> tuple[list[Part], Delivery]:
    """Spread a cut over the units' amounts and the delivery, never making one negative."""
    if not cut:
        return parts, back
    shares = allocate(cut, [*(p.amount for p in parts), back.gross])
    shorter = [_shorten(p, less) for p, less in zip(parts, shares[:-1], strict=True)]
    net, taxes = shrink(back.net, back.taxes, shares[-1])
    return shorter, Delivery(net, taxes)


def _shorten(part: Part, less: int) -> Part:
    net, taxes = shrink(part.net, part.taxes, less)
    return replace(part, net=net, taxes=taxes, cut=less)


def delivery_due(
    charged: int, discount: int, standard: int, taxes: Mapping[str, int], *, tax_inside: bool
) -> Delivery:
    """The outbound delivery that goes back with a whole order: at most what standard delivery costs."""
    paid = charged - discount
    due = min(standard, paid)
    if due <= 0:
        return Delivery()
    left, share = [due, paid - due], dict[str, int]()
    for rate, tax in taxes.items():
        parts = allocate(tax, left)
        share[rate] = parts[0]
        if tax_inside:  # the next tax cannot be more than what this one leaves of the price
            left = [price - part for price, part in zip(left, parts, strict=True)]
    return Delivery(due, share, tax_inside)
