"""The talk between shop and shopper about a return. What is said stands here, that it was in the trail."""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.people import User
from portal.returns.models import Return, ReturnMessage, Side
from portal.returns.notifying import notify
from portal.returns.words import checked

WITHIN, MOST = timedelta(hours=1), 10  # messages that a shopper may write; people of the staff are known
MOST_IN_ALL = 500
NEWS = {
    Side.SHOPPER: say("The shopper wrote at the same moment. Read it below; your text is still there."),
    Side.SHOP: say("The shop wrote at the same moment. Read it below; your text is still there."),
}


def write(return_: Return, text: str, read: int, by: Actor) -> ReturnMessage:
    """Write to the other side: a person of the staff to the shopper, who is mailed, or the other way round.

    Lock the return. `read` is the number of the last message that the writer has seen: Conflict when there
    is another since. An answer settles what waits for one. Raises Refusal for a text that cannot be kept.
    """
    text, side = _worded(text), Side.SHOP if by.kind == "person" else Side.SHOPPER
    last = _last(return_)
    _must_have_read(last, read, side)
    _must_be_few(return_, side)
    written = _keep(return_, (last.no if last else 0) + 1, side, text, by)
    (cause,) = record(return_, Event.MESSAGE_WRITTEN, by, [Change("return_message", written.id)])
    if side is Side.SHOP:
        _settle(return_)
        notify(return_, "message", about=written.id, cause=cause)
    else:
        return_.unanswered_since = return_.unanswered_since or written.at
    return written


def settle(return_: Return, read: int, by: Actor) -> None:
    """Say that what the shopper wrote needs no answer. Lock the return. Nothing waits: nothing happens.

    Raises Conflict when there is a message since the one numbered `read`.
    """
    _must_have_read(_last(return_), read, Side.SHOP)
    if return_.unanswered_since is None:
        return
    _settle(return_)
    record(return_, Event.MESSAGE_SETTLED, by)


def _of(return_: Return) -> sa.ColumnElement[bool]:
    return sa.and_(ReturnMessage.return_id == return_.id, ReturnMessage.tenant_id == here())


def _worded(text: str) -> str:
    text = checked(text, "message")
    if not text:
        raise Refusal(say("Write your message."), "message")
    return text


def _last(return_: Return) -> ReturnMessage | None:
    query = sa.select(ReturnMessage).where(_of(return_)).order_by(ReturnMessage.no.desc()).limit(1)
    return session.scalars(query).one_or_none()


def _must_have_read(last: ReturnMessage | None, read: int, side: Side) -> None:
    if last is None or last.no <= read:
        return
    if last.side is side is Side.SHOP:
        raise Conflict(
            say("{who} wrote at the same moment. Read it below; your text is still there.", who=_name(last))
        )
    raise Conflict(NEWS[last.side])


def _name(message: ReturnMessage) -> str:
    names = sa.select(User.name).where(User.id == message.by, User.tenant_id == here())
    return session.scalar(names) or "–"


def _must_be_few(return_: Return, side: Side) -> None:
    if side is Side.SHOP:
        return
    count = sa.select(sa.func.count()).where(_of(return_), ReturnMessage.side == side)
    lately = count.where(ReturnMessage.at > clock.now() - WITHIN)
    if (session.scalar(lately) or 0) >= MOST or (session.scalar(count) or 0) >= MOST_IN_ALL:
        raise Refusal(say("You have written very often. Wait an hour, or write to us by mail."), "message")


def _keep(return_: Return, no: int, side: Side, text: str, by: Actor) -> ReturnMessage:
    who: uuid.UUID | None = by.id if side is Side.SHOP else None
    kept = ReturnMessage(return_id=return_.id, no=no, side=side, text=text, by=who, at=clock.now())
    session.add(kept)
    session.flush()
    return kept


def _settle(return_: Return) -> None:
    waiting = sa.and_(ReturnMessage.side == Side.SHOPPER, ReturnMessage.settled_at.is_(None))
    session.execute(sa.update(ReturnMessage).where(_of(return_), waiting).values(settled_at=clock.now()))
    return_.unanswered_since = None
