"""What the mails about a return say: read from the rows when a mail is written."""

import uuid
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal.db import find, session
from portal.notices import Letter, Line, letter
from portal.returns.lifecycle import ItemState, ReturnState
from portal.returns.links import status_token
from portal.returns.models import Note, Parcel, Return, ReturnItem, ReturnMessage
from portal.returns.standing import AWAITED
from portal.tenants import this_shop


def to_shopper(return_: Return, **values: object) -> Letter | None:
    """A letter to the order's address with the link to the return; None where there is no address."""
    order = return_.order
    if not return_.email:
        return None
    return Letter(
        to=return_.email,
        name=return_.addressee,
        language=order.language or "",
        link=f"s/{status_token(return_.id)}",
        values={"number": return_.rma, "gift": return_.gift is not None, **values},
    )


def lines_of(items: Iterable[ReturnItem]) -> list[Line]:
    """Articles with how many of each."""
    counts: dict[uuid.UUID, list[ReturnItem]] = {}
    for item in items:
        counts.setdefault(item.order_line_id, []).append(item)
    return [Line(i[0].order_line.title, len(i), i[0].order_line.variant) for i in counts.values()]


def _denial(return_: Return) -> str:
    query = sa.select(Note.text).where(Note.return_id == return_.id, Note.kind == "denial")
    return session.scalars(query.order_by(Note.at.desc())).first() or ""


def _parted(return_: Return) -> tuple[Sequence[ReturnItem], Sequence[ReturnItem]]:
    no = [item for item in return_.items if item.state is ItemState.DECLINED]
    return [item for item in return_.items if item not in no], no


@letter("requested")
def requested(id: uuid.UUID) -> Letter | None:
    return_ = find(Return, id)
    zone = ZoneInfo(this_shop().zone)
    answer_by = return_.answer_by.astimezone(zone).date() if return_.answer_by else None
    return to_shopper(return_, items=lines_of(return_.items), answer_by=answer_by)


@letter("unannounced")
def unannounced(id: uuid.UUID) -> Letter | None:
    """A parcel came before anybody asked: what was in it, who decides, and what the shopper may say."""
    return_ = find(Return, id)
    zone = ZoneInfo(this_shop().zone)
    waits = return_.state is ReturnState.REQUESTED and return_.answer_by
    answer_by = return_.answer_by.astimezone(zone).date() if waits and return_.answer_by else None
    values = {"order": return_.order.number, "items": lines_of(return_.items), "answer_by": answer_by}
    return to_shopper(return_, **values, unasked=return_.unasked)


@letter("approved")
def approved(id: uuid.UUID) -> Letter | None:
    return_, shop = find(Return, id), this_shop()
    yes, no = _parted(return_)
    until = return_.hand_in_by.astimezone(ZoneInfo(shop.zone)).date() if return_.hand_in_by else None
    return to_shopper(
        return_,
        items=lines_of(yes),
        declined=lines_of(no),
        reason=_denial(return_) if no else "",
        to=shop.return_address,
        hand_in_by=until,
    )


@letter("denied")
def denied(id: uuid.UUID) -> Letter | None:
    return_ = find(Return, id)
    return to_shopper(return_, items=lines_of(return_.items), reason=_denial(return_))


@letter("received")
def received(id: uuid.UUID) -> Letter | None:
    """About a parcel."""
    return_ = find(Return, find(Parcel, id).return_id)
    return to_shopper(return_, items=lines_of(i for i in return_.items if i.parcel_id == id))


@letter("message")
def message(id: uuid.UUID) -> Letter | None:
    """About what the shop wrote."""
    written = find(ReturnMessage, id)
    return to_shopper(find(Return, written.return_id), lines=written.text.splitlines())


@letter("kept")
def kept(id: uuid.UUID) -> Letter | None:
    """About a unit that the shopper keeps; it tells of all such units of the return."""
    return_ = find(ReturnItem, id).return_
    keeps = [item for item in return_.items if item.state is ItemState.KEPT]
    coming = [item for item in return_.items if item.state in AWAITED]
    return to_shopper(return_, items=lines_of(keeps), awaited=lines_of(coming))
