"""F1: the feed is numbered without gaps, and tells everything that it is about once, as it was."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.feed import FeedEntry, Kind
from portal.inventory import StockMovement
from portal.ledger import Book
from portal.refunds.demands import Demand, DemandRefund
from portal.refunds.lifecycle import LegState
from portal.refunds.models import CreditEntry, GiftCard, GiftCardEntry, Refund, RefundLeg, StoreCredit
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange


@dataclass(frozen=True)
class Told:
    """Which rows of a table a kind tells, and what it says of their money."""

    of: Any
    where: Any
    amount: Any
    currency: Any


def _legs(*states: LegState) -> Told:
    return Told(RefundLeg, RefundLeg.state.in_(states), RefundLeg.amount, RefundLeg.currency)


def _credit(*kinds: str, taken: bool = False) -> Told:
    owned = sa.select(StoreCredit.currency).where(StoreCredit.id == CreditEntry.credit_id)
    return _value(CreditEntry, owned, kinds, taken)


def _card(*kinds: str, taken: bool = False) -> Told:
    owned = sa.select(GiftCard.currency).where(GiftCard.id == GiftCardEntry.card_id)
    return _value(GiftCardEntry, owned, kinds, taken)


def _value(entry: Any, currency: Any, kinds: Sequence[str], taken: bool) -> Told:
    amount = -entry.amount if taken else entry.amount
    return Told(entry, entry.kind.in_(kinds), amount, currency.correlate(entry).scalar_subquery())


def _refunds(where: Any) -> Told:
    return Told(Refund, where, Refund.amount, Refund.currency)


def _demand_refunds(moment: Any) -> Told:
    """Those of which this moment is known, with the amount and currency of their demand."""
    of = sa.select(Demand.amount).where(Demand.id == DemandRefund.demand_id)
    currency = sa.select(Demand.currency).where(Demand.id == DemandRefund.demand_id)
    amount = of.correlate(DemandRefund).scalar_subquery()
    return Told(DemandRefund, moment.is_not(None), amount, currency.correlate(DemandRefund).scalar_subquery())


def _exchanges(where: Any) -> Told:
    return Told(Exchange, where, Exchange.value, Exchange.currency)


_VALUE = StockMovement.unit_cost * StockMovement.quantity
_VALUED = sa.case((StockMovement.unit_cost.is_not(None), StockMovement.currency))
TELLS: Mapping[Kind, Told] = {
    Kind.REFUND_APPROVED: _refunds(sa.true()),
    Kind.REFUND_CANCELLED: _refunds(Refund.cancelled_at.is_not(None)),
    Kind.LEG_SUCCEEDED: _legs(LegState.SUCCEEDED, LegState.REVERSED),
    Kind.LEG_FAILED: _legs(LegState.FAILED),
    Kind.LEG_REVERSED: _legs(LegState.REVERSED),
    Kind.DEMAND_PAID: Told(Demand, Demand.paid_at.is_not(None), Demand.amount, Demand.currency),
    Kind.DEMAND_RETURNED: _demand_refunds(DemandRefund.succeeded_at),
    Kind.DEMAND_RETURN_REVERSED: _demand_refunds(DemandRefund.came_back_at),
    Kind.CREDIT_ISSUED: _credit("issue"),
    Kind.CREDIT_SPENT: _credit("spend", taken=True),
    Kind.CREDIT_RELEASED: _credit("release"),
    Kind.CREDIT_EXPIRED: _credit("expire", taken=True),
    Kind.CARD_ISSUED: _card("issue", "refill"),
    Kind.CARD_SPENT: _card("spend", taken=True),
    Kind.CARD_RELEASED: _card("release"),
    Kind.CARD_EXPIRED: _card("expire", taken=True),
    Kind.EXCHANGE_RELEASED: _exchanges(Exchange.released_at.is_not(None)),
    Kind.EXCHANGE_SHIPPED: _exchanges(Exchange.state == ExchangeState.SHIPPED),
    Kind.EXCHANGE_ENDED: _exchanges(
        sa.and_(Exchange.released_at.is_not(None), Exchange.state == ExchangeState.ENDED)
    ),
    Kind.STOCK_MOVED: Told(StockMovement, sa.true(), _VALUE, _VALUED),
}


def numbered(look: Look) -> Iterator[str]:
    """A feed whose numbers are not 1 to the last before its next number, once each."""
    entries = sa.select(
        sa.func.count(FeedEntry.id).label("n"),
        sa.func.count(FeedEntry.no.distinct()).label("different"),
        sa.func.coalesce(sa.func.max(FeedEntry.no), 0).label("last"),
        sa.func.coalesce(sa.func.min(FeedEntry.no), 1).label("first"),
    ).where(FeedEntry.tenant_id == look.tenant)
    (found,) = look.all(entries)
    whole = found.first == 1 and found.n == found.different == found.last
    yield from look.named(Book, sa.or_(Book.next_change != found.last + 1, sa.literal(not whole)))


def told(look: Look) -> Iterator[str]:
    """A thing that the feed does not tell, or tells twice, or with another amount."""
    for kind, tells in TELLS.items():
        mine = (FeedEntry.tenant_id == look.tenant, FeedEntry.kind == kind.value)
        same = sa.and_(
            *mine,
            FeedEntry.subject_id == tells.of.id,
            FeedEntry.amount.is_not_distinct_from(tells.amount),
            FeedEntry.currency.is_not_distinct_from(tells.currency),
        )
        times = sa.select(sa.func.count(FeedEntry.id)).where(same).correlate(tells.of).scalar_subquery()
        query = sa.select(tells.of.id).where(tells.of.tenant_id == look.tenant, tells.where, times != 1)
        yield from (f"{key(tells.of, row.id)} ({kind})" for row in look.each(query))


def strays(look: Look) -> Iterator[str]:
    """What the feed tells, and is not so."""
    for kind, tells in TELLS.items():
        so = sa.select(tells.of.id).where(tells.of.tenant_id == look.tenant, tells.where)
        known = so.where(tells.of.id == FeedEntry.subject_id).correlate(FeedEntry).exists()
        yield from look.named(FeedEntry, FeedEntry.kind == kind.value, ~known)
