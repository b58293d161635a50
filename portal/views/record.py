"""One return with everything that belongs to it, in a fixed number of statements."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from portal.db import here, session
from portal.errors import NotFound
from portal.orders.models import Order
from portal.people import User
from portal.refunds import approving, giving
from portal.refunds.credit_notes import CreditNote
from portal.refunds.goodwill import Goodwill
from portal.refunds.models import Refund, RefundLeg, RefundPart, RefundProposal
from portal.refunds.planning import Plan
from portal.refunds.progress import replaceable
from portal.refunds.quoting import open_items, payable_items, plan_for
from portal.refunds.seconding import entitled, stands
from portal.refunds.settling import closable
from portal.returns import ItemState, Note, Return, ReturnItem, ReturnLine, ReturnState
from portal.returns.cases import Case
from portal.returns.deciding import cancellable
from portal.returns.keeping import keepable
from portal.returns.lifecycle import ITEM, RETURN, can
from portal.returns.receiving import RECEIVABLE
from portal.returns.reductions import Reduction
from portal.returns.reductions.proposing import reducible
from portal.returns.standing import AWAITED
from portal.returns.tracing import late_parcel
from portal.returns.unannounced import wishable
from portal.views.oddities import cases_of


class Act(StrEnum):
    """What can be done to a return at a desk. Whether somebody may is another question."""

    AUTHORIZE = "authorize"
    DENY = "deny"
    CANCEL = "cancel"
    GIVE_UP = "give_up"
    TRACE = "trace"
    KEEP = "keep"
    REOPEN = "reopen"
    CLOSE = "close"
    APPROVE = "approve"
    GOODWILL = "goodwill"
    CORRECT = "correct"
    WISH = "wish"
    REDUCE = "reduce"


@dataclass(frozen=True)
class Bunch:
    """Units of one line that are alike. `amount`: their refund in minor units, None where there is none."""

    line: ReturnLine
    items: tuple[ReturnItem, ...]
    amount: int | None

    @property
    def item(self) -> ReturnItem:
        return self.items[0]

    @property
    def units(self) -> str:
        """Their numbers: "1", "1–3" or "1, 4, …"."""
        numbers = [item.unit_no for item in self.items]
        if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
            return f"{numbers[0]}–{numbers[-1]}"
        return ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")


@dataclass(frozen=True)
class Record:
    """`ready` is the refund that could be approved now, `whole` that of all units that are still open.
    `goodwill` and `first`, what the first of two approved, come with the names of who did it, and this
    with whether it still stands, and whether its person may still."""

    return_: Return
    bunches: Sequence[Bunch]
    refunds: Sequence[Refund]
    credit_notes: Sequence[CreditNote]
    ready: Plan | None
    whole: Plan | None
    notes: Sequence[tuple[Note, str]]
    cases: Sequence[Case] = ()
    reductions: Sequence[Reduction] = ()
    goodwill: Sequence[tuple[Goodwill, str]] = ()
    first: tuple[RefundProposal, str, bool, bool] | None = None
    acts: frozenset[Act] = field(default_factory=frozenset)

    @property
    def later(self) -> int:
        """What follows when the units that are not ready have come and been checked, in minor units."""
        return (self.whole.amount if self.whole else 0) - (self.ready.amount if self.ready else 0)


def record_of(id: uuid.UUID, read: "Whole | None" = None) -> Record:
    """Raises NotFound, also for a draft: it is still its shopper's alone. `read`: what is known of it."""
    whole_, refunds = read or whole_of(id), _refunds(id)
    return_ = whole_.return_
    payable, open_ = payable_items(return_), open_items(return_)
    extra = return_.goodwill
    ready = plan_for(return_, payable, goodwill=extra) if payable or extra else None
    same = len(open_) == len(payable)
    whole = ready if same else plan_for(return_, open_, goodwill=extra)
    return Record(
        return_=return_,
        bunches=_bunches(return_, _amounts(refunds, whole, ready)),
        refunds=refunds,
        credit_notes=session.scalars(CREDIT_NOTES, {"id": id, "tenant": here()}).all() if refunds else (),
        ready=ready,
        whole=whole,
        notes=_notes(id),
        cases=cases_of(id),
        reductions=whole_.reductions,
        goodwill=whole_.goodwill,
        first=whole_.first,
        acts=acts_on(return_),
    )


