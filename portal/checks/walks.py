"""I6: the history of a thing is its rows in the trail, and these are a walk of its lifecycle's table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.checks.looking import Look, key
from portal.exports.models import EXPORT, Export, ExportState
from portal.policies.lifecycle import DRAFT
from portal.policies.models import DraftState, PolicyDraft
from portal.reconciling.models import RUN, Reconciliation, RunState
from portal.refunds.demands import Demand, DemandState
from portal.refunds.demands.lifecycle import DEMAND
from portal.refunds.lifecycle import CARD, LEG, CardState, LegState
from portal.refunds.models import GiftCard, RefundLeg
from portal.returns.cases.models import CASE, Case, CaseState
from portal.returns.exchanges.lifecycle import EXCHANGE, ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.lifecycle import ITEM, PARCEL, RETURN, ItemState, ParcelState, ReturnState
from portal.returns.models import Parcel, Return, ReturnItem
from portal.returns.reductions.models import REDUCTION, Reduction, ReductionState
from portal.returns.strays.models import STRAY, Stray, StrayState


@dataclass(frozen=True)
class Walk:
    """A kind of thing, its table, and the state it starts in. A thing that is `born` has a row for that."""

    kind: Any
    table: Mapping[tuple[Any, str], Any]
    start: str
    born: bool
    stays: bool = False

    def steps(self) -> set[tuple[str | None, str]]:
        """Every pair of states that a row may show."""
        found = {(before.value, after.value) for (before, _), after in self.table.items()}
        return found | ({(None, self.start)} if self.born else set())


WALKS = (
    Walk(Return, RETURN, ReturnState.DRAFT.value, born=False),
    Walk(Parcel, PARCEL, ParcelState.AWAITING_LABEL.value, born=False, stays=True),
    Walk(ReturnItem, ITEM, ItemState.CLAIMED.value, born=True),
    Walk(Case, CASE, CaseState.OPEN.value, born=True),
    Walk(Reduction, REDUCTION, ReductionState.PROPOSED.value, born=True),
    Walk(Stray, STRAY, StrayState.QUARANTINED.value, born=True),
    Walk(RefundLeg, LEG, LegState.APPROVED.value, born=True),
    Walk(Exchange, EXCHANGE, ExchangeState.WANTED.value, born=True, stays=True),
    Walk(Export, EXPORT, ExportState.ORDERED.value, born=True),
    Walk(Demand, DEMAND, DemandState.ASKED.value, born=True),
    Walk(Reconciliation, RUN, RunState.ORDERED.value, born=True),
    Walk(GiftCard, CARD, CardState.OPEN.value, born=True),
    Walk(PolicyDraft, DRAFT, DraftState.DRAFT.value, born=True),
)


def walked(look: Look) -> Iterator[str]:
    """A thing whose history is no walk, does not end in its present state, or that has none."""
    for walk in WALKS:
        steps = walk.steps()
        for id, rows in groupby(look.each(_history(look, walk.kind)), lambda row: row.id):
            if not _is_walk(walk, steps, list(rows)):
                yield key(walk.kind, id)


def _history(look: Look, kind: Any) -> sa.Select[Any]:
    """The rows about each thing that show a state, oldest first; a thing without any has one empty row."""
    about = sa.and_(Trail.subject_id == kind.id, sa.or_(Trail.before.is_not(None), Trail.after.is_not(None)))
    return (
        sa.select(kind.id, kind.state, Trail.before, Trail.after, Trail.event)
        .outerjoin(Trail, about)
        .where(kind.tenant_id == look.tenant)
        .order_by(kind.id, Trail.no)
    )


def _is_walk(walk: Walk, steps: set[tuple[str | None, str]], rows: list[Any]) -> bool:
    now: str | None = None if walk.born else walk.start
    for row in rows:
        if row.event is None:
            continue
        stands = walk.stays and row.before == row.after
        if row.before != now or not (stands or (row.before, row.after) in steps):
            return False
        now = row.after
    return bool(now == rows[0].state.value)
