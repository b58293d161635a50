"""The stored versions of a shop's policy, and the verdicts given under them."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice
from portal.policies.document import Policy


class Standing(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"


class PolicyVersion(Tenanted, Base):
    """An immutable, numbered document; one is active at a time."""

    __tablename__ = "policy_version"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "no"),
        sa.Index(
            "uq_policy_version_active",
            "tenant_id",
            unique=True,
            sqlite_where=sa.text("standing = 'active'"),
            postgresql_where=sa.text("standing = 'active'"),
        ),
    )
    no: Mapped[int]
    standing: Mapped[Standing] = mapped_column(choice(Standing))
    document: Mapped[dict[str, Any]]
    active_from: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]

    @property
    def policy(self) -> Policy:
        """The document as its validated model."""
        document, policy = _read.get(self.id, (None, None))
        if policy is None or (document is not self.document and document != self.document):
            policy = Policy.model_validate(self.document)
        if document is not self.document:
            if len(_read) > MOST_READ:
                _read.clear()
            _read[self.id] = (self.document, policy)  # the same the next time, and nothing to compare
        return policy


# Documents as they were last read: a page asks for the same one many times over.
_read: dict[uuid.UUID, tuple[dict[str, Any], Policy]] = {}
MOST_READ = 256
