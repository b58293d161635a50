"""Accounts, journal entries and their postings."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, choice, inside


class Role(StrEnum):
    """What an account is for. A shop has one account for each, under its own code."""

    SALES_RETURNS = "sales_returns"
    TAX_PAYABLE = "tax_payable"
    SHIPPING_REFUNDS = "shipping_refunds"
    REFUNDS_PAYABLE = "refunds_payable"
    RESTOCKING_INCOME = "restocking_income"
    RETURN_SHIPPING_INCOME = "return_shipping_income"
    PAYMENT_CLEARING = "payment_clearing"
    CREDIT_LIABILITY = "credit_liability"
    CREDIT_BONUS = "credit_bonus"
    GOODWILL = "goodwill"
    GIFT_CARD_LIABILITY = "gift_card_liability"
    STORED_VALUE_CLEARING = "stored_value_clearing"
    EXCHANGE_CLEARING = "exchange_clearing"
    SALES = "sales"
    BREAKAGE_INCOME = "breakage_income"
    INVENTORY = "inventory"
    WRITE_DOWN = "write_down"
    COST_OF_GOODS_SOLD = "cost_of_goods_sold"


class Kind(StrEnum):
    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


class Book(Tenanted, Base):
    """A shop's journal: the number of its next entry. Entries are numbered without gaps.

    `next_change` is the next number of the shop's feed, `next_credit_note` of its credit notes: one row, so
    that all are locked in one turn. `version` moves with the names of the accounts alone.
    """

    __tablename__ = "book"
    next_no: Mapped[int] = mapped_column(default=1)
    next_change: Mapped[int] = mapped_column(default=1)
    next_credit_note: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)


class Account(Tenanted, Base):
    __tablename__ = "account"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "code"), sa.UniqueConstraint("tenant_id", "role"))
    role: Mapped[Role] = mapped_column(choice(Role, "account_role"))
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[Kind] = mapped_column(choice(Kind, "account_kind"))


class ChartVersion(Tenanted, Base):
    """What a shop called all its accounts from then on: {role: [code, name]}. `made_by`: null by command."""

    __tablename__ = "chart_version"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "no"),)
    no: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[uuid.UUID | None] = inside("staff_user")
    accounts: Mapped[dict[str, Any]]


class JournalEntry(Tenanted, Base):
    """One event in the books. `source` (kind and id) is unique: an event is posted once."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "no"),
        sa.UniqueConstraint("tenant_id", "source_kind", "source_id"),
        sa.Index(None, "about"),
    )
    no: Mapped[int]
    at: Mapped[datetime]
    source_kind: Mapped[str] = mapped_column(sa.String(40))
    source_id: Mapped[uuid.UUID]
    about: Mapped[uuid.UUID]
    reference: Mapped[str] = mapped_column(sa.String(40))
    reverses: Mapped[uuid.UUID | None] = inside("journal_entry")
    postings: Mapped[list["Posting"]] = relationship(
        foreign_keys="Posting.entry_id", order_by="Posting.position"
    )


class Posting(Tenanted, Base):
    """One side of an entry. `detail` tells rates and gateways apart within an account."""

    __tablename__ = "posting"
    __table_args__ = (
        sa.CheckConstraint(
            "debit >= 0 AND credit >= 0 AND (debit = 0 OR credit = 0) AND debit + credit > 0", name="one_side"
        ),
        sa.Index(None, "account_id", "currency"),
    )
    entry_id: Mapped[uuid.UUID] = inside("journal_entry")
    position: Mapped[int]
    account_id: Mapped[uuid.UUID] = inside("account", indexed=True)
    currency: Mapped[str] = mapped_column(sa.String(3))
    detail: Mapped[str] = mapped_column(sa.String(40), default="")
    debit: Mapped[int] = mapped_column(default=0)
    credit: Mapped[int] = mapped_column(default=0)
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
