"""After a change of keys: every chain gets a row under the new one, and what is encrypted is encrypted anew.

A row under the present key seals the whole chain before it, since it holds the hash of its last row. From
then on somebody who has an older key alone can change nothing that comes before it unseen.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from portal.audit.actors import SYSTEM
from portal.audit.events import Event
from portal.audit.models import Chained, Trail
from portal.audit.trail import SEALED, Change, record_aside, sealer
from portal.db import here, session

AT_ONCE = 200  # chains of one transaction
Again = Callable[[], int]
_again: dict[str, Again] = {}


def reseals(what: str) -> Callable[[Again], Again]:
    """Register what encrypts anew the rows of the shop of this unit of work that an older key holds.

    It returns how many there were, and is safe to repeat.
    """

    def register(again: Again) -> Again:
        _again[what] = again
        return again

    return register


def resealers() -> Mapping[str, Again]:
    return dict(_again)


def unsealed(kind: Any) -> Iterator[Any]:
    """The ids of the shop's chains of this kind of owner whose last row is not under the present key."""
    names = [getattr(Trail, name) for name in (*SEALED, "hash")]
    head = sa.and_(Trail.chain == kind.id, Trail.no == kind.trail_no)
    mine = kind.tenant_id == here() if hasattr(kind, "tenant_id") else kind.id == here()
    query = sa.select(kind.id, *names).join(Trail, head).where(mine).order_by(kind.id).limit(AT_ONCE)
    last: Any = None
    while some := session.execute(query.where(kind.id > last) if last else query).all():
        last = some[-1][0]
        for id, *said, hash in some:
            if sealer(
                dict(zip(SEALED, said, strict=True)), hash
            ):  # one that no key sealed is not vouched for
                yield id


def mark(kind: type[Chained], id: uuid.UUID) -> None:
    """Add a row under the present key."""
    change = Change(kind.__tablename__, id)  # type: ignore[attr-defined]
    record_aside(kind, id, Event.TRAIL_SEALED, SYSTEM, [change])
