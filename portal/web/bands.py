"""The band over a shopper's page that somebody of the staff has before them."""

from dataclasses import dataclass

from portal.i18n import Message


@dataclass(frozen=True)
class Band:
    """What it says, and the way back. A page is drawn under the one in `g.band`, if there is one."""

    text: Message
    back: Message
    address: str
