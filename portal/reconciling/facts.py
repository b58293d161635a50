"""What portal and ledger say of what a run is about, read in the caller's transaction."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.db import here, session
from portal.ledger.models import JournalEntry, Posting, Role
from portal.ledger.posting import account_id
from portal.reconciling.comparing import PAID, Leg, Said, Window
from portal.reconciling.models import GatewayLine, Reconciliation
from portal.refunds.demands.models import Demand, DemandRefund
from portal.refunds.gateways.port import Way
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import LegAttempt, Refund, RefundLeg
from portal.slices import slices

SOURCES = {
    "demand.paid": Way.IN,
    "leg.succeeded": Way.OUT,
    "leg.reversed": Way.BACK,
    "demand.returned": Way.OUT,
    "demand.return_reversed": Way.BACK,
}
NAMED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/[0-9]{1,9})?")
WENT = (LegState.SUCCEEDED, LegState.REVERSED)
AT_ONCE = 500
MARGIN = timedelta(days=4)  # around the period: what a gateway has on another day is found without asking


def window_of(run: Reconciliation) -> Window:
    begins, ends = run.period.begins, run.period.ends
    assert begins and ends
    return Window(begins, ends)


def wide(window: Window) -> Window:
    return Window(window.begins - MARGIN, window.ends + MARGIN)


def _clearing() -> sa.Select[Any]:
    """The lines of payment clearing, with their entries."""
    query = sa.select(Posting).join(JournalEntry, JournalEntry.id == Posting.entry_id)
    account = account_id(here(), Role.PAYMENT_CLEARING)
    return query.where(Posting.tenant_id == here(), Posting.account_id == account)


def legs(run: Reconciliation) -> list[Leg]:
    """All that anything of the run's period is about, by whichever of the three says so."""
    window = wide(window_of(run))
    inside = (JournalEntry.at >= window.begins, JournalEntry.at < window.ends)
    posted = _clearing().with_only_columns(JournalEntry.source_id)
    ids = set(session.scalars(posted.where(JournalEntry.source_kind.in_(SOURCES), *inside)))
    named = set(session.scalars(sa.select(GatewayLine.leg).where(*kept(run), GatewayLine.leg != "")))
    demands = {uuid.UUID(name.partition("/")[0]) for name in named if "/" in name}
    ids |= {uuid.UUID(name) for name in named if "/" not in name}
    ids |= _went(RefundLeg, run) | _tried(run, demands) | _paid(run)
    kinds = (_legs, _tries, _payments)
    return [leg for some in slices(sorted(ids), AT_ONCE) for kind in kinds for leg in kind(some)]


def kept(run: Reconciliation) -> tuple[sa.ColumnElement[bool], ...]:
    """Which lines were read of the gateways for the run."""
    return (GatewayLine.tenant_id == here(), GatewayLine.run_id == run.id)


def _paired(kind: Any, reference: Any) -> sa.ColumnElement[bool]:
    return sa.and_(GatewayLine.gateway == kind.gateway, GatewayLine.reference == reference)


def _went(leg: type[RefundLeg], run: Reconciliation) -> set[uuid.UUID]:
    """Legs that ended in the period, or whose reference the gateway's journal has."""
    window = wide(window_of(run))
    ended = (leg.changed_at >= window.begins, leg.changed_at < window.ends)
    sent = (leg.destination == Destination.PAYMENT, leg.state.in_(WENT))
    went = sa.select(leg.id).where(leg.tenant_id == here(), *sent, *ended)
    paired = (
        sa.select(leg.id)
        .join(GatewayLine, _paired(leg, leg.reference))
        .where(leg.tenant_id == here(), *kept(run))
    )
    return {*session.scalars(went), *session.scalars(paired)}


def _tried(run: Reconciliation, demands: set[uuid.UUID]) -> set[uuid.UUID]:
    """The same of tries to give back what was paid; also those of demands that the journal names."""
    window, tried = wide(window_of(run)), DemandRefund
    moments = (tried.succeeded_at, tried.came_back_at)
    ended = sa.or_(*(sa.and_(at >= window.begins, at < window.ends) for at in moments))
    mine = sa.select(tried.id).where(tried.tenant_id == here())
    found = {*session.scalars(mine.where(ended))}
    found |= {*session.scalars(mine.join(GatewayLine, _paired(tried, tried.reference)).where(*kept(run)))}
    for some in slices(demands, AT_ONCE):
        found |= {*session.scalars(mine.where(tried.demand_id.in_(some)))}
    return found


def _paid(run: Reconciliation) -> set[uuid.UUID]:
    """Demands that were paid in the period, or whose payment the gateway's journal has."""
    window = wide(window_of(run))
    mine = sa.select(Demand.id).where(Demand.tenant_id == here())
    paid = mine.where(Demand.paid_at >= window.begins, Demand.paid_at < window.ends)
    paired = mine.join(GatewayLine, _paired(Demand, Demand.payment)).where(*kept(run))
    return {*session.scalars(paid), *session.scalars(paired)}


