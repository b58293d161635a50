"""What portal and ledger say of the legs that a run is about, read in the caller's transaction."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal.db import here, session
from portal.ledger.models import JournalEntry, Posting, Role
from portal.ledger.posting import account_id
from portal.reconciling.comparing import Leg, Said, Theirs, Window
from portal.reconciling.models import GatewayLine, Reconciliation
from portal.refunds.demands.models import Demand, DemandRefund
from portal.refunds.gateways.port import Way
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import LegAttempt, Refund, RefundLeg
from portal.refunds.routing import MANUAL
from portal.slices import slices

SOURCES = {
    "leg.succeeded": Way.OUT,
    "leg.reversed": Way.BACK,
    "demand.returned": Way.OUT,
    "demand.return_reversed": Way.BACK,
}
NAMED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/[0-9]{1,9})?")
WENT = (LegState.SUCCEEDED, LegState.REVERSED)
AT_ONCE = 500
LATE = timedelta(days=366)  # a transfer that came back after longer is not seen to
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
    named = set(session.scalars(sa.select(GatewayLine.leg).where(*_read(run), GatewayLine.leg != "")))
    demands = {uuid.UUID(name.partition("/")[0]) for name in named if "/" in name}
    ids |= {uuid.UUID(name) for name in named if "/" not in name}
    ids |= _went(RefundLeg, run) | _tried(run, demands)
    return [leg for some in slices(sorted(ids), AT_ONCE) for leg in (*_legs(some), *_tries(some))]


def _read(run: Reconciliation) -> tuple[sa.ColumnElement[bool], ...]:
    return (GatewayLine.tenant_id == here(), GatewayLine.run_id == run.id)


def _paired(kind: Any) -> sa.ColumnElement[bool]:
    return sa.and_(GatewayLine.gateway == kind.gateway, GatewayLine.reference == kind.reference)


def _went(leg: type[RefundLeg], run: Reconciliation) -> set[uuid.UUID]:
    """Legs that ended in the period, or whose reference the gateway's journal has."""
    window = wide(window_of(run))
    ended = (leg.changed_at >= window.begins, leg.changed_at < window.ends)
    sent = (leg.destination == Destination.PAYMENT, leg.state.in_(WENT))
    went = sa.select(leg.id).where(leg.tenant_id == here(), *sent, *ended)
    paired = sa.select(leg.id).join(GatewayLine, _paired(leg)).where(leg.tenant_id == here(), *_read(run))
    return {*session.scalars(went), *session.scalars(paired)}


def _tried(run: Reconciliation, demands: set[uuid.UUID]) -> set[uuid.UUID]:
    """The same of tries to give back what was paid; also those of demands that the journal names."""
    window, tried = wide(window_of(run)), DemandRefund
    moments = (tried.succeeded_at, tried.came_back_at)
    ended = sa.or_(*(sa.and_(at >= window.begins, at < window.ends) for at in moments))
    mine = sa.select(tried.id).where(tried.tenant_id == here())
    found = {*session.scalars(mine.where(ended))}
    found |= {*session.scalars(mine.join(GatewayLine, _paired(tried)).where(*_read(run)))}
    for some in slices(demands, AT_ONCE):
        found |= {*session.scalars(mine.where(tried.demand_id.in_(some)))}
    return found


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


def _state(tried: Any) -> LegState:
    """A try in the words of a leg."""
    if tried.came_back_at:
        return LegState.REVERSED
    if tried.succeeded_at:
        return LegState.SUCCEEDED
    return LegState.FAILED if tried.ended_at else LegState.SUBMITTED


def booked(ids: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, Way], Said]:
    """What the ledger says left or came back, by leg and way."""
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


def others(window: Window) -> Mapping[tuple[str, str], int]:
    """What else the ledger has on payment clearing in the window, by gateway and currency: what left more
    than came."""
    more = sa.cast(sa.func.sum(Posting.credit - Posting.debit), sa.BigInteger)
    inside = (JournalEntry.at >= window.begins, JournalEntry.at < window.ends)
    query = _clearing().where(JournalEntry.source_kind.not_in(SOURCES), *inside)
    each = query.with_only_columns(Posting.detail, Posting.currency, more)
    found = session.execute(each.group_by(Posting.detail, Posting.currency))
    return {(gateway, currency): amount for gateway, currency, amount in found if amount}


