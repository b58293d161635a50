"""What a file may hold, and how that is read and stored: each domain that has files says so once."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, TextIO

from portal.audit import Event
from portal.i18n import Message
from portal.orders.facts import Refused
from portal.orders.importing import Result, Waiting

Read = tuple[int, Any | Refused]
Claims = dict[Any, Any]
Stored = tuple[list[Result], list[Waiting[Any]]]


class Holds(StrEnum):
    ORDERS = "orders"
    PRODUCTS = "products"


@dataclass(frozen=True)
class Terms:
    """What the file itself does not say: the shop's currency, and when it was put in."""

    currency: str
    at: datetime


@dataclass(frozen=True)
class Content:
    """How a kind of file is dealt with. Its facts are whatever `read` yields.

    `size`: how many rows one of them makes. `mark`: by what it is known, and what stands for all it says.
    `store` gives what became of a batch, and those that are in use. `rival`: why it cannot be, since
    something before it in the same file has what only one may have; else that is noted in the claims.
    """

    formats: Collection[str]
    format_of: Callable[[TextIO], str]
    read: Callable[[BinaryIO, str, Terms], Iterator[Read]]
    store: Callable[[list[Waiting[Any]], Terms], Stored]
    mark: Callable[[Any], tuple[tuple[str, str], str]]
    size: Callable[[Any], int]
    rival: Callable[[Claims, Any], Message | None]
    imported: Event
    confirmed: Event
    discarded: Event


CONTENTS: dict[Holds, Content] = {}
