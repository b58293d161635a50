"""An operation happens once, however often its form arrives."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit.models import Operation
from portal.db import here, session
from portal.errors import Conflict
from portal.i18n import say
from portal.inserting import insert, insert_new


def operation_id(thing: uuid.UUID, action: str, version: int) -> uuid.UUID:
    """The id of doing this action to the thing as it stands: two tabs that show the same carry the same."""
    return uuid.uuid5(thing, f"{action}/{version}")


def begin(op: uuid.UUID, actor: str, digest: str) -> dict[str, Any] | None:
    """Claim the operation. None: it is new, go on. Else the answer it got when it happened.

    Waits for a rival that is doing it now. Raises Conflict if it was done with another content or by
    somebody else. The row stands in the transaction of the effect, so a refusal takes it along.
    """
    row = {"id": op, "tenant_id": here(), "actor": actor, "digest": digest, "at": clock.now()}
    return None if insert_new(Operation, row) else answer_of(op, actor, digest)


def answer_of(op: uuid.UUID, actor: str, digest: str, *, strictly: bool = True) -> dict[str, Any] | None:
    """The answer that this operation got; None if it has not happened.

    Raises Conflict if it was done with another content or by somebody else; None then too, if not `strictly`.
    """
    columns = sa.select(Operation.digest, Operation.actor, Operation.answer)
    prior = session.execute(columns.where(Operation.id == op, Operation.tenant_id == here())).one_or_none()
    if prior is None:
        return None
    if (prior.digest, prior.actor) == (digest, actor):
        return prior.answer or {}
    if strictly:
        raise Conflict(say("Somebody has answered this already."))
    return None


def keep(
    op: uuid.UUID, actor: str, digest: str, answer: dict[str, Any], only: sa.Select[Any] | None = None
) -> bool:
    """Note that it has happened, and its answer, `only` if this query finds a row; whether it was noted.

    Hold a lock that its repeats wait for.
    """
    row = {"id": op, "tenant_id": here(), "actor": actor, "digest": digest, "at": clock.now()}
    row["answer"], new = answer, insert(Operation)
    new = new.values(**row) if only is None else new.from_select(list(row), _if_found(row, only))
    return session.connection().scalar(new.returning(sa.literal(1))) is not None


def _if_found(row: dict[str, Any], only: sa.Select[Any]) -> sa.Select[Any]:
    columns = Operation.__table__.c
    return only.with_only_columns(*(sa.literal(value, columns[name].type) for name, value in row.items()))


def finish(op: uuid.UUID, answer: dict[str, Any]) -> None:
    """Keep the answer (an address and a message, never bytes) for repeats."""
    session.execute(sa.update(Operation).where(Operation.id == op).values(answer=answer))
