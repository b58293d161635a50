"""Ordering work: the job is a row of the transaction that demands it, and comes and goes with it."""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.db import scope, session
from portal.ids import uuid7
from portal.inserting import insert_new
from portal.jobs.models import OPEN, Job
from portal.jobs.timing import present

Value = uuid.UUID | int | str | None
CODE = re.compile(r"[A-Za-z0-9._:/+-]{0,64}")


def enqueue(
    kind: str,
    payload: Mapping[str, Value],
    key: str,
    run_at: datetime | None = None,
    cause: uuid.UUID | None = None,
) -> bool:
    """Order a job for the shop of this unit of work, from now on or from `run_at`; whether it is new.

    Never commits. A second order under the same key does nothing, even when the first is done; so a key
    names what it is about by an id ("refund.send/<leg>"), since it is unique over all shops. Raises
    ValueError for a payload that is not ids and codes, and for a key that another kind or shop has.
    """
    row = {
        "id": uuid7(),
        "tenant_id": scope.get().tenant,
        "kind": kind,
        "payload": {name: _plain(name, value) for name, value in payload.items()},
        "key": key,
        "cause": cause,
        "run_at": run_at or present(),
        "attempts": 0,
        "fence": 0,
        "last_error": "",
    }
    return insert_new(Job, row) or _known(kind, key)


def hasten(key: str) -> bool:
    """Run the shop's open job of this key from now on, if it was to wait; whether there is one."""
    job = sa.update(Job).where(Job.key == key, Job.tenant_id == scope.get().tenant, OPEN)
    found = session.execute(job.values(run_at=present()).execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]


def _plain(name: str, value: Value) -> Any:
    if isinstance(value, str) and not CODE.fullmatch(value):
        raise ValueError(f"a job's payload holds ids and codes; {name} is something else")
    return str(value) if isinstance(value, uuid.UUID) else value


def _known(kind: str, key: str) -> bool:
    """False: the job under this key is the one that is ordered."""
    found = session.execute(sa.select(Job.kind, Job.tenant_id).where(Job.key == key)).one()
    if tuple(found) != (kind, scope.get().tenant):
        raise ValueError(f"the key of this job of {kind} belongs to another job")
    return False
