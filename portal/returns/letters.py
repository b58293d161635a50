"""What the mails about a return say: read from the rows when a mail is written."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal import clock
from portal.db import find, session
from portal.notices import Letter, Line, letter
from portal.orders.models import OrderLine
from portal.policies import Sending
from portal.returns.deciding import waits
from portal.returns.exchanges.holding import goes_ahead
from portal.returns.lifecycle import ItemState, ReturnState
from portal.returns.links import status_token
from portal.returns.models import Note, Parcel, Return, ReturnItem, ReturnMessage
from portal.returns.standing import AWAITED
from portal.returns.tracing import ASKING, late_parcel
from portal.tenants import this_shop


def to_shopper(return_: Return, *, link: str = "", **values: object) -> Letter | None:
    """A letter to the order's address with the link to the return, or another; None where there is no
    address."""
    order = return_.order
    if not return_.email:
        return None
    return Letter(
        to=return_.email,
        name=return_.addressee,
        language=order.language or "",
        link=link or f"s/{status_token(return_.id)}",
        policy=return_.policy.no,
        values={
            "number": return_.rma,
            "order": order.number,
            "gift": return_.gift is not None,
            **values,
        },
    )


def lines_of(return_: Return, *which: sa.ColumnElement[bool]) -> list[Line]:
    """The articles of its units, or of some of them, with how many of each."""
    article = (OrderLine.id, OrderLine.title, OrderLine.variant)
    query = sa.select(OrderLine.title, sa.func.count(), OrderLine.variant)
    query = query.join(ReturnItem, ReturnItem.order_line_id == OrderLine.id)
    query = query.where(ReturnItem.return_id == return_.id, *which).group_by(*article)
    return [Line(*row) for row in session.execute(query.order_by(sa.func.min(ReturnItem.no)))]


def _denial(return_: Return) -> str:
    query = sa.select(Note.text).where(Note.return_id == return_.id, Note.kind == "denial")
    return session.scalars(query.order_by(Note.at.desc())).first() or ""


@letter("requested")
def requested(id: uuid.UUID) -> Letter | None:
    return_ = find(Return, id)
    zone = ZoneInfo(this_shop().zone)
    answer_by = return_.answer_by.astimezone(zone).date() if return_.answer_by else None
    return to_shopper(return_, items=lines_of(return_), answer_by=answer_by)


@letter("unannounced")
def unannounced(id: uuid.UUID) -> Letter | None:
    """A parcel came before anybody asked: what was in it, who decides, and what the shopper may say."""
    return_ = find(Return, id)
    zone = ZoneInfo(this_shop().zone)
    waits = return_.state is ReturnState.REQUESTED and return_.answer_by
    answer_by = return_.answer_by.astimezone(zone).date() if waits and return_.answer_by else None
    values: dict[str, Any] = {"items": lines_of(return_)}
    values["answer_by"] = answer_by
    return to_shopper(return_, **values, unasked=return_.unasked)


@letter("approved")
def approved(id: uuid.UUID) -> Letter | None:
    return_, shop = find(Return, id), this_shop()
    declined = lines_of(return_, ReturnItem.state == ItemState.DECLINED)
    until = return_.hand_in_by.astimezone(ZoneInfo(shop.zone)).date() if return_.hand_in_by else None
    return to_shopper(
        return_,
        items=lines_of(return_, ReturnItem.state != ItemState.DECLINED),
        declined=declined,
        reason=_denial(return_) if declined else "",
        to=shop.return_address,
        hand_in_by=until,
        sending=return_.sending or Sending.LABEL,
        ahead=goes_ahead(return_),
    )


@letter("hand_in_soon")
@letter("hand_in_last")
def hand_in(id: uuid.UUID) -> Letter | None:
    """To nobody once something has come or was sent, or when the last day was over before it could leave."""
    return_ = find(Return, id)
    until = return_.hand_in_by
    if not (until and clock.now() < until and waits(return_)):
        return None
    day = until.astimezone(ZoneInfo(this_shop().zone)).date()
    return to_shopper(
        return_, items=lines_of(return_, ReturnItem.state == ItemState.AUTHORIZED), hand_in_by=day
    )


@letter("expired")
def expired(id: uuid.UUID) -> Letter | None:
    return_ = find(Return, id)
    until = return_.hand_in_by and return_.hand_in_by.astimezone(ZoneInfo(this_shop().zone)).date()
    return to_shopper(
        return_, items=lines_of(return_, ReturnItem.state == ItemState.EXPIRED), hand_in_by=until
    )


@letter("not_arrived")
def not_arrived(id: uuid.UUID) -> Letter | None:
    """About a parcel that was sent; to nobody once it has come."""
    parcel = find(Parcel, id)
    return_ = find(Return, parcel.return_id)
    if not (late_parcel(return_) is parcel and parcel.awaited_until):
        return None
    items = lines_of(return_, ReturnItem.state.in_(AWAITED))
    return to_shopper(return_, items=items, **_sent(parcel), until=parcel.awaited_until + ASKING)


@letter("parcel_lost")
def parcel_lost(id: uuid.UUID) -> Letter | None:
    """About the return that has ended so."""
    return_ = find(Return, id)
    parcel = next(parcel for parcel in return_.parcels if parcel.sent_at)
    items = lines_of(return_, ReturnItem.state == ItemState.EXPIRED)
    return to_shopper(return_, items=items, **_sent(parcel))


def _sent(parcel: Parcel) -> dict[str, Any]:
    return {"sent_on": parcel.sent_at, "tracking": parcel.tracking}


@letter("denied")
def denied(id: uuid.UUID) -> Letter | None:
    return_ = find(Return, id)
    return to_shopper(return_, items=lines_of(return_), reason=_denial(return_))


@letter("received")
def received(id: uuid.UUID) -> Letter | None:
    """About a parcel."""
    return_ = find(Return, find(Parcel, id).return_id)
    return to_shopper(return_, items=lines_of(return_, ReturnItem.parcel_id == id))


@letter("message")
def message(id: uuid.UUID) -> Letter | None:
    """About what the shop wrote."""
    written = find(ReturnMessage, id)
    return to_shopper(find(Return, written.return_id), lines=written.text.splitlines())


@letter("kept")
def kept(id: uuid.UUID) -> Letter | None:
    """About a unit that the shopper keeps; it tells of all such units of the return."""
    return_ = find(ReturnItem, id).return_
    kept = lines_of(return_, ReturnItem.state == ItemState.KEPT)
    return to_shopper(return_, items=kept, awaited=lines_of(return_, ReturnItem.state.in_(AWAITED)))
