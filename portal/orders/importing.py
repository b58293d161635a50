"""Importing a file of orders batch by batch: new ones together, or else each in a savepoint of its own.

A bad order never takes another with it and is never taken by half. What was committed stays, so an import
that was cut short is simply run again.
"""

import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from portal.audit import Actor, Event, record
from portal.db import here, on_postgresql, session, transaction
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.orders.amending import amend
from portal.orders.facts import OrderFacts, Refused
from portal.orders.keys import number_key
from portal.orders.reading import read
from portal.orders.storing import Directory, Known, Outcome, Stored, digest, insert
from portal.tenants import locked_shop

BATCH = 200
PATIENCE = 3  # batches in which an order that is in use is tried again
_CLASH = say("it contradicts an order that is there")
_UNFIT = (IntegrityError, DataError)
_LOCKED = "55P03"  # PostgreSQL: a row is locked and we do not wait


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the order at this line of the file. `no`: the how manieth order of it, from 0."""

    line: int
    number: str
    outcome: Outcome
    reason: Message | None = None
    no: int = 0


@dataclass
class Tally:
    """How many orders came to what."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))

    def add(self, result: Result) -> None:
        self.counts[result.outcome] += 1


class Facts(Protocol):
    """What a file tells of one thing; `number` is what that is called in results."""

    @property
    def number(self) -> str: ...


F = TypeVar("F", bound=Facts)


@dataclass
class Waiting(Generic[F]):
    """Something of the file that is to be stored, and how often it was found in use."""

    line: int
    facts: F
    no: int = 0
    tries: int = 0

    def result(self, stored: Stored) -> Result:
        return Result(self.line, self.facts.number, stored.outcome, stored.reason, self.no)


def import_orders(
    file: BinaryIO,
    region: str | None,
    tenant: uuid.UUID,
    by: Actor,
    *,
    format: str = "",
    tell: Callable[[Result], None] = lambda result: None,
    going: Callable[[], bool] = lambda: True,
) -> Tally:
    """Import a seekable binary file into a shop. `tell` is called with each result once it is committed.
    `going` is asked before each batch; when it says no, the rest is left.

    Opens transactions of its own. Raises Refusal if the file is no file of orders.
    """
    tally, busy = Tally(), list[Waiting[OrderFacts]]()
    reading = enumerate(read(file, format))
    while going() and ((chunk := list(islice(reading, BATCH))) or busy):
        refused, waiting = parted(chunk)
        with transaction(region, tenant):
            results, busy = store([*busy, *waiting])
        for result in sorted((*refused, *results), key=lambda result: result.line):
            tally.add(result)
            tell(result)
    _leave_trace(region, tenant, by, tally)
    return tally


def parted(chunk: Iterable[tuple[int, tuple[int, F | Refused]]]) -> tuple[list[Result], list[Waiting[F]]]:
    """Numbered things of a file: those that reading has refused, and those that are to be stored."""
    refused, waiting = list[Result](), list[Waiting[F]]()
    for no, (line, one) in chunk:
        if isinstance(one, Refused):
            refused.append(Result(line, one.number, Outcome.REFUSED, one.reason, no))
        else:
            waiting.append(Waiting(line, one, no))
    return refused, waiting


def store(batch: list[Waiting[OrderFacts]]) -> tuple[list[Result], list[Waiting[OrderFacts]]]:
    """Store orders in the present transaction: what became of them, and those that are in use just now."""
    if on_postgresql():  # one import per shop at a time, so that two never wait for each other's orders
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(here().int >> 65)))
    directory = Directory.of([one.facts for one in batch])
    together = _insert_together(batch, directory)
    results, busy = [], []
    for one in batch:
        stored = Stored(Outcome.IMPORTED) if id(one) in together else store_one(one.facts, directory)
        if stored is None and one.tries < PATIENCE:
            one.tries += 1
            busy.append(one)
        else:
            in_use = Stored(Outcome.REFUSED, say("it is in use just now; import it again"))
            results.append(one.result(stored or in_use))
    return results, busy


def _insert_together(batch: list[Waiting[OrderFacts]], directory: Directory) -> set[int]:
    """Write all new orders of the batch at once; which. If the database refuses one, none is written."""
    new: dict[tuple[str, str], Waiting[OrderFacts]] = {}
    for one in batch:
        with suppress(Refusal):
            if directory.find(one.facts) is None:
                new.setdefault((one.facts.source, number_key(one.facts.number)), one)
    try:
        with session.begin_nested():
            known = insert([one.facts for one in new.values()])
    except _UNFIT:
        return set()
    for one_known in known:
        directory.add(one_known)
    return {id(one) for one in new.values()}


def store_one(order: OrderFacts, directory: Directory) -> Stored | None:
    """Store one settled order in a savepoint; None if it is in use just now."""
    known = None
    try:
        known = directory.find(order)
        if known and known.digest == digest(order):
            return Stored(Outcome.UNCHANGED)
        with session.begin_nested():
            return _amended(known, order, directory) if known else _inserted(order, directory)
    except Refusal as refusal:
        return Stored(Outcome.REFUSED, refusal.message)
    except _UNFIT:
        return Stored(Outcome.REFUSED, _CLASH)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCKED:
            raise
        return None


def _inserted(order: OrderFacts, directory: Directory) -> Stored:
    (known,) = insert([order])
    directory.add(known)
    return Stored(Outcome.IMPORTED)


def _amended(known: Known, order: OrderFacts, directory: Directory) -> Stored:
    reason = amend(known.id, order)
    if reason:
        return Stored(Outcome.REFUSED, reason)
    directory.add(Known(known.id, order.source, order.external_id, known.number_key, digest(order)))
    return Stored(Outcome.UPDATED)


def _leave_trace(region: str | None, tenant: uuid.UUID, by: Actor, tally: Tally) -> None:
    counts: dict[str, Any] = {outcome.value: count for outcome, count in tally.counts.items()}
    with transaction(region, tenant):
        record(locked_shop(), Event.ORDERS_IMPORTED, by, **counts)
