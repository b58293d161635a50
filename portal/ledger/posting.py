"""Posting to the books. What is posted stays; a correction is a reversal."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import clock
from portal.db import here, session
from portal.errors import Conflict
from portal.i18n import say
from portal.ids import uuid7
from portal.inserting import insert_all_new
from portal.ledger.models import JournalEntry, Posting, Role
from portal.ledger.numbering import draw
from portal.slices import insert_all, slices


@dataclass(frozen=True)
class Line:
    """One side, in minor units of the entry's currency; zero lines are left out of the entry."""

    role: Role
    debit: int = 0
    credit: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Source:
    """What an entry comes from: an event and its thing. `about` and `reference` name the return or credit."""

    kind: str
    id: uuid.UUID
    about: uuid.UUID
    reference: str


def account_id(tenant: uuid.UUID, role: Role) -> uuid.UUID:
    """Accounts have ids that follow from shop and role, so that posting looks nothing up."""
    return uuid.uuid5(tenant, f"account/{role}")


@dataclass(frozen=True)
class Entry:
    """What is to be posted: its source, its lines, and the entry that it reverses, if it does."""

    source: Source
    lines: Sequence[Line]
    reverses: uuid.UUID | None = None


def post(source: Source, currency: str, lines: Sequence[Line], no: int | None = None) -> uuid.UUID:
    """Post an entry and return its id. Locks the shop's book until the transaction ends.

    `no`: its number, where it was drawn together with others. Raises Conflict if the source has been posted,
    ValueError if debit is not credit.
    """
    return _post([Entry(source, lines)], currency, no)[0]


def post_many(entries: Iterable[Entry], currency: str, first: int | None = None) -> list[uuid.UUID]:
    """`post` for the entries of one command, in three statements for each slice; their ids, in order.

    `first`: the first one's number, where it was drawn together with others.
    """
    ids = list[uuid.UUID]()
    for some in slices(entries):
        ids += _post(some, currency, None if first is None else first + len(ids))
    return ids


def _post(entries: Sequence[Entry], currency: str, first: int | None = None) -> list[uuid.UUID]:
    kept = [_balanced(entry) for entry in entries]
    first = draw(entries=len(entries)).entry if first is None else first
    rows = [_row(entry, first + n) for n, entry in enumerate(entries)]
    if insert_all_new(JournalEntry, rows) < len(rows):
        raise Conflict(say("This stands in the books already."))
    ids: list[uuid.UUID] = [row["id"] for row in rows]
    each = ((id, n, line) for id, lines in zip(ids, kept, strict=True) for n, line in enumerate(lines))
    insert_all(Posting, (_posting(id, n, currency, line) for id, n, line in each))
    return ids


def _balanced(entry: Entry) -> list[Line]:
    kept = [line for line in entry.lines if line.debit or line.credit]
    if sum(line.debit - line.credit for line in kept) or len(kept) < 2:
        raise ValueError(f"{entry.source.kind} does not balance: {kept}")
    return kept


def _row(entry: Entry, no: int) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "tenant_id": here(),
        "no": no,
        "at": clock.now(),
        "source_kind": entry.source.kind,
        "source_id": entry.source.id,
        "about": entry.source.about,
        "reference": entry.source.reference,
        "reverses": entry.reverses,
    }


def _posting(entry: uuid.UUID, position: int, currency: str, line: Line) -> dict[str, object]:
    return {
        "id": uuid7(),
        "tenant_id": here(),
        "entry_id": entry,
        "position": position,
        "account_id": account_id(here(), line.role),
        "currency": currency,
        "detail": line.detail,
        "debit": line.debit,
        "credit": line.credit,
    }


def reverse(of: JournalEntry, source: Source, no: int | None = None) -> uuid.UUID:
    """Post the exact opposite of an entry. `no` and what is raised as in `post`."""
    return _post([Entry(source, _opposite(of), of.id)], of.postings[0].currency, no)[0]


def reverse_many(pairs: Sequence[tuple[JournalEntry, Source]]) -> list[uuid.UUID]:
    """`reverse` for entries of one currency, with the source of each reversal; their ids, in order."""
    entries = [Entry(source, _opposite(of), of.id) for of, source in pairs]
    return post_many(entries, pairs[0][0].postings[0].currency) if pairs else []


def _opposite(of: JournalEntry) -> list[Line]:
    return [Line(p.account.role, p.credit, p.debit, p.detail) for p in of.postings]


def entry_of(kind: str, id: uuid.UUID) -> JournalEntry | None:
    """The entry that an event of a thing has, if it has one."""
    return entries_of(kind, [id]).get(id)


def entries_of(kind: str, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, JournalEntry]:
    """The entries that events of this kind have, by the event's id, with their postings and accounts."""
    query = (
        sa.select(JournalEntry)
        .where(
            JournalEntry.tenant_id == here(),
            JournalEntry.source_kind == kind,
            JournalEntry.source_id.in_(ids),
        )
        .options(selectinload(JournalEntry.postings).joinedload(Posting.account))
    )
    return {entry.source_id: entry for entry in session.scalars(query)}
