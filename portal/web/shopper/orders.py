"""The order that a page is about, with what every step needs of it."""

import uuid

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import selectinload

from portal.db import find, here, locked, session
from portal.i18n import Message, say
from portal.orders.models import Order
from portal.policies import Resolution
from portal.returns import Return, ReturnState
from portal.returns.drafting import draft_of, missing_step
from portal.web.shopper.gifts import the_gift

WHOLE = (selectinload(Order.lines), selectinload(Order.payments), selectinload(Order.shipments))
STEPS = {
    "items": say("Items"),
    "reasons": say("Reasons"),
    "sending": say("Outcome"),
    "resolution": say("Outcome"),
    "exchange": say("Outcome"),
    "review": say("Check"),
}
WAY = {step: word for step, word in STEPS.items() if step not in {"sending", "exchange"}}  # of the outcome


def load_order(id: uuid.UUID, *, lock: bool = False) -> Order:
    """The order with lines, payments and shipments. Raises NotFound."""
    return locked(Order, id, *WHOLE) if lock else find(Order, id, *WHOLE)


def draft_for(order: uuid.UUID, *, lock: bool = False) -> Return | None:
    """The order's live draft, with all that the steps after the first need of it. Raises NotFound."""
    draft = draft_of(order, the_gift(), lock=lock)
    if draft is None:
        find(Order, order)
    return draft


def address(step: str, order: uuid.UUID) -> str:
    return url_for(f".{step}", order=order)


def way(order: uuid.UUID) -> list[tuple[Message, str]]:
    """The wizard's steps, with their addresses."""
    return [(word, address(step, order)) for step, word in WAY.items()]


def due_before(step: str, draft: Return | None) -> str | None:
    """A step that must be answered before this one; None if this one may be shown."""
    if step == "exchange" and draft and draft.resolution is not Resolution.EXCHANGE:
        return "resolution"
    missing = missing_step(draft)
    names = list(STEPS)
    return missing if missing and names.index(missing) < names.index(step) else None


def returns_of(order: uuid.UUID) -> list[Return]:
    """What its buyer requested for the order so far and did not cancel, the newest first."""
    query = sa.select(Return).where(Return.tenant_id == here(), Return.order_id == order)
    query = query.where(Return.gift.is_(None))
    asked = query.where(Return.state.not_in([ReturnState.DRAFT, ReturnState.CANCELLED])).order_by(
        Return.requested_at.desc()
    )
    return list(session.scalars(asked))
