"""The policies that some returns are judged by."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from portal.db import here, session
from portal.policies import Policy, PolicyVersion
from portal.policies.models import Standing


@dataclass(frozen=True)
class Policies:
    """The policies of some returns by the version's id, and the one in force."""

    active: Policy
    by_id: dict[object, Policy]

    @cached_property
    def _labels(self) -> dict[str, str]:
        policies = (*self.by_id.values(), self.active)  # the last one has the last word
        return {reason.code: reason.label for policy in policies for reason in policy.reasons}

    def label(self, reason: str) -> str:
        """What a reason is called now, else what it was called; its code if nobody knows."""
        return self._labels.get(reason, reason)


WANTED = sa.select(PolicyVersion).where(
    PolicyVersion.tenant_id == sa.bindparam("tenant"),
    PolicyVersion.id.in_(sa.bindparam("ids", expanding=True)) | (PolicyVersion.standing == Standing.ACTIVE),
)


def policies_of(ids: Collection[object]) -> Policies:
    """In one statement."""
    versions = session.scalars(WANTED, {"tenant": here(), "ids": list(ids)}).all()
    active = next(v.policy for v in versions if v.standing is Standing.ACTIVE)
    return Policies(active, {v.id: v.policy for v in versions})
