"""What is taken off the refund of a return, and what was."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import find, here, session
from portal.errors import NotFound
from portal.people import User
from portal.returns import Return
from portal.returns.reductions import Reduction

REDUCTIONS = (  # built once: every record asks it
    sa.select(Reduction)
    .where(Reduction.tenant_id == sa.bindparam("tenant"), Reduction.return_id == sa.bindparam("id"))
    .order_by(Reduction.made_at, Reduction.id)
)


def reductions_of(return_id: uuid.UUID) -> Sequence[Reduction]:
    """All of a return's, the oldest first."""
    return session.scalars(REDUCTIONS, {"tenant": here(), "id": return_id}).all()


def reduction_of(return_: Return, id: uuid.UUID) -> Reduction:
    """Raises NotFound unless it is the return's."""
    found = find(Reduction, id, joinedload(Reduction.line))
    if found.return_id != return_.id:
        raise NotFound("Reduction")
    return found


def names_of(reduction: Reduction) -> dict[uuid.UUID, str]:
    """Who reduced it and who decided, by their ids."""
    ids = [reduction.made_by, reduction.decided_by]
    people = sa.select(User.id, User.name).where(User.tenant_id == here(), User.id.in_(ids))
    return {row.id: row.name for row in session.execute(people)}
