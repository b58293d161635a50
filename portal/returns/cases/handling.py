"""Opening a case at the dock, and its ways out at the desk. Lock the return first."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.jobs import enqueue
from portal.orders.models import OrderLine
from portal.policies import Answer
from portal.returns.cases.models import CASE, Case, CaseKind, CaseState
from portal.returns.claiming import reclaim, release
from portal.returns.joining import join, known, left, verdict_on
from portal.returns.lifecycle import ITEM, ItemState, can, step
from portal.returns.models import Parcel, Return, ReturnItem
from portal.returns.notifying import notify
from portal.returns.parcels import arrive, opened
from portal.returns.receiving import RECEIVABLE
from portal.returns.standing import place
from portal.returns.words import checked

LONGEST = 500


@dataclass(frozen=True)
class Find:
    """What else was in the parcel: instead of a unit of this return line, or in addition where there is none.

    `article`: the line of the order that it seems to be of.
    """

    looks: str
    instead: uuid.UUID | None = None
    article: uuid.UUID | None = None


def report(return_: Return, found: Find, zone: str, by: Actor) -> Case | None:
    """Note what the clerk found. One more unit of the order joins the return where the rules allow it (None);
    everything else is a case for the desk. Raises Refusal without a word on what it looks like."""
    if return_.state not in RECEIVABLE:
        raise Conflict(say("This return takes nothing in any more."))
    looks = checked(found.looks, "looks", LONGEST)
    line = known(return_, found.article) if found.article else None
    if line is None and not looks:
        raise Refusal(say("Say what it looks like, or choose the article."), "looks")
    parcel = opened(return_) or arrive(return_, by)
    if found.instead is None and line is not None and _may_join(return_, line, zone):
        join(return_, line, parcel, zone, by)
        place(return_)
        return None
    return _open(return_, parcel, found, looks or (line.title if line else ""), by)


def _may_join(return_: Return, line: OrderLine, zone: str) -> bool:
    return left(line) > 0 and verdict_on(return_, line, zone).answer is Answer.YES


def _open(return_: Return, parcel: Parcel, found: Find, looks: str, by: Actor) -> Case:
    item = _announced(return_, found.instead) if found.instead else None
    case = Case(
        return_=return_,
        return_id=return_.id,
        parcel_id=parcel.id,
        item_id=item.id if item else None,
        line_id=found.article if found.article and known(return_, found.article) else None,
        kind=CaseKind.WRONG if item else CaseKind.UNEXPECTED,
        state=CaseState.OPEN,
        looks=looks,
        found_at=clock.now(),
        found_by=by.id,
    )
    session.add(case)
    changes = []
    if item:
        before, item.state = item.state, step(ITEM, item.state, "mistake")
        item.parcel_id = parcel.id
        release([item])
        changes = [Change("return_item", item.id, before.value, item.state.value)]
    session.flush()
    changes.append(Change("parcel_case", case.id, None, case.state.value))
    causes = record(return_, Event.CASE_OPENED, by, changes)
    notify(return_, "case_opened", case.id, causes[0])
    place(return_)
    return case


def _announced(return_: Return, line: uuid.UUID) -> ReturnItem:
    """The last unit of the line that may still come."""
    waiting = [i for i in return_.items if i.return_line_id == line and can(ITEM, i.state, "mistake")]
    if not waiting:
        raise Refusal(say("No unit of this article is awaited any more."), "what")
    return waiting[-1]


@dataclass(frozen=True)
class Way:
    """What becomes of the thing, and why; `article`: the order's line that it is accepted as."""

    event: str
    reason: str
    article: uuid.UUID | None = None


def solve(return_: Return, case: Case, way: Way, zone: str, by: Actor) -> None:
    """Take a way out; the shopper is mailed, and a job closes the return if nothing else is open.

    Raises Refusal without a reason, Conflict when the case was solved otherwise.
    """
    reason = checked(way.reason, "reason")
    if not reason:
        raise Refusal(say("Say why. The shopper reads it, too."), "reason")
    after = step(CASE, case.state, way.event) if way.event in WAYS else None
    if after is None:
        raise Refusal(say("Choose what becomes of it."), "way")
    changes = WAYS[way.event](return_, case, way, zone, by)
    before, case.state, case.reason = case.state, after, reason
    case.solved_at = None if case.unsolved else clock.now()
    session.flush()
    changes.insert(0, Change("parcel_case", case.id, before.value, case.state.value))
    cause = record(return_, Event.CASE_SOLVED, by, changes, way=way.event)[0]
    notify(return_, f"case_{way.event}", case.id, cause)
    enqueue("refund.ready", {"return": return_.id}, f"ready/{return_.id}/{cause}", cause=cause)
    place(return_)


Doing = Callable[[Return, Case, Way, str, Actor], list[Change]]


def _let_go(return_: Return, case: Case, way: Way, zone: str, by: Actor) -> list[Change]:
    """The announced unit is awaited no longer; its claim was released when the wrong thing came."""
    item = case.item
    if item is None or item.state is not ItemState.WRONG_ITEM:
        return []
    return [_advance(item, "cancel")]


def _ask(return_: Return, case: Case, way: Way, zone: str, by: Actor) -> list[Change]:
    """The thing is kept until the right one has come, which is awaited again."""
    item = case.item
    if item is None:
        raise Refusal(say("Nothing is missing: this came in addition."), "way")
    reclaim([item])
    item.parcel_id = None
    return [_advance(item, "await")]


def _accept(return_: Return, case: Case, way: Way, zone: str, by: Actor) -> list[Change]:
    """It joins the return as a unit of an article of the order."""
    if return_.state not in RECEIVABLE:
        raise Conflict(say("Open the return again first."))
    line = known(return_, way.article) if way.article else None
    if line is None or not left(line):
        raise Refusal(say("Choose an article of the order of which a unit is left."), "article")
    parcel = next(p for p in return_.parcels if p.id == case.parcel_id)
    join(return_, line, parcel, zone, by)
    case.line_id = line.id
    return _let_go(return_, case, way, zone, by)


def _advance(item: ReturnItem, event: str) -> Change:
    before, item.state = item.state, step(ITEM, item.state, event)
    return Change("return_item", item.id, before.value, item.state.value)


WAYS: Mapping[str, Doing] = {"send_back": _let_go, "ask": _ask, "accept": _accept, "dispose": _let_go}
