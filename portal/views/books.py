"""The books for reading: the journal page by page, balances, and what must be nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from portal.db import here, session
from portal.ledger import Account, JournalEntry, Posting, Role
from portal.views import paging

MOST = 25


@dataclass(frozen=True)
class Told:
    """An entry, and the number of the one that it reverses."""

    entry: JournalEntry
    reverses: int | None

    @property
    def id(self) -> uuid.UUID:
        return self.entry.id


@dataclass(frozen=True)
class Balance:
    """Debit less credit of an account (of one detail of it), in minor units."""

    account: Account
    detail: str
    currency: str
    amount: int


def journal(currency: str, reference: str, spot: paging.Spot) -> paging.Slice[Told]:
    """The newest entries first; of one currency or one reference, where these are not empty."""
    other = aliased(JournalEntry)
    query = sa.select(JournalEntry, other.no).outerjoin(other, other.id == JournalEntry.reverses)
    query = query.where(JournalEntry.tenant_id == here())
    if currency:
        side = sa.exists().where(Posting.entry_id == JournalEntry.id, Posting.currency == currency)
        query = query.where(side)
    if reference:
        query = query.where(JournalEntry.reference == reference)
    order = paging.Order(JournalEntry, (JournalEntry.no, JournalEntry.id))
    loaded = query.options(selectinload(JournalEntry.postings).joinedload(Posting.account))
    return paging.cut(loaded, order, spot, _told, MOST)


def _told(query: paging.Query) -> Sequence[Told]:
    return [Told(entry, no) for entry, no in session.execute(query)]


def entries_by_currency() -> Mapping[str, int]:
    """How many entries each currency has."""
    query = sa.select(Posting.currency, sa.func.count(sa.distinct(Posting.entry_id)))
    mine = query.where(Posting.tenant_id == here()).group_by(Posting.currency)
    return dict(session.execute(mine.order_by(Posting.currency)).tuples().all())


def balances() -> Sequence[Balance]:
    """Every account that was ever posted to, by currency, code and detail. In one statement."""
    amount = sa.cast(sa.func.sum(Posting.debit - Posting.credit), sa.BigInteger).label("amount")
    kind = (Posting.account_id, Posting.detail, Posting.currency)
    each = sa.select(*kind, amount).where(Posting.tenant_id == here()).group_by(*kind).subquery()
    query = (
        sa.select(Account, each.c.detail, each.c.currency, each.c.amount)
        .join(each, each.c.account_id == Account.id)
        .order_by(each.c.currency, Account.code, each.c.detail)
    )
    return [Balance(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Sheet:
    """One currency's balances: what is on the debit side, and what on the credit side, both above zero."""

    currency: str
    debit: Sequence[Balance]
    credit: Sequence[Balance]

    @property
    def debit_total(self) -> int:
        return sum(b.amount for b in self.debit)

    @property
    def credit_total(self) -> int:
        return -sum(b.amount for b in self.credit)

    def of(self, role: Role) -> int:
        """What is owed on an account of liabilities, in minor units."""
        return -sum(b.amount for b in (*self.debit, *self.credit) if b.account.role is role)


def sheets() -> Sequence[Sheet]:
    """The balances, a sheet for each currency; accounts that are even stand on the debit side."""
    found: dict[str, tuple[list[Balance], list[Balance]]] = {}
    for balance in balances():
        debit, credit = found.setdefault(balance.currency, ([], []))
        (credit if balance.amount < 0 else debit).append(balance)
    return [Sheet(currency, *sides) for currency, sides in found.items()]
