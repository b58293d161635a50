"""What the gateways say of their own, as it was read, and what people said of their transfers."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal.db import here, session
from portal.reconciling.comparing import Said, Theirs, Window
from portal.reconciling.facts import AT_ONCE, WENT, kept, wide, window_of
from portal.reconciling.models import GatewayLine, Reconciliation
from portal.refunds.demands.models import Demand, DemandRefund
from portal.refunds.gateways.port import Way
from portal.refunds.lifecycle import LegState
from portal.refunds.models import LegAttempt, RefundLeg
from portal.refunds.routing import MANUAL
from portal.slices import slices

LATE = timedelta(days=366)  # a transfer that came back after longer is not seen to


def theirs(run: Reconciliation) -> list[Theirs]:
    """What was read of the gateways, and what people confirmed of their transfers."""
    read = session.scalars(sa.select(GatewayLine).where(*kept(run)).order_by(GatewayLine.id)).all()
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
    yield from _arrived(window)
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


def _arrived(window: Window) -> Iterator[Theirs]:
    """Transfers that a person saw come in."""
    query = sa.select(Demand.id, Demand.payment, Demand.amount, Demand.currency, Demand.paid_at)
    inside = (Demand.paid_at >= window.begins, Demand.paid_at < window.ends)
    mine = (Demand.tenant_id == here(), Demand.gateway == MANUAL, Demand.payment != "")
    for row in session.execute(query.where(*mine, *inside)):
        yield Theirs(MANUAL, row.payment, Way.IN, Said(row.amount, row.paid_at, row.currency), row.id)


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
