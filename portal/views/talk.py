"""The talk about a return for reading: who wrote what, when."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.db import here, session
from portal.people import User
from portal.returns import ReturnMessage, Side


@dataclass(frozen=True)
class Said:
    """One message. `who` is a person of the staff, empty for the shopper. `waits`: for an answer."""

    no: int
    side: Side
    who: str
    text: str
    at: datetime
    waits: bool


ASKING = (
    sa.select(ReturnMessage, User.name)
    .outerjoin(User, User.id == ReturnMessage.by)
    .where(ReturnMessage.return_id == sa.bindparam("id"), ReturnMessage.tenant_id == sa.bindparam("tenant"))
    .order_by(ReturnMessage.no)
)


def talk_of(id: uuid.UUID, *, inside: bool) -> list[Said]:
    """The messages about a return, the oldest first, in one statement.

    `inside` the house one sees who of the staff wrote, and what still waits.
    """
    found = session.execute(ASKING, {"id": id, "tenant": here()})
    return [_said(message, name or "", inside) for message, name in found]


def _said(message: ReturnMessage, name: str, inside: bool) -> Said:
    if not inside:
        return Said(message.no, message.side, "", message.text, message.at, False)
    waits = message.side is Side.SHOPPER and message.settled_at is None
    return Said(message.no, message.side, name, message.text, message.at, waits)
