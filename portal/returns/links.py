"""The unguessable link to a return's status page."""

import hmac
import uuid

from portal import config
from portal.ids import token


def status_token(return_: uuid.UUID) -> str:
    """The last part of the link: the return's id and a word derived from the installation's key."""
    return return_.hex + token(config.current().secret_key.encode(), "status", return_)


def return_of(text: str) -> uuid.UUID | None:
    """The return that a link leads to; None when the link was not made here."""
    try:
        id = uuid.UUID(hex=text[:32])
    except ValueError:
        return None
    return id if hmac.compare_digest(text.encode(), status_token(id).encode()) else None