def _legs(ids: list[uuid.UUID]) -> Iterator[Leg]:
    ended = sa.select(sa.func.max(LegAttempt.ended_at)).where(LegAttempt.leg_id == RefundLeg.id)
    leg = RefundLeg
    columns = (leg.id, Refund.return_id, leg.gateway, leg.reference, leg.state, leg.amount, leg.currency)
    query = sa.select(*columns, leg.changed_at, ended.scalar_subquery().label("ended"))
    query = query.join(Refund, Refund.id == leg.refund_id)
    for row in session.execute(query.where(leg.tenant_id == here(), leg.id.in_(ids))):
        gone, back = row.state in WENT, row.state is LegState.REVERSED
        at = row.ended if row.ended and back else row.changed_at
        out = Said(row.amount, at, row.currency) if gone else None
        came = Said(row.amount, row.changed_at, row.currency) if back else None
        yield Leg(row.id, row.return_id, row.gateway, row.reference, row.state, out, came)


def _tries(ids: list[uuid.UUID]) -> Iterator[Leg]:
    tried = DemandRefund
    moments = (tried.succeeded_at, tried.came_back_at, tried.ended_at)
    query = sa.select(tried.id, Demand.return_id, tried.gateway, tried.reference, *moments)
    query = query.add_columns(Demand.amount, Demand.currency).join(Demand, Demand.id == tried.demand_id)
    for row in session.execute(query.where(tried.tenant_id == here(), tried.id.in_(ids))):
        went, came = row.succeeded_at, row.came_back_at
        out = Said(row.amount, went, row.currency) if went else None
        back = Said(row.amount, came, row.currency) if came else None
        yield Leg(row.id, row.return_id, row.gateway, row.reference, _state(row), out, back)


def _payments(ids: list[uuid.UUID]) -> Iterator[Leg]:
    """What was paid of demands; also those of which nothing is known to be paid, which a journal may name."""
    query = sa.select(Demand.id, Demand.return_id, Demand.gateway, Demand.payment, Demand.state)
    query = query.add_columns(Demand.paid_at, Demand.amount, Demand.currency)
    for row in session.execute(query.where(Demand.tenant_id == here(), Demand.id.in_(ids))):
        into = Said(row.amount, row.paid_at, row.currency) if row.paid_at else None
        yield Leg(row.id, row.return_id, row.gateway, row.payment, row.state, into=into, ways=PAID)


def _state(tried: Any) -> LegState:
    """A try in the words of a leg."""
    if tried.came_back_at:
        return LegState.REVERSED
    if tried.succeeded_at:
        return LegState.SUCCEEDED
    return LegState.FAILED if tried.ended_at else LegState.SUBMITTED


def booked(ids: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, Way], Said]:
    """What the ledger says came in, left or came back, by leg and way."""
    found: dict[tuple[uuid.UUID, Way], Said] = {}
    for some in slices(ids, AT_ONCE):
        query = _clearing().where(JournalEntry.source_kind.in_(SOURCES), JournalEntry.source_id.in_(some))
        columns = (JournalEntry.source_kind, JournalEntry.source_id, JournalEntry.at, Posting.currency)
        for kind, id, at, currency, debit, credit in session.execute(
            query.with_only_columns(*columns, Posting.debit, Posting.credit)
        ):
            way = SOURCES[kind]
            found[id, way] = Said(credit - debit if way is Way.OUT else debit - credit, at, currency)
    return found


def others(window: Window) -> Mapping[tuple[str, str, Way], int]:
    """What else the ledger has on payment clearing in the window, by gateway, currency and side."""
    inside = (JournalEntry.at >= window.begins, JournalEntry.at < window.ends)
    other = _clearing().where(JournalEntry.source_kind.not_in(SOURCES), *inside)
    found: dict[tuple[str, str, Way], int] = {}
    for way, side in ((Way.IN, Posting.debit), (Way.OUT, Posting.credit)):
        whole = sa.cast(sa.func.sum(side), sa.BigInteger)
        query = other.with_only_columns(Posting.detail, Posting.currency, whole).where(side > 0)
        for gateway, currency, amount in session.execute(query.group_by(Posting.detail, Posting.currency)):
            found[gateway, currency, way] = amount
    return found


def gateways(run: Reconciliation) -> set[str]:
    """Those that the ledger names in the period, and those where shoppers were asked to pay."""
    window = wide(window_of(run))
    posted = _clearing().with_only_columns(Posting.detail).distinct()
    inside = (JournalEntry.at >= window.begins, JournalEntry.at < window.ends)
    asked = sa.select(Demand.gateway).where(Demand.tenant_id == here()).distinct()
    return {*session.scalars(posted.where(*inside)), *session.scalars(asked)}
