"""The trail of the whole shop: who did what, when, on what, page by page."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.audit import Event, Trail
from portal.db import here, session
from portal.ids import read_rma
from portal.orders.keys import number_key
from portal.orders.models import Order
from portal.people import ApiKey, User
from portal.returns import Note, Return
from portal.views import paging

AT_ONCE = 500
Key = tuple[uuid.UUID, str, uuid.UUID | None]  # a return, a kind of note, and who wrote it
# Which note holds the words to an event. They are written in one transaction, so at nearly one moment.
NOTED: Mapping[str, str] = {
    Event.RETURN_AUTHORIZED: "denial",
    Event.RETURN_DENIED: "denial",
    Event.RETURN_REOPENED: "reopened",
    Event.ITEM_INSPECTED: "inspection",
    Event.ITEM_KEPT: "kept",
    Event.ITEM_CORRECTED: "inspection",
    Event.NOTE_ADDED: "internal",
}
TOGETHER = timedelta(seconds=5)


@dataclass(frozen=True)
class Wish:
    """What is asked for; what is None or empty is not. `until` is the first moment that is out of it.

    `kind` is a kind of actor, `who` one person, `typed` an RMA number or the number of an order.
    """

    kind: str = ""
    who: uuid.UUID | None = None
    event: str = ""
    typed: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def whole(self) -> bool:
        return self == Wish()


@dataclass(frozen=True)
class Fact:
    """A row of the trail. `who` and `whom` are names of the staff or of keys, empty where none is meant."""

    row: Trail
    who: str
    whom: str
    return_: Return | None
    reason: str = ""

    @property
    def id(self) -> uuid.UUID:
        return self.row.id


ORDER = paging.Order(Trail, (Trail.at, Trail.id))


def trail(wish: Wish, spot: paging.Spot) -> paging.Slice[Fact]:
    """The newest first, at most three statements."""
    return paging.cut(_asking(wish), ORDER, spot, _facts)


def each(wish: Wish) -> Iterator[Fact]:
    """Everything, the oldest first, without reasons. What was read leaves the session again."""
    oldest = paging.Order(Trail, ORDER.columns, descending=False)
    query, spot = _asking(wish), paging.Spot()
    while True:
        found = paging.cut(query, oldest, spot, _bare, AT_ONCE)
        yield from found.rows
        session.expunge_all()
        if not found.after:
            return
        spot = paging.Spot(after=found.after)


def _asking(wish: Wish) -> paging.Query:
    whom, key, made = aliased(User), aliased(ApiKey), aliased(ApiKey)
    who = sa.func.coalesce(User.name, key.name)
    query = (
        sa.select(Trail, who.label("who"), sa.func.coalesce(whom.name, made.name).label("whom"), Return)
        .outerjoin(User, User.id == Trail.actor_id)
        .outerjoin(key, key.id == Trail.actor_id)
        .outerjoin(whom, whom.id == Trail.subject_id)
        .outerjoin(made, made.id == Trail.subject_id)
        .outerjoin(Return, Return.id == Trail.chain)
    )
    return query.where(*matching(wish))


def matching(wish: Wish) -> list[sa.ColumnElement[bool]]:
    """What holds of the wish's rows."""
    found: list[sa.ColumnElement[bool]] = [Trail.tenant_id == here()]
    if wish.kind or wish.who:
        found.append(Trail.actor_kind == ("person" if wish.who else wish.kind))
    if wish.who:
        found.append(Trail.actor_id == wish.who)
    if wish.event:
        found.append(Trail.event == wish.event)
    if wish.typed:
        found.append(Trail.chain.in_(chains_of(wish.typed)))
    if wish.since:
        found.append(Trail.at >= wish.since)
    if wish.until:
        found.append(Trail.at < wish.until)
    return found


def chains_of(typed: str) -> Sequence[uuid.UUID]:
    """The return of an RMA number, or every return of an order."""
    number = read_rma(typed)
    if number:
        mine = sa.select(Return.id).where(Return.number == number)
    else:
        mine = sa.select(Return.id).join(Order, Order.id == Return.order_id)
        mine = mine.where(Order.tenant_id == here(), Order.number_key == number_key(typed))
    return session.scalars(mine.where(Return.tenant_id == here())).all()


def _bare(query: paging.Query) -> Sequence[Fact]:
    return [Fact(row, who or "", whom or "", of) for row, who, whom, of in session.execute(query)]


def _facts(query: paging.Query) -> Sequence[Fact]:
    facts = _bare(query)
    notes = _notes({f.row.chain for f in facts if f.row.event in NOTED})
    return [Fact(f.row, f.who, f.whom, f.return_, _reason(f.row, notes)) for f in facts]


def _notes(returns: set[uuid.UUID]) -> Mapping[Key, Sequence[Note]]:
    found: dict[Key, list[Note]] = {}
    query = sa.select(Note).where(Note.tenant_id == here(), Note.return_id.in_(returns))
    for note in session.scalars(query) if returns else ():
        found.setdefault((note.return_id, note.kind, note.by), []).append(note)
    return found


def _reason(row: Trail, notes: Mapping[Key, Sequence[Note]]) -> str:
    """The words that were written with it. Those of a denial are about the units that were declined."""
    if row.event == Event.RETURN_AUTHORIZED and row.after != "declined":
        return ""
    key = (row.chain, NOTED.get(row.event, ""), row.actor_id)
    near = [note for note in notes.get(key, ()) if abs(note.at - row.at) < TOGETHER]
    return min(near, key=lambda note: abs(note.at - row.at)).text if near else ""
