"""What a scanned code means: an RMA number, a tracking number, an order number or a slip's address."""

import re
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from portal.db import here, session
from portal.i18n import Message, say
from portal.ids import print_rma, read_rma
from portal.orders.keys import number_key
from portal.orders.models import Order, OrderLine
from portal.returns.lifecycle import ITEM, ItemState, ReturnState, can
from portal.returns.models import Parcel, Return, ReturnItem
from portal.returns.parcels import tracking_key
from portal.returns.receiving import RECEIVABLE

LONGEST = 300  # characters of a code that are read
MOST = 20  # returns that one code can stand for
SCANNER = re.compile(r"\](?:[A-Z][0-9a-zA-Z])")  # the kind of code, which some scanners send before it
OF_A_RETURN = re.compile(r"(?P<home>.*)/r/(?P<number>[^/]+)/?\Z", re.IGNORECASE)
LIKE_RMA = re.compile(r"RMA.{6,}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\Z", re.IGNORECASE)

ASIDE = say("Put the parcel aside and tell the desk.")
OTHER_SHOP = say("This code belongs to another shop.")
NO_RETURN = say("This code leads to a web page, not to a return.")
MISREAD = say("A character of this RMA number is wrong.")
COMPARE = say("Compare it with the slip, or scan the QR code.")
UNKNOWN = say("Nothing here has this code.")
ANOTHER = say("Scan another code of the parcel. If none is known, put it aside and tell the desk.")
OPEN_ONE = say("Take it in all the same: its return is made here.")


@dataclass(frozen=True)
class Hit:
    """A return that a code stands for. `awaited` and `to_check` count units."""

    id: uuid.UUID
    rma: str
    order: str
    stage: str
    articles: tuple[str, ...]
    awaited: int
    to_check: int

    @property
    def open(self) -> bool:
        """Whether there is something to do with it at the dock."""
        return bool(self.awaited or self.to_check)


@dataclass(frozen=True)
class Sold:
    """An order of which no return was announced."""

    id: uuid.UUID
    number: str
    placed_at: datetime


@dataclass(frozen=True)
class Scan:
    """What a code leads to: returns, or a problem and what one can do about it; perhaps by these orders."""

    code: str
    hits: tuple[Hit, ...] = ()
    problem: Message | None = None
    advice: Message | None = None
    orders: tuple[Sold, ...] = ()

    @property
    def one(self) -> Hit | None:
        """The return that is meant: the only one, or the only one with something to do."""
        open_ = [hit for hit in self.hits if hit.open]
        meant = open_ if open_ else self.hits
        return meant[0] if len(meant) == 1 else None


def scanned(text: str, homes: Collection[str]) -> Scan:
    """Say what a code stands for in this shop. `homes` are the addresses under which the shop is found."""
    code = SCANNER.sub("", "".join(c for c in text[:LONGEST] if c.isprintable()).strip(), count=1)
    if re.match(r"https?://", code, re.IGNORECASE):
        return _address(code, homes)
    number = read_rma(code)
    hits = (_by_number(number) if number else ()) or _by_tracking(code) or _by_order(code)
    return Scan(code, hits) if hits else _nothing(code, number)


def _address(code: str, homes: Collection[str]) -> Scan:
    """A slip's QR code holds the address of the return at its shop."""
    found = OF_A_RETURN.match(_place(code))
    if found is None:
        return Scan(code, (), NO_RETURN, ANOTHER)
    if found["home"] not in {_place(home) for home in homes}:
        return Scan(code, (), OTHER_SHOP, ASIDE)
    number = read_rma(found["number"])
    hits = _by_number(number) if number else ()
    return Scan(code, hits) if hits else _nothing(found["number"], number)


def _place(address: str) -> str:
    """Host and path, without what differs between writings of one address; empty if it is none."""
    try:
        parts = urlsplit(address)
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{port}{parts.path.rstrip('/')}".casefold()


def _nothing(code: str, number: str | None) -> Scan:
    if number is None and LIKE_RMA.match(code):
        return Scan(code, (), MISREAD, COMPARE)
    orders = orders_of(code)
    if orders:
        return Scan(code, (), say("Order {number} has no return.", number=orders[0].number), OPEN_ONE, orders)
    return Scan(code, (), UNKNOWN, ANOTHER)


def orders_of(code: str) -> tuple[Sold, ...]:
    """The orders of this number, the newest first; two shop systems may have given it."""
    key = number_key(code)
    mine = sa.select(Order.id, Order.number, Order.placed_at).where(Order.tenant_id == here())
    newest = mine.where(Order.number_key == key).order_by(Order.placed_at.desc(), Order.id).limit(MOST)
    return tuple(Sold(*row) for row in session.execute(newest)) if key else ()


def _by_number(number: str) -> tuple[Hit, ...]:
    return _hits(Return.number == number)


def _by_order(code: str) -> tuple[Hit, ...]:
    key = number_key(code)
    return _hits(Order.number_key == key) if key else ()


def _by_tracking(code: str) -> tuple[Hit, ...]:
    keys = set(tracking_keys(code))
    parcels = sa.select(Parcel.return_id).where(Parcel.tenant_id == here(), Parcel.tracking_key.in_(keys))
    return _hits(Return.id.in_(parcels)) if keys else ()


def tracking_keys(code: str) -> Iterable[str]:
    """The numbers that a carrier's barcode may hold: labels put routing before what they print.

    Known: the 00 before a shipping container's number, USPS's 420 and postcode, FedEx's 34 digits.
    """
    key = tracking_key(code)
    if len(key) >= 5:
        yield key
    if key.isdigit():
        if len(key) == 20 and key.startswith("00"):
            yield key[2:]
        if len(key) == 18:
            yield "00" + key
        if key.startswith("420") and len(key) in (28, 30, 32, 34):
            yield from (key[8:], key[12:])
        if len(key) == 34:
            yield from (key[-12:], key[-14:])


def _hits(condition: sa.ColumnElement[bool]) -> tuple[Hit, ...]:
    """The returns, the newest first, in two statements."""
    query = (
        sa.select(Return.id, Return.number, Return.state, Return.stage, Order.number.label("order"))
        .join(Order, Order.id == Return.order_id)
        .where(Return.tenant_id == here(), Return.state != ReturnState.DRAFT, condition)
        .order_by(Return.requested_at.desc(), Return.id)
        .limit(MOST)
    )
    found = session.execute(query).all()
    units = _units([row.id for row in found]) if found else []
    return tuple(_hit(row, [unit for unit in units if unit.return_id == row.id]) for row in found)


def _hit(row: Any, units: list[Any]) -> Hit:
    receivable = row.state in RECEIVABLE
    return Hit(
        row.id,
        print_rma(row.number),
        row.order,
        row.stage,
        tuple(dict.fromkeys(unit.title for unit in units)),
        sum(unit.n for unit in units if receivable and can(ITEM, unit.state, "receive")),
        sum(unit.n for unit in units if unit.state is ItemState.RECEIVED),
    )


def _units(returns: Collection[uuid.UUID]) -> list[Any]:
    query = (
        sa.select(ReturnItem.return_id, ReturnItem.state, OrderLine.title, sa.func.count().label("n"))
        .join(OrderLine, OrderLine.id == ReturnItem.order_line_id)
        .where(ReturnItem.return_id.in_(returns))
        .group_by(ReturnItem.return_id, ReturnItem.state, OrderLine.position, OrderLine.title)
        .order_by(OrderLine.position)
    )
    return list(session.execute(query).all())
