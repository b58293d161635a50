"""Seals over the whole trail of a shop, day by day, to be kept elsewhere.

Each is a hash of the one before it and of the rows' own hashes since then, so it costs the rows of a day.
Whoever rewrites the trail, even with its key, cannot rewrite a mail that left.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from portal.audit.models import GENESIS, Trail, TrailSeal
from portal.db import here, session

AT_ONCE = 1000


def seal_until(until: datetime) -> TrailSeal:
    """The shop's seal over what happened before a moment, made unless it is there. Lock the shop.

    The moment must lie so far back that no transaction of before it is still under way.
    """
    last = latest()
    if last and last.until >= until:
        return last
    rows = _rows(last.until if last else None, until)
    n, hash = last.rows if last else 0, last.hash if last else GENESIS
    n, hash = carry_on(n, hash, rows)
    made = TrailSeal(until=until, rows=n, hash=hash)
    session.add(made)
    session.flush()
    return made


def carry_on(rows: int, hash: str, more: Iterable[str]) -> tuple[int, str]:
    """The number and the hash once more rows' hashes follow; the same if none do."""
    digest, n = hashlib.sha256(hash.encode()), 0
    for one in more:
        digest.update(one.encode())
        n += 1
    return (rows + n, digest.hexdigest()) if n else (rows, hash)


def _rows(since: datetime | None, until: datetime) -> Iterable[str]:
    query = sa.select(Trail.hash).where(Trail.tenant_id == here(), Trail.at < until)
    query = query.where(Trail.at >= since) if since else query
    found = session.execute(query.order_by(Trail.at, Trail.id), execution_options={"yield_per": AT_ONCE})
    return found.scalars()


def latest() -> TrailSeal | None:
    return next(iter(seals(1)), None)


def seals(most: int = 100) -> Sequence[TrailSeal]:
    """The shop's, the newest first."""
    query = sa.select(TrailSeal).where(TrailSeal.tenant_id == here())
    return session.scalars(query.order_by(TrailSeal.until.desc()).limit(most)).all()
