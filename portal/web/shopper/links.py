"""The unguessable link to one return."""

import uuid

from sqlalchemy.orm import joinedload, selectinload

from portal.db import find, locked
from portal.errors import NotFound
from portal.orders.models import Order
from portal.returns import Return, ReturnState
from portal.returns.links import return_of
from portal.web.languages import speaks
from portal.web.shopper.gifts import whoever

WHOLE = (
    joinedload(Return.policy),
    joinedload(Return.order).selectinload(Order.lines),
    joinedload(Return.order).selectinload(Order.payments),
    selectinload(Return.lines),
    selectinload(Return.items),
    selectinload(Return.parcels),
)


def by_token(token: str, *, lock: bool = False) -> Return:
    """The return that the link leads to, whole; whoever asks acts as its order's shopper.

    Raises NotFound for a link that was not made here.
    """
    id = return_of(token)
    if id is None:
        raise NotFound("Return")
    return_ = whole_return(id, lock=lock)
    speaks(return_.order.language)
    whoever(return_)
    return return_


def whole_return(id: uuid.UUID, *, lock: bool = False) -> Return:
    """A submitted return with all that its pages need. Raises NotFound."""
    return_ = locked(Return, id, *WHOLE) if lock else find(Return, id, *WHOLE)
    if return_.state is ReturnState.DRAFT:
        raise NotFound("Return")
    return return_
