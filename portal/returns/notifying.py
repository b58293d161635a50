"""Telling the shopper of an event of a return."""

import uuid

from portal.notices import notify as order_notice
from portal.returns.models import Return


def notify(
    return_: Return, event: str, about: uuid.UUID | None = None, cause: uuid.UUID | None = None
) -> None:
    """Have the shopper mailed, at most once for each event of the return, or of `about` (a parcel, a refund).

    `cause` is the trail's row.
    """
    order_notice(return_.id, event, about, cause)
