"""The books for reading: the journal page by page, balances, and what must be nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from portal.db import here, session
from portal.ids import read_rma
from portal.ledger import Account, JournalEntry, Posting, Role
from portal.returns import Return
from portal.views import paging

MOST = 25
LARGEST_NO = 10**15


@dataclass(frozen=True)
class Told:
    """An entry, the number of the one that it reverses, and the return that it is about, if it is one."""

    entry: JournalEntry
    reverses: int | None
    return_id: uuid.UUID | None

    @property
    def id(self) -> uuid.UUID:
        return self.entry.id

    @property
    def currency(self) -> str:
        """An entry has one."""
        return self.entry.postings[0].currency


def journal(currency: str, typed: str, spot: paging.Spot) -> paging.Slice[Told]:
    """The newest entries first; of one currency, and of what was typed, where these are not empty."""
    other = aliased(JournalEntry)
    query = sa.select(JournalEntry, other.no, Return.id)
    query = query.outerjoin(other, other.id == JournalEntry.reverses)
    query = query.outerjoin(Return, Return.id == JournalEntry.about)
    query = query.where(JournalEntry.tenant_id == here())
    if currency:
        side = sa.exists().where(Posting.entry_id == JournalEntry.id, Posting.currency == currency)
        query = query.where(side)
    if typed:
        query = query.where(_named(typed))
    order = paging.Order(JournalEntry, (JournalEntry.no, JournalEntry.id))
    loaded = query.options(selectinload(JournalEntry.postings).joinedload(Posting.account))
    return paging.cut(loaded, order, spot, _told, MOST)


def _told(query: paging.Query) -> Sequence[Told]:
    return [Told(*row) for row in session.execute(query)]


def _named(typed: str) -> sa.ColumnElement[bool]:
    """An RMA number names its return's entries, a number one entry, anything else a till's reference."""
    number = read_rma(typed)
    if number:
        mine = sa.select(Return.id).where(Return.tenant_id == here(), Return.number == number)
        return JournalEntry.about == mine.scalar_subquery()
    if typed.isascii() and typed.isdigit() and int(typed) < LARGEST_NO:
        return sa.or_(JournalEntry.no == int(typed), JournalEntry.reference == typed)
    return JournalEntry.reference == typed


@dataclass(frozen=True)
class Balance:
    """Debit less credit of an account (of one detail of it), in minor units."""

    account: Account
    detail: str
    currency: str
    amount: int


@dataclass(frozen=True)
class Sheet:
    """One currency's balances: the accounts whose balance is a debit, and those where it is a credit."""

    currency: str
    debit: Sequence[Balance]
    credit: Sequence[Balance]

    @property
    def debit_total(self) -> int:
        return sum(b.amount for b in self.debit)

    @property
    def credit_total(self) -> int:
        return -sum(b.amount for b in self.credit)

    @property
    def difference(self) -> int:
        """Debit less credit of everything ever posted. Nothing, or the books are wrong."""
        return self.debit_total - self.credit_total


def sheets() -> Mapping[str, Sheet]:
    """The balances by currency, in one statement; accounts that are even stand on the debit side."""
    found: dict[str, tuple[list[Balance], list[Balance]]] = {}
    for balance in _balances():
        debit, credit = found.setdefault(balance.currency, ([], []))
        (credit if balance.amount < 0 else debit).append(balance)
    return {currency: Sheet(currency, *sides) for currency, sides in found.items()}


def _balances() -> Sequence[Balance]:
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
class Owed:
    """What is approved and not yet sent, in minor units, and for how many returns."""

    amount: int = 0
    returns: int = 0


def payable() -> Mapping[str, Owed]:
    """The refunds payable that are open, by currency, in one statement."""
    owed = sa.cast(sa.func.sum(Posting.credit - Posting.debit), sa.BigInteger).label("owed")
    each = (
        sa.select(JournalEntry.about, Posting.currency, owed)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.tenant_id == here(), Account.role == Role.REFUNDS_PAYABLE)
        .group_by(JournalEntry.about, Posting.currency)
        .having(sa.func.sum(Posting.credit - Posting.debit) != 0)
    ).subquery()
    total = sa.cast(sa.func.sum(each.c.owed), sa.BigInteger)
    query = sa.select(each.c.currency, total, sa.func.count()).group_by(each.c.currency)
    return {currency: Owed(amount, n) for currency, amount, n in session.execute(query)}