def gateways(run: Reconciliation) -> set[str]:
    """Those that ledger or portal name in the period."""
    window = wide(window_of(run))
    posted = _clearing().with_only_columns(Posting.detail).distinct()
    return set(session.scalars(posted.where(JournalEntry.at >= window.begins, JournalEntry.at < window.ends)))


def theirs(run: Reconciliation) -> list[Theirs]:
    """What was read of the gateways, and what people confirmed of their transfers."""
    read = session.scalars(sa.select(GatewayLine).where(*_read(run)).order_by(GatewayLine.id)).all()
    tries = _numbered({line.leg.partition("/")[0] for line in read if "/" in line.leg})
    return [
        Theirs(
            *(line.gateway, line.reference, line.way, Said(line.amount, line.at, line.currency)),
            *(tries.get(line.leg) if "/" in line.leg else uuid.UUID(line.leg) if line.leg else None,),
            line.state,
        )
        for line in read
    ] + [*_confirmed(run)]


def _numbered(demands: Iterable[str]) -> dict[str, uuid.UUID]:
    """The tries of demands by the demand and the number of the try."""
    found: dict[str, uuid.UUID] = {}
    for some in slices(map(uuid.UUID, demands), AT_ONCE):
        query = sa.select(DemandRefund.demand_id, DemandRefund.no, DemandRefund.id)
        mine = query.where(DemandRefund.tenant_id == here(), DemandRefund.demand_id.in_(some))
        found |= {f"{demand}/{no}": id for demand, no, id in session.execute(mine)}
    return found


def _confirmed(run: Reconciliation) -> Iterator[Theirs]:
    """Nobody can be asked about a transfer: what its person said counts, on the day that they said."""
    window, zone = wide(window_of(run)), ZoneInfo(run.zone)
    for row in (*_transfers(window.begins - LATE), *_given_back(window.begins - LATE)):
        day = (row.evidence or {}).get("confirmed")
        if day is None:
            continue
        at = row.done_at  # where they said no day, it is the one on which they said it
        if isinstance(day, str):
            at = datetime.combine(date.fromisoformat(day), time(12), zone)
        if any(window.holds(Said(1, moment, "")) for moment in (at, row.done_at, row.back_at) if moment):
            yield Theirs(MANUAL, row.reference, Way.OUT, Said(row.amount, at, row.currency), row.id)
            if row.back_at:
                said = Said(row.amount, row.back_at, row.currency)
                yield Theirs(MANUAL, row.reference, Way.BACK, said, row.id)


def _transfers(since: datetime) -> Sequence[Any]:
    """Legs that a person sent: what they said, when they said so, and when it came back."""
    leg, ended = RefundLeg, LegAttempt.ended_at.label("done_at")
    back = sa.case((leg.state == LegState.REVERSED, leg.changed_at)).label("back_at")
    query = sa.select(leg.id, leg.reference, leg.amount, leg.currency, LegAttempt.evidence, ended, back)
    query = query.join(LegAttempt, LegAttempt.leg_id == leg.id)
    mine = (leg.tenant_id == here(), leg.gateway == MANUAL, leg.state.in_(WENT))
    return session.execute(query.where(*mine, leg.changed_at >= since, leg.reference != "")).all()


def _given_back(since: datetime) -> Sequence[Any]:
    """The same of what was given back by a person's hand."""
    tried = DemandRefund
    moments = (tried.succeeded_at.label("done_at"), tried.came_back_at.label("back_at"))
    query = sa.select(tried.id, tried.reference, Demand.amount, Demand.currency, tried.evidence, *moments)
    query = query.join(Demand, Demand.id == tried.demand_id)
    mine = (tried.tenant_id == here(), tried.gateway == MANUAL, tried.succeeded_at >= since)
    return session.execute(query.where(*mine, tried.reference != "")).all()
