"""Staff users, their sessions, one-time links, keys of the shop's systems, and tries that were counted."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, choice, inside
from portal.people.roles import Role


class User(Tenanted, Base):
    """A person of the staff of one shop. The e-mail address is kept in lower case.

    There is no password until the person who was invited has chosen one. `language` is the one they chose
    to read, "" while they did not.
    """

    __tablename__ = "staff_user"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "email"),
        sa.CheckConstraint("email = lower(email)", "email_is_lower"),
    )
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[Role] = mapped_column(choice(Role, "staff_role"))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    pin_hash: Mapped[str | None] = mapped_column(sa.String(200))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(sa.String(12), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so


class StaffSession(Tenanted, Base):
    """A signed-in browser. Only the token's hash is kept; `seen_at` lags behind by a few minutes.

    `half`: the password was right and the second factor's code is still due, so it lets nobody in.
    `tablet`: it is the dock's shared one, and `hand_id` is who said by a PIN that they are at it.
    `browser` is what it calls itself, in short, or empty.
    """

    __tablename__ = "staff_session"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "token_hash"),)
    user_id: Mapped[uuid.UUID] = inside("staff_user")
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(sa.String(40), default="")
    half: Mapped[bool] = mapped_column(default=False)
    tablet: Mapped[bool] = mapped_column(default=False)
    hand_id: Mapped[uuid.UUID | None] = inside("staff_user")
    hand_seen_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(foreign_keys=[user_id])


class SecondFactor(Tenanted, Base):
    """A person's app for codes. `sealed` is its secret; `last_step` the time whose code was taken last.

    It counts from `confirmed_at` on, when a first code was typed.
    """

    __tablename__ = "second_factor"
    __table_args__ = (sa.UniqueConstraint("user_id"),)
    user_id: Mapped[uuid.UUID] = inside("staff_user", indexed=True)
    sealed: Mapped[str] = mapped_column(sa.String(300))
    last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Tenanted, Base):
    """Signs in once where the app is lost. Only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("user_id", "code_hash"),)
    user_id: Mapped[uuid.UUID] = inside("staff_user", indexed=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]


class Purpose(StrEnum):
    """What a one-time link is good for, and nothing else."""

    OPEN_ORDER = "open_order"
    INVITATION = "invitation"
    OPEN_ACCOUNT = "open_account"
    GIFT = "gift"
    SHOW_CARD = "show_card"
    AGREE_CREDIT = "agree_credit"
    NAME_ACCOUNT = "name_account"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a purpose


class OneTimeLink(Tenanted, Base):
    """A secret that is mailed, and opens one thing once. Only its hash is kept.

    It goes to the address of an order or of a person of the staff, whichever is named; one for a gift goes
    to the address that the order's recipient has given. `subject` is the
    thing that it opens: the order itself, or something of the reader's, like all orders of its address.
    """

    __tablename__ = "one_time_link"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "token_hash"),
        sa.Index(None, "tenant_id", "expires_at"),
        sa.CheckConstraint("(order_id IS NULL) <> (user_id IS NULL)", "one_reader"),
        sa.CheckConstraint("expires_at > created_at", "expires"),
    )
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "link_purpose"))
    subject: Mapped[uuid.UUID]
    order_id: Mapped[uuid.UUID | None] = inside("orders")
    user_id: Mapped[uuid.UUID | None] = inside("staff_user")
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class ApiKey(Tenanted, Base):
    """A key with which a system of the shop's own comes in. Only the secret's hash is kept.

    `ending` is the secret's last four characters, by which people tell keys apart. `used_at` lags behind by
    a few minutes.
    """

    __tablename__ = "api_key"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "token_hash"),)
    name: Mapped[str] = mapped_column(sa.String(60))
    scopes: Mapped[list[Any]]
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    ending: Mapped[str] = mapped_column(sa.String(4))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so


class Attempt(Tenanted, Base):
    """A try at something guarded that did not turn out right. `subject` is a keyed hash of what was tried."""

    __tablename__ = "attempt"
    __table_args__ = (sa.Index(None, "subject", "at"), sa.Index(None, "tenant_id", "at"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    subject: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
