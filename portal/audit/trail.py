"""Writing the trail and checking its chains."""

import hmac
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from portal import clock, config
from portal.audit.actors import Actor
from portal.audit.events import Event
from portal.audit.models import GENESIS, Chained, Trail
from portal.db import here, session
from portal.ids import uuid7
from portal.slices import insert_all
from portal.together import Rows, Table

SEALED = (
    "chain no at event actor_kind actor_id subject_kind subject_id before after policy_version data previous"
).split()


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one thing: its kind and id, and its state before and after where it has one."""

    kind: str
    id: uuid.UUID
    before: str | None = None
    after: str | None = None


def record(
    owner: Chained,
    event: Event,
    by: Actor,
    changes: Iterable[Change] = (),
    *,
    policy_version: int | None = None,
    **data: Any,
) -> list[uuid.UUID]:
    """Add a row to the owner's chain for each change (one about the owner itself if there is none).

    The owner's row must be locked. `data` holds ids and codes, never personal data or free text. Returns
    the rows' ids, in order. However many changes, they are inserted together, as of one moment.
    """
    whole = tuple(changes) or (Change(type(owner).__tablename__, owner.id),)  # type: ignore[attr-defined]
    common = {"at": clock.now(), "event": event.value, "actor_kind": by.kind, "actor_id": by.id, "data": data}
    ids = [uuid7() for _ in whole]
    each = zip(ids, whole, strict=True)
    rows = (_row(owner, id, change, common | {"policy_version": policy_version}) for id, change in each)
    _trail.add(rows)  # the head goes with the owner's other changes, in one UPDATE
    return ids


def _insert(rows: Rows) -> None:
    insert_all(Trail, rows)


_trail = Table(_insert)


def record_aside(
    kind: type[Chained], id: uuid.UUID, event: Event, by: Actor, changes: Iterable[Change]
) -> None:
    """`record` of what changes nothing: it moves the chain's head and no version, so open forms stay good.

    Locks the owner's row. For commands that do nothing else to the owner.
    """
    columns = (kind.id, kind.trail_no, kind.trail_hash)
    own = session.execute(sa.select(*columns).where(kind.id == id).with_for_update(key_share=True)).one()
    head: Any = SimpleNamespace(**own._mapping)
    record(head, event, by, changes)
    moved = {"trail_no": head.trail_no, "trail_hash": head.trail_hash}
    session.execute(
        sa.update(kind).where(kind.id == id).values(moved).execution_options(synchronize_session=False)
    )


def _row(owner: Chained, id: uuid.UUID, change: Change, common: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = common | {
        "id": id,
        "tenant_id": here(),
        "chain": owner.id,
        "no": (owner.trail_no or 0) + 1,
        "subject_kind": change.kind,
        "subject_id": change.id,
        "before": change.before,
        "after": change.after,
        "previous": owner.trail_hash or GENESIS,
    }
    row["hash"] = seal(row)
    owner.trail_no, owner.trail_hash = row["no"], row["hash"]
    return row


def seal(row: Mapping[str, Any], key: str = "") -> str:
    """The row's keyed hash over all that it says and the hash before it; by itself under the present key."""
    said = json.dumps([row[name] for name in SEALED], sort_keys=True, default=_say, separators=(",", ":"))
    return hmac.digest((key or config.current().trail_key).encode(), said.encode(), "sha256").hex()


def sealer(row: Mapping[str, Any], hash: str, oldest: int | None = None) -> int | None:
    """Which of the trail's keys sealed the row: 0 is the present one; None: none of them.

    `oldest`: none that is older than this counts, since a chain never goes back to a key.
    """
    keys = config.current().trail_keys
    last = len(keys) - 1 if oldest is None else oldest
    return next((n for n in range(last, -1, -1) if hmac.compare_digest(seal(row, keys[n]), hash)), None)


def _say(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def timeline(owner: Chained) -> Sequence[Trail]:
    """The owner's rows, oldest first."""
    return session.scalars(sa.select(Trail).where(Trail.chain == owner.id).order_by(Trail.no)).all()


def chain_breaks(rows: Sequence[Trail], head: str) -> list[int]:
    """The numbers at which a chain (oldest first) does not follow; its length + 1 if the head is another."""
    broken, previous, key = [], GENESIS, None
    for expected, row in enumerate(rows, start=1):
        by = sealer({name: getattr(row, name) for name in SEALED}, row.hash, key)
        if row.no != expected or row.previous != previous or by is None:
            broken.append(expected)
        previous, key = row.hash, key if by is None else by
    return broken if previous == head else [*broken, len(rows) + 1]