def _mine(column: Any) -> sa.ColumnElement[bool]:
    return sa.and_(column == sa.bindparam("id"), column.class_.tenant_id == sa.bindparam("tenant"))


# Built once: building these takes longer than asking them. So does having a relationship's rows fetched by
# an option (selectinload), which builds its statement at every load.
PROPOSER, GRANTER = aliased(User), aliased(User)
PROPOSED = sa.and_(RefundProposal.return_id == Return.id, RefundProposal.ended_at.is_(None))
GRANTED = sa.and_(Goodwill.return_id == Return.id, Goodwill.withdrawn_at.is_(None))
WHOLE = (
    sa.select(Return, RefundProposal, PROPOSER.name, stands(), entitled(), Goodwill, GRANTER.name)
    .outerjoin(RefundProposal, PROPOSED)
    .outerjoin(PROPOSER, PROPOSER.id == RefundProposal.proposed_by)
    .outerjoin(Goodwill, GRANTED)
    .outerjoin(GRANTER, GRANTER.id == Goodwill.granted_by)
    .where(_mine(Return.id), Return.state != ReturnState.DRAFT)
    .options(joinedload(Return.order).joinedload(Order.payments))
    .options(joinedload(Return.policy), joinedload(Return.parcels), joinedload(Return.made_by))
)
LINES = (  # each with what was taken off its units
    sa.select(ReturnLine, Reduction)
    .outerjoin(Reduction, Reduction.line_id == ReturnLine.id)
    .where(_mine(ReturnLine.return_id))
    .options(joinedload(ReturnLine.order_line))
    .order_by(ReturnLine.id, Reduction.made_at, Reduction.id)
)
ITEMS = sa.select(ReturnItem).where(_mine(ReturnItem.return_id)).order_by(ReturnItem.no)
REFUNDS = (
    sa.select(Refund).where(_mine(Refund.return_id)).options(joinedload(Refund.legs)).order_by(Refund.no)
)
PARTS = sa.select(RefundPart).join(Refund, Refund.id == RefundPart.refund_id).where(_mine(Refund.return_id))
CREDIT_NOTES = (
    sa.select(CreditNote)
    .join(Refund, Refund.id == CreditNote.refund_id)
    .where(_mine(Refund.return_id))
    .order_by(CreditNote.no)
)
NOTES = (
    sa.select(Note, User.name)
    .outerjoin(User, User.id == Note.by)
    .where(_mine(Note.return_id))
    .order_by(Note.at.desc(), Note.id.desc())
)


@dataclass(frozen=True)
class Whole:
    return_: Return
    first: tuple[RefundProposal, str, bool, bool] | None
    goodwill: Sequence[tuple[Goodwill, str]]
    reductions: Sequence[Reduction]


def whole_return(id: uuid.UUID) -> Return:
    """The return with its order, lines, units and parcels. Raises NotFound, also for a draft."""
    return whole_of(id).return_


def whole_of(id: uuid.UUID) -> Whole:
    asked = {"id": id, "tenant": here()}
    rows: Sequence[Any] = session.execute(WHOLE, asked).unique().all()
    if not rows:
        raise NotFound("Return")
    found, proposal, proposer, standing, still, *_ = rows[0]
    lines: Sequence[Any] = session.execute(LINES, asked).all()
    set_committed_value(found, "lines", list(dict.fromkeys(line for line, _ in lines)))
    set_committed_value(found, "items", list(session.scalars(ITEMS, asked)))
    granted = {one.id: (one, name or "") for *_, one, name in rows if one}
    goodwill = sorted(granted.values(), key=lambda pair: (pair[0].granted_at, pair[0].id))
    reductions = [reduction for _, reduction in lines if reduction]
    first = (proposal, proposer or "", bool(standing), bool(still)) if proposal else None
    return Whole(found, first, goodwill, reductions)


def _refunds(id: uuid.UUID) -> Sequence[Refund]:
    asked = {"id": id, "tenant": here()}
    found = session.scalars(REFUNDS, asked).unique().all()
    parts: dict[uuid.UUID, list[RefundPart]] = {refund.id: [] for refund in found}
    for part in session.scalars(PARTS, asked) if found else ():
        parts[part.refund_id].append(part)
    for refund in found:
        set_committed_value(refund, "parts", parts[refund.id])
    return found


