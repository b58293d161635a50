"""I9: what the states of refunds, legs, units and credits demand stands in the books, and nothing else."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from portal.checks.demands import Demands, card_demands, credit_demands, return_demands
from portal.checks.looking import Look, batches, key
from portal.ledger import Account, JournalEntry, Posting, Role
from portal.refunds.models import GiftCard, StoreCredit
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return

ONE = sa.literal(1)
DEMANDS: Any = (
    (Return, Return.units, return_demands),
    (StoreCredit, ONE, credit_demands),
    (GiftCard, ONE, card_demands),
)


@dataclass
class Entry:
    """An entry as it stands: debit less credit by account and detail, in one currency."""

    id: uuid.UUID
    source: tuple[str, uuid.UUID]
    reverses: uuid.UUID | None
    currencies: set[str] = field(default_factory=set)
    lines: dict[tuple[Role, str], int] = field(default_factory=lambda: defaultdict(int))


def demanded(look: Look) -> Iterator[str]:
    """An entry that is missing, is another than its source demands, or stands there without a source."""
    for kind, weight, demands_of in DEMANDS:
        query = sa.select(kind.id, kind.currency, weight.label("weight"))
        query = query.where(kind.tenant_id == look.tenant).order_by(kind.id)
        for rows in batches(look.each(query), lambda row: int(row.weight)):
            about = {row.id: row.currency for row in rows}
            demands, found = demands_of(look, list(about)), _entries(look, list(about))
            for id, currency in about.items():
                yield from _compare(demands[id], found.get(id, {}), currency, key(kind, id))


def _compare(
    demands: Demands, found: Mapping[tuple[str, uuid.UUID], Entry], currency: str, name: str
) -> Iterator[str]:
    taken_back = {("item.corrected", id) for kind, id in demands.past & found.keys()}
    for source in (demands.entries.keys() | taken_back) - found.keys():
        yield f"{name} lacks {source[0]}/{source[1]}"
    for entry in found.values():
        if not _fits(demands, entry, found) or entry.currencies != {currency}:
            yield key(JournalEntry, entry.id)


def _fits(demands: Demands, entry: Entry, found: Mapping[tuple[str, uuid.UUID], Entry]) -> bool:
    if entry.source in demands.reversals:
        of = found.get(demands.reversals[entry.source])
        return of is not None and entry.reverses == of.id and _opposite(entry, of)
    wanted = demands.entries.get(entry.source)
    lines = {account: amount for account, amount in entry.lines.items() if amount}
    return entry.reverses is None and (wanted == lines or (wanted is None and entry.source in demands.past))


def _opposite(entry: Entry, of: Entry) -> bool:
    return dict(entry.lines) == {account: -amount for account, amount in of.lines.items()}


def _entries(look: Look, about: list[uuid.UUID]) -> dict[uuid.UUID, dict[tuple[str, uuid.UUID], Entry]]:
    """The entries about each of these, by their sources."""
    query = (
        sa.select(
            *(JournalEntry.about, JournalEntry.id, JournalEntry.source_kind, JournalEntry.source_id),
            *(JournalEntry.reverses, Account.role, Posting.detail, Posting.currency),
            (Posting.debit - Posting.credit).label("amount"),
        )
        .outerjoin(Posting, Posting.entry_id == JournalEntry.id)
        .outerjoin(Account, Account.id == Posting.account_id)
        .where(JournalEntry.tenant_id == look.tenant, JournalEntry.about.in_(about))
    )
    found: dict[uuid.UUID, dict[tuple[str, uuid.UUID], Entry]] = defaultdict(dict)
    for row in look.all(query):
        source = (row.source_kind, row.source_id)
        entry = found[row.about].setdefault(source, Entry(row.id, source, row.reverses))
        entry.lines[row.role, row.detail] += row.amount or 0
        entry.currencies.add(row.currency)
    return found


def strays(look: Look) -> Iterator[str]:
    """An entry about nothing."""
    about = [sa.exists().where(kind.id == JournalEntry.about) for kind, *_ in DEMANDS]
    yield from look.named(JournalEntry, ~sa.or_(*about))


def settled(look: Look) -> Iterator[str]:
    """A closed return of which refunds payable still owes something, or is owed."""
    query = (
        sa.select(Return.id)
        .join(JournalEntry, JournalEntry.about == Return.id)
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .join(Account, sa.and_(Account.id == Posting.account_id, Account.role == Role.REFUNDS_PAYABLE))
        .where(Return.tenant_id == look.tenant, Return.state == ReturnState.CLOSED)
        .group_by(Return.id)
        .having(sa.func.sum(Posting.debit) != sa.func.sum(Posting.credit))
    )
    yield from (key(Return, row.id) for row in look.each(query))
