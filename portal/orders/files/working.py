"""The worker's part: going through a file batch by batch, to see what would come of it or to import it.

Looking runs the import itself and takes every batch back before anything is written, so it tells just what
importing would do now. Each batch stands in one transaction with how far it came: a worker that is killed
loses the batch in hand, and whoever goes on begins after the last one that stands. So a long file is done
in pieces, between which mails and refunds have their turn.
"""

import io
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, record
from portal.db import locked, session
from portal.errors import Refusal
from portal.i18n import Message, dump, say
from portal.ids import uuid7
from portal.jobs import Lease, Rules, handler
from portal.orders.facts import Refused
from portal.orders.files.content import Claims, Content, Read, Stored, Terms
from portal.orders.files.keeping import KEPT, OPEN, Kept, forget_bytes, forget_remarks
from portal.orders.files.models import WORKING, FileState, ImportFile, Phase, Remark
from portal.orders.importing import BATCH, Result, Waiting, parted
from portal.orders.storing import Outcome
from portal.tenants import locked_shop, this_shop

RULES = Rules(most=6, lease=timedelta(minutes=2))
TOLD = timedelta(days=30)  # for so long it can be read what was refused
PIECE = 20  # seconds after which the worker does other work first, and says that it lives
LOST = timedelta(days=7)  # an import that has not ended by then never will
MOST_ROWS = 2_000  # that a batch makes; one thing may make more
Numbered = tuple[int, Read]


class _Undo(Exception):
    """Takes back a batch that was only looked at."""


@dataclass
class Run:
    """One way through a file, whose bytes hash to `sealed`. `busy` are things that are in use, `seen` what an
    earlier batch would have imported, and `claims` what only one of the file may have."""

    lease: Lease
    phase: Phase
    source: Kept
    sealed: str
    format: str
    taken: int
    waiting: frozenset[int]
    content: Content
    terms: Terms
    busy: list[Waiting[Any]] = field(default_factory=list)
    seen: dict[tuple[str, str], str] = field(default_factory=dict)
    claims: Claims = field(default_factory=dict)

    def items(self, reading: Iterator[Read]) -> Iterator[Numbered]:
        """What of the file is not settled yet. What is settled is remembered for what follows."""
        for no, one in enumerate(reading):
            if no >= self.taken or no in self.waiting:
                yield no, one
            elif self.phase is Phase.CHECK and not isinstance(one[1], Refused):
                self.remember(one[1])

    def remember(self, facts: Any) -> tuple[str | None, str, Message | None]:
        """What stood for it in the file before, what does now, and what of the file keeps it out."""
        rival = self.content.rival(self.claims, facts)
        key, now = self.content.mark(facts)
        before = self.seen.get(key)
        if rival is None:
            self.seen[key] = now
        return before, now, rival


@handler("file.check", RULES, stepwise=True)
def check(lease: Lease) -> None:
    _go(lease, Phase.CHECK)


@handler("file.import", RULES, stepwise=True)
def import_file(lease: Lease) -> None:
    _go(lease, Phase.IMPORT)


def _go(lease: Lease, phase: Phase) -> None:
    with lease.transaction():
        run = _begin(lease, phase)
        if run is None:
            return lease.finish()
    if run.source.digest() != run.sealed:
        return _reject(lease, say("The file is not what was put in. Put it in once more."))
    try:
        _go_through(run)
    except Refusal as refusal:
        _reject(lease, refusal.message)
    return None


def _begin(lease: Lease, phase: Phase) -> Run | None:
    """Goes on where the last run came to. None: there is nothing to do any more."""
    file = _file(lease)
    if file.state is not WORKING[phase]:
        return None
    assert lease.tenant
    source = Kept(lease.region, lease.tenant, file.id, file.size)
    terms = Terms(this_shop().currency, file.created_at)
    settled = (file.sha256, file.format, file.taken, frozenset(file.waiting))
    return Run(lease, phase, source, *settled, file.content, terms)


def _file(lease: Lease) -> ImportFile:
    return locked(ImportFile, lease.ref("file"))


def _go_through(run: Run) -> None:
    bytes_ = cast("io.BufferedReader", io.BufferedReader(run.source))
    reading = run.content.read(bytes_, run.format, run.terms)
    items = run.items(reading)
    over, end = False, None
    while not over:
        chunk, ended = _next(run, items)
        over = ended and not run.busy
        with run.lease.transaction():
            results, over = _settle(run, chunk, over)
            _note(run, chunk, results)
            end = end or int(time.monotonic()) + PIECE
            if over:
                _end(run)
            elif int(time.monotonic()) > end:
                run.lease.later(timedelta())
                return


