"""An operation happens once, however often its form arrives."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit.models import Operation
from portal.db import here, insert_new, session
from portal.errors import Conflict
from portal.i18n import say


def operation_id(thing: uuid.UUID, action: str, version: int) -> uuid.UUID:
    """The id of doing this action to the thing as it stands: two tabs that show the same carry the same."""
    return uuid.uuid5(thing, f"{action}/{version}")


def begin(op: uuid.UUID, actor: str, digest: str) -> dict[str, Any] | None:
    """Claim the operation. None: it is new, go on. Else the answer it got when it happened.

    Waits for a rival that is doing it now. Raises Conflict if it was done with another content or by
    somebody else. The row stands in the transaction of the effect, so a refusal takes it along.
    """
    row = {"id": op, "tenant_id": here(), "actor": actor, "digest": digest, "at": clock.now()}
    if insert_new(Operation, row):
        return None
    prior = session.execute(
        sa.select(Operation.digest, Operation.actor, Operation.answer).where(
            Operation.id == op, Operation.tenant_id == here()
        )
    ).one()
    if (prior.digest, prior.actor) != (digest, actor):
        raise Conflict(say("Somebody has answered this already."))
    return prior.answer or {}


def answer_of(op: uuid.UUID, actor: str, digest: str) -> dict[str, Any] | None:
    """The answer that this operation got, if it happened just so."""
    same = sa.select(Operation.answer).where(Operation.id == op, Operation.tenant_id == here())
    return session.scalar(same.where(Operation.actor == actor, Operation.digest == digest))


def finish(op: uuid.UUID, answer: dict[str, Any]) -> None:
    """Keep the answer (an address and a message, never bytes) for repeats."""
    session.execute(sa.update(Operation).where(Operation.id == op).values(answer=answer))
