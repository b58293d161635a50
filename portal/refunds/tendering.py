"""Where a refund goes: to payments, to another article, to stored value that is issued for it. Pure.

All amounts are minor units of the order's currency.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.money import allocate, basis_points
from portal.policies import TenderOrder
from portal.refunds.lifecycle import Destination


@dataclass(frozen=True)
class Source:
    """A payment and what may still go back to it. `to`: itself, or stored value of the shop's own that it
    was made with."""

    payment: uuid.UUID
    refundable: int
    stored_value: bool = False
    to: Destination = Destination.PAYMENT


@dataclass(frozen=True)
class Leg:
    """An amount to a payment, to the stored value that a payment was made with, or, where `payment` is
    None, to store credit, on a gift card that is issued for it, or to another article. `bonus`: what the
    shop adds to a credit, at its own expense; no part of the refund."""

    amount: int
    payment: uuid.UUID | None = None
    to: Destination = Destination.PAYMENT
    bonus: int = 0

    @property
    def worth(self) -> int:
        """What arrives there."""
        return self.amount + self.bonus


@dataclass(frozen=True)
class ToPayments:
    """Money goes back to these payments, which stand in the order they were taken."""

    sources: Sequence[Source]
    order: TenderOrder = TenderOrder.STORED_VALUE_FIRST

    @property
    def room(self) -> int:
        """The most that they can take, in minor units."""
        return sum(source.refundable for source in self.sources)

    def legs(self, amount: int, extra: int = 0) -> list[Leg]:
        taken = self._taken(amount + extra)
        return [Leg(some, source.payment, source.to) for source, some in taken if some]

    def _taken(self, amount: int) -> Iterator[tuple[Source, int]]:
        if self.order is TenderOrder.PRO_RATA:
            yield from zip(self.sources, allocate(amount, [s.refundable for s in self.sources]), strict=True)
            return
        stored_first = self.order is TenderOrder.STORED_VALUE_FIRST
        for source in sorted(self.sources, key=lambda s: s.stored_value is not stored_first):
            taken = min(amount, source.refundable)
            yield source, taken
            amount -= taken


@dataclass(frozen=True)
class ToExchange:
    """Another article is given for it, which costs `value`; what is left goes to the payments. None: it is
    not picked yet, and may cost any amount."""

    value: int | None
    rest: ToPayments

    def applied(self, amount: int) -> int:
        """What of the amount the article takes; goodwill is money, and goes to the payments."""
        return amount if self.value is None else min(amount, self.value)

    def legs(self, amount: int, extra: int = 0) -> list[Leg]:
        applied = self.applied(amount)
        given = [Leg(applied, None, Destination.EXCHANGE)] if applied else []
        return [*given, *self.rest.legs(amount - applied, extra)]


@dataclass(frozen=True)
class Issued:
    """Stored value is issued for it. `bonus` in basis points of the amount, half up; none on extra. `before`
    and `given`: what was refunded of the return so before, and the bonus on that, so that all of it comes to
    the bonus on the whole, in however many refunds."""

    to: Destination = Destination.STORE_CREDIT
    bonus: int = 0
    before: int = 0
    given: int = 0

    def legs(self, amount: int, extra: int = 0) -> list[Leg]:
        bonus = max(0, basis_points(self.before + amount, self.bonus) - self.given)
        return [Leg(amount + extra, None, self.to, bonus)]


To = ToPayments | ToExchange | Issued
