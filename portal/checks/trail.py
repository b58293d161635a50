"""I18: the trail is whole: numbered, chained, and each row says who did it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.audit import Chained, Event, Trail
from portal.audit.models import GENESIS
from portal.audit.trail import SEALED, sealer
from portal.checks.looking import Look, key
from portal.returns.models import Return
from portal.tenants import Tenant

KINDS = {"person", "shopper", "recipient", "job", "api", "system"}


def chained(look: Look) -> Iterator[str]:
    """A row out of number, not sealed over what it says, or not after the one before it."""
    names = [*SEALED, "id", "hash"]
    query = sa.select(*(getattr(Trail, name) for name in names)).where(Trail.tenant_id == look.tenant)
    for _, rows in groupby(look.each(query.order_by(Trail.chain, Trail.no)), lambda row: row.chain):
        no, previous, by = 0, GENESIS, None
        for row in rows:
            no += 1
            now = sealer({name: getattr(row, name) for name in SEALED}, row.hash, by)
            if (row.no, row.previous) != (no, previous) or now is None or not _acted(row):
                yield key(Trail, row.id)
            no, previous, by = row.no, row.hash, by if now is None else now
        if by:  # whoever has an older key alone could have written all of it
            yield f"trail/{row.id} is sealed with an old key"


def _acted(row: Any) -> bool:
    return row.actor_kind in KINDS and (row.actor_kind == "system" or row.actor_id is not None)


def heads(look: Look) -> Iterator[str]:
    """A chain that ends elsewhere than its owner says."""
    for kind in _owners():
        last = sa.and_(Trail.chain == kind.id, Trail.no == kind.trail_no)
        after = aliased(Trail)
        longer = sa.exists().where(after.chain == kind.id, after.no > kind.trail_no)
        ends = sa.func.coalesce(Trail.hash, GENESIS) == kind.trail_hash
        query = sa.select(kind.id).outerjoin(Trail, last).where(_of(kind, look), sa.or_(~ends, longer))
        yield from (f"{kind.__tablename__}/{row.id}" for row in look.each(query))


def ownerless(look: Look) -> Iterator[str]:
    """A chain of nothing."""
    owned = sa.or_(*(sa.exists().where(kind.id == Trail.chain) for kind in _owners()))
    yield from look.named(Trail, ~owned)


def made(look: Look) -> Iterator[str]:
    """A return that says somebody else of the staff requested it than its trail does."""
    person = sa.and_(Trail.actor_kind == "person", Trail.actor_id == Return.made_by_id)
    right = sa.case((Return.made_by_id.is_(None), Trail.actor_kind != "person"), else_=person)
    asked = sa.and_(Trail.chain == Return.id, Trail.event == Event.RETURN_REQUESTED)
    yield from look.named(Return, sa.exists().where(asked, ~right))


def _owners() -> list[Any]:
    """Every kind of thing that has a trail of its own."""
    return Chained.__subclasses__()


def _of(kind: Any, look: Look) -> Any:
    return kind.id == look.tenant if kind is Tenant else kind.tenant_id == look.tenant
