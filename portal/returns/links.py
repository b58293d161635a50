"""The unguessable link to a return's status page."""

import hmac
import uuid
from collections.abc import Sequence

from portal import config
from portal.ids import token


def status_token(return_: uuid.UUID) -> str:
    """The last part of the link: the return's id and a word derived from the installation's key."""
    return _tokens(return_)[0]


def _tokens(return_: uuid.UUID) -> Sequence[str]:
    """Under the present key, then under those that are still taken."""
    keys = config.current().secret_keys
    return [return_.hex + token(key.encode(), "status", return_) for key in keys]


def return_of(text: str) -> uuid.UUID | None:
    """The return that a link leads to; None when the link was not made here."""
    try:
        id = uuid.UUID(hex=text[:32])
    except ValueError:
        return None
    matches = [hmac.compare_digest(text.encode(), known.encode()) for known in _tokens(id)]
    return id if any(matches) else None
