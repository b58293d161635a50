"""Ordering work: the job is a row of the transaction that demands it, and comes and goes with it."""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.db import Moment, scope, session
from portal.ids import uuid7
from portal.inserting import insert_all_new
from portal.jobs.models import OPEN, Job
from portal.jobs.timing import present
from portal.together import Rows, Table

Value = uuid.UUID | int | str | None
CODE = re.compile(r"[A-Za-z0-9._:/+-]{0,64}")


def enqueue(
    kind: str,
    payload: Mapping[str, Value],
    key: str,
    run_at: datetime | None = None,
    cause: uuid.UUID | None = None,
) -> None:
    """Order a job for the shop of this unit of work, from now on or from `run_at`.

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
        "begins": run_at,
        "attempts": 0,
        "fence": 0,
        "last_error": "",
    }
    _outbox.add([row])


def hasten(key: str) -> bool:
    """Run the shop's open job of this key from now on, if it was to wait; whether there is one."""
    job = sa.update(Job).where(Job.key == key, Job.tenant_id == scope.get().tenant, OPEN)
    found = session.execute(job.values(run_at=present()).execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]


def _plain(name: str, value: Value) -> Any:
    if isinstance(value, str) and not CODE.fullmatch(value):
        raise ValueError(f"a job's payload holds ids and codes; {name} is something else")
    return str(value) if isinstance(value, uuid.UUID) else value


def _insert(rows: Rows) -> None:
    """The first of each key, unless it is known."""
    ordered: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        _must_be(row, ordered.setdefault(row["key"], row))
    begins = sa.func.coalesce(sa.bindparam("begins", type_=Moment), present())
    if insert_all_new(Job, list(ordered.values()), run_at=begins) < len(ordered):
        known = sa.select(Job.key, Job.kind, Job.tenant_id).where(Job.key.in_(ordered))
        for job in session.execute(known):
            _must_be(ordered[job.key], job._asdict())


def _must_be(row: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """The job under this key is the one that is ordered."""
    if (known["kind"], known["tenant_id"]) != (row["kind"], row["tenant_id"]):
        raise ValueError(f"the key of this job of {row['kind']} belongs to another job")


_outbox = Table(_insert)