def _amounts(refunds: Sequence[Refund], *plans: Plan | None) -> dict[uuid.UUID, int]:
    """What each unit's refund is: as approved, else as planned now."""
    planned = {part.item: part.amount for plan in plans if plan for part in plan.parts}
    approved = {p.item_id: p.amount for refund in refunds for p in refund.parts if not p.released}
    return planned | approved


def _bunches(return_: Return, amounts: Mapping[uuid.UUID, int]) -> list[Bunch]:
    alike: dict[tuple[object, ...], list[ReturnItem]] = {}
    for item in return_.items:
        alike.setdefault(_kind(item), []).append(item)
    return [Bunch(items[0].line, tuple(items), _sum(items, amounts)) for items in alike.values()]


def _kind(item: ReturnItem) -> tuple[object, ...]:
    found = (item.grade, item.outcome, item.disposition, item.reduction, item.inspections > 1)
    off = (item.reduced_by_id, item.less, item.reducing)
    return (item.return_line_id, item.state, item.parcel_id, item.refunding, *found, *off)


def _sum(items: Sequence[ReturnItem], amounts: Mapping[uuid.UUID, int]) -> int | None:
    known = [amounts[item.id] for item in items if item.id in amounts]
    return sum(known) if known else None


def _notes(id: uuid.UUID) -> Sequence[tuple[Note, str]]:
    """Free text about the return with its author's name, the newest first."""
    found = session.execute(NOTES, {"id": id, "tenant": here()})
    return [(note, name or "") for note, name in found]


def acts_on(return_: Return) -> frozenset[Act]:
    """What is legal now."""
    asked = can(RETURN, return_.state, "authorize")
    legal = {
        Act.AUTHORIZE: asked,
        Act.DENY: asked,
        Act.CANCEL: cancellable(return_),
        Act.GIVE_UP: bool(missing_units(return_)),
        Act.TRACE: late_parcel(return_) is not None,
        Act.KEEP: bool(keepable(return_)),
        Act.REOPEN: can(RETURN, return_.state, "reopen"),
        Act.CLOSE: closable(return_),
        Act.APPROVE: (bool(payable_items(return_)) or return_.goodwill > 0) and not return_.unasked,
        Act.GOODWILL: giving.grantable(return_),
        Act.CORRECT: bool(correctable(return_)),
        Act.WISH: wishable(return_),
        Act.REDUCE: bool(reducibles(return_)),
    }
    return frozenset(act for act, yes in legal.items() if yes)


def missing_units(return_: Return) -> list[ReturnItem]:
    """The units that have not come although others of the return have, or are kept."""
    came = any(parcel.received_at for parcel in return_.parcels)
    came = (came or any(i.state is ItemState.KEPT for i in return_.items)) and return_.state in RECEIVABLE
    return [item for item in return_.items if came and item.state in AWAITED]


def correctable(return_: Return) -> list[ReturnItem]:
    """The units whose inspection may still be taken back."""
    open_ = return_.state in RECEIVABLE
    return [i for i in return_.items if open_ and can(ITEM, i.state, "correct") and not i.refunding]


def reducibles(return_: Return) -> list[ReturnItem]:
    """The units of which less may be refunded."""
    return [i for i in return_.items if reducible(i)] if return_.state in RECEIVABLE else []


def bunches_of(return_: Return, items: Sequence[ReturnItem] | None = None) -> list[Bunch]:
    """Of these units those that were checked alike together; without any, of all that can be corrected."""
    alike: dict[tuple[object, ...], list[ReturnItem]] = {}
    for item in correctable(return_) if items is None else items:
        answers = tuple(sorted((item.answers or {}).items()))
        alike.setdefault((*_kind(item), answers), []).append(item)
    return [Bunch(items[0].line, tuple(items), None) for items in alike.values()]


def recallable(refund: Refund) -> bool:
    """Whether an approval may still be taken back."""
    return refund.cancelled_at is None and approving.cancellable(refund)


def repeatable(leg: RefundLeg) -> bool:
    """Whether a leg failed and nothing has taken its place."""
    return replaceable(leg)
