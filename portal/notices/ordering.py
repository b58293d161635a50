"""Ordering a notice, inside the transaction of what it tells of."""

import uuid

from portal import clock
from portal.db import here
from portal.ids import uuid7
from portal.inserting import insert_new
from portal.jobs import enqueue
from portal.notices.models import MAIL, Notice


def notify(
    return_id: uuid.UUID | None,
    event: str,
    about: uuid.UUID | None = None,
    cause: uuid.UUID | None = None,
    order: uuid.UUID | None = None,
) -> bool:
    """Have the shopper mailed about an event, at most once; whether this is the first order.

    `about` is what it happened to where that is not the return itself: with a refund's id each refund of a
    return has its own "refunded". A notice that belongs to no return (a sign-in link) has an `about` and no
    return; `order` names the order to whose address it goes. `cause` is the trail's row. Raises
    ValueError when it is about nothing.
    """
    subject = about or return_id
    if subject is None:
        raise ValueError("a notice is about something")
    row = {"id": uuid7(), "tenant_id": here(), "return_id": return_id, "about": subject, "event": event}
    more = {"order_id": order, "kind": MAIL, "created_at": clock.now(), "times": 1}
    if not insert_new(Notice, row | more):
        return False
    enqueue("notice.send", {"notice": row["id"]}, f"notice/{row['id']}", cause=cause)
    return True
