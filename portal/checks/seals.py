"""I27: the seals of the trail, as they left by mail, are those of the rows that are there."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.audit.models import GENESIS, TrailSeal
from portal.audit.seals import carry_on
from portal.checks.looking import Look, key


def sealed(look: Look) -> Iterator[str]:
    """A seal that is not over the rows before it: one was changed, is missing, or came in later."""
    query = sa.select(TrailSeal.id, TrailSeal.until, TrailSeal.rows, TrailSeal.hash)
    seals = look.all(query.where(TrailSeal.tenant_id == look.tenant).order_by(TrailSeal.until))
    if not seals:
        return
    rows, n, hash = _Rows(look, seals[-1].until), 0, GENESIS
    for seal in seals:
        n, hash = carry_on(n, hash, rows.before(seal.until))
        if (seal.rows, seal.hash) != (n, hash):
            yield key(TrailSeal, seal.id)
        n, hash = seal.rows, seal.hash  # each break is named once


class _Rows:
    """The hashes of the trail's rows by time, in one reading."""

    def __init__(self, look: Look, until: Any) -> None:
        query = sa.select(Trail.at, Trail.hash).where(Trail.tenant_id == look.tenant, Trail.at < until)
        self.each = look.each(query.order_by(Trail.at, Trail.id))
        self.held = next(self.each, None)

    def before(self, until: Any) -> Iterator[str]:
        while self.held is not None and self.held.at < until:
            yield self.held.hash
            self.held = next(self.each, None)
