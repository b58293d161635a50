"""Posting to the books. What is posted stays; a correction is a reversal."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal import clock
from portal.db import here, insert_new, session
from portal.errors import Conflict
from portal.i18n import say
from portal.ids import uuid7
from portal.ledger.models import Book, JournalEntry, Posting, Role


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


def post(
    source: Source, currency: str, lines: Sequence[Line], reverses: uuid.UUID | None = None
) -> uuid.UUID:
    """Post an entry and return its id. Locks the shop's book until the transaction ends.

    Raises Conflict if the source has been posted, ValueError if debit is not credit.
    """
    kept = [line for line in lines if line.debit or line.credit]
    if sum(line.debit - line.credit for line in kept) or len(kept) < 2:
        raise ValueError(f"{source.kind} does not balance: {kept}")
    entry = uuid7()
    values = {
        "id": entry,
        "tenant_id": here(),
        "no": _next_number(),
        "at": clock.now(),
        "source_kind": source.kind,
        "source_id": source.id,
        "about": source.about,
        "reference": source.reference,
        "reverses": reverses,
    }
    if not insert_new(JournalEntry, values):
        raise Conflict(say("This stands in the books already."))
    rows = [_posting(entry, n, currency, line) for n, line in enumerate(kept)]
    session.execute(sa.insert(Posting), rows)
    return entry


def _next_number() -> int:
    number = session.scalar(
        sa.update(Book)
        .where(Book.tenant_id == here())
        .values(next_no=Book.next_no + 1)
        .returning(Book.next_no - 1)
        .execution_options(synchronize_session=False)
    )
    assert number is not None
    return number


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


def reverse(of: JournalEntry, source: Source) -> uuid.UUID:
    """Post the exact opposite of an entry. Raises Conflict if the source has been posted."""
    lines = [Line(p.account.role, p.credit, p.debit, p.detail) for p in of.postings]
    return post(source, of.postings[0].currency, lines, reverses=of.id)


def entry_of(kind: str, id: uuid.UUID) -> JournalEntry | None:
    """The entry that an event of a thing has, if it has one."""
    return session.scalars(
        sa.select(JournalEntry).where(
            JournalEntry.tenant_id == here(), JournalEntry.source_kind == kind, JournalEntry.source_id == id
        )
    ).one_or_none()