def _next(run: Run, items: Iterator[Numbered]) -> tuple[list[Numbered], bool]:
    """As much as is written in one transaction, and whether the file has ended with it."""
    some, rows = list[Numbered](), 0
    for one in items:
        facts = one[1][1]
        some.append(one)
        rows += 1 if isinstance(facts, Refused) else run.content.size(facts)
        if len(some) >= BATCH or rows >= MOST_ROWS:
            return some, False
    return some, True


def _settle(run: Run, chunk: list[Numbered], last: bool) -> tuple[list[Result], bool]:
    """What becomes of a batch; and whether nothing is left to do."""
    refused, waiting = parted(chunk)
    batch = [*run.busy, *waiting]
    if run.phase is Phase.IMPORT:
        results, run.busy = run.content.store(batch, run.terms)
    else:
        results, run.busy = _tried(run, batch)
    return [*refused, *results], last and not run.busy


def _tried(run: Run, batch: list[Waiting[Any]]) -> Stored:
    """Import it and take it back."""
    results, busy = list[Result](), list[Waiting[Any]]()
    try:
        with session.begin_nested():
            results, busy = run.content.store(batch, run.terms)
            raise _Undo
    except _Undo:
        session.expire_all()
    of = {one.no: one.facts for one in batch}
    return [_again(run, result, of[result.no]) for result in results], busy


def _again(run: Run, result: Result, facts: Any) -> Result:
    """What stands in the file twice is new only once."""
    if result.outcome is Outcome.REFUSED:
        return result
    before, now, rival = run.remember(facts)
    if rival:
        return replace(result, outcome=Outcome.REFUSED, reason=rival)
    if before is None or result.outcome is not Outcome.IMPORTED:
        return result
    return replace(result, outcome=Outcome.UNCHANGED if before == now else Outcome.UPDATED)


def _note(run: Run, chunk: list[Numbered], results: Iterable[Result]) -> None:
    """How far it came, what came to what, and what was refused why."""
    file = _file(run.lease)
    counts = dict(file.imported if run.phase is Phase.IMPORT else file.checked)
    for result in results:
        counts[result.outcome.value] = counts.get(result.outcome.value, 0) + 1
    if run.phase is Phase.IMPORT:
        file.imported = counts
    else:
        file.checked = counts
    file.taken = max(file.taken, *(no + 1 for no, _ in chunk)) if chunk else file.taken
    file.waiting = [one.no for one in run.busy]
    file.read = run.source.tell()
    rows = [_remark(run.phase, file, result) for result in results if result.reason]
    if rows:
        session.execute(sa.insert(Remark), rows)


def _remark(phase: Phase, file: ImportFile, result: Result) -> dict[str, object]:
    assert result.reason
    return {
        "id": uuid7(),
        "file_id": file.id,
        "phase": phase,
        "no": result.no,
        "line": result.line,
        "number": result.number[:120],
        "reason": dump(result.reason),
    }


def _end(run: Run) -> None:
    file = _file(run.lease)
    if run.phase is Phase.CHECK:
        file.step("check")
        file.checked_at = clock.now()
    else:
        before = file.state
        file.step("finish")
        file.ended_at = clock.now()
        forget_bytes(file)
        by = Actor("person", file.confirmed_by)
        counts = {outcome.value: file.imported.get(outcome.value, 0) for outcome in Outcome}
        change = Change("import_file", file.id, before, file.state)
        record(locked_shop(), run.content.imported, by, [change], **counts)
    run.lease.finish()


def _reject(lease: Lease, why: Message) -> None:
    with lease.transaction():
        file = _file(lease)
        file.step("reject")
        file.problem, file.ended_at = dump(why), clock.now()
        forget_bytes(file)
        lease.finish()


@handler("file.clear")
def clear(lease: Lease) -> None:
    """After a day the file goes, after a month what is told of it; who imported what stands in the trail."""
    file = _file(lease)
    lost = file.state is FileState.IMPORTING and clock.now() > file.created_at + LOST
    if file.state is FileState.IMPORTING and not lost:
        return lease.later(KEPT)
    if file.state in OPEN or lost:
        file.step("expire")
        file.ended_at = clock.now()
        forget_bytes(file)
    left = file.created_at + TOLD - clock.now()
    if left > timedelta():
        return lease.later(left)
    return forget_remarks(file.id)
