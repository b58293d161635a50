"""The versions of a shop's configuration, and the drafts that they come from."""

import uuid
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, inside
from portal.policies.configuration import Configuration, configured
from portal.policies.document import Policy
from portal.policies.limits import Limits
from portal.policies.notices import Notices


class Standing(StrEnum):
    """What has become of a version. A scheduled one holds from its moment, whenever a worker says so."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    RETIRED = "retired"


class DraftState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DISCARDED = "discarded"


def _only_one(standing: Standing) -> sa.Index:
    so = sa.text(f"standing = '{standing}'")
    name = f"uq_policy_version_{standing}"
    return sa.Index(name, "tenant_id", unique=True, sqlite_where=so, postgresql_where=so)


class PolicyVersion(Tenanted, Base):
    """An immutable, numbered configuration; one is active at a time, and one more may be scheduled.

    `document`: the policy, which is loaded with every return. `others`: the other documents by name, which
    are loaded when they are asked for. One that a later release has added is missing in older versions.
    `created_by`: who put it in force, null for a command. `alone`: one person asked for it and approved it.
    """

    __tablename__ = "policy_version"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "no"),
        _only_one(Standing.ACTIVE),
        _only_one(Standing.SCHEDULED),
    )
    no: Mapped[int]
    standing: Mapped[Standing] = mapped_column(choice(Standing))
    document: Mapped[dict[str, Any]]
    others: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    active_from: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]
    draft_id: Mapped[uuid.UUID | None] = inside("policy_draft")
    alone: Mapped[bool] = mapped_column(default=False)

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

    @property
    def limits(self) -> Limits:
        """What people may do alone under it."""
        return Limits.model_validate(self.others.get("limits", {}))

    @property
    def notices(self) -> Notices:
        """What the shop says itself in its mails."""
        return Notices.model_validate(self.others.get("notices", {}))

    @property
    def configuration(self) -> Configuration:
        return configured(self.policy, self.others)


# Documents as they were last read: a page asks for the same one many times over.
_read: dict[uuid.UUID, tuple[dict[str, Any], Policy]] = {}
MOST_READ = 256


WITHDRAWN = 0  # the number of no version


class PolicyDraft(Tenanted, Base):
    """A configuration on its way into force, whole and valid at every save.

    `base_no`: the version that it was made from; WITHDRAWN where that one is gone, since the next one gets
    its number. `why`: said by who asked for the review. `remark`: by who
    reviewed it. `version` counts its changes, so that nobody saves over what they have not seen.
    """

    __tablename__ = "policy_draft"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "no"),
        sa.CheckConstraint(
            "state IN ('draft', 'discarded') OR (asked_at IS NOT NULL AND why <> '')", name="asked"
        ),
    )
    no: Mapped[int]
    state: Mapped[DraftState] = mapped_column(choice(DraftState), default=DraftState.DRAFT)
    base_no: Mapped[int]
    document: Mapped[dict[str, Any]]
    others: Mapped[dict[str, Any]]
    created_by: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    saved_by: Mapped[uuid.UUID | None]
    saved_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(sa.Text, default="")
    asked_by: Mapped[uuid.UUID | None]
    asked_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(sa.Text, default="")
    reviewed_by: Mapped[uuid.UUID | None]
    reviewed_at: Mapped[datetime | None]
    alone: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def configuration(self) -> Configuration:
        return configured(self.document, self.others)


def seal_of(document: dict[str, Any], others: dict[str, Any]) -> str:
    """A digest of all that a version says, which the trail keeps."""
    return sha256(dumps([document, others], sort_keys=True).encode()).hexdigest()
