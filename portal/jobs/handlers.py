"""Who does which kind of job, and what becomes of one that fails."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from portal.jobs.leases import GiveUp, Lease

Work = Callable[[Lease], None]


@dataclass(frozen=True)
class Rules:
    """After a failure wait `first`, doubled each time up to `longest`, a random part of it less, so that
    jobs that failed together do not come back together; after `most` runs it is a dead letter.

    `lease`: longer than any step between two transactions takes. `discardable`: a person may throw it away.
    `evidence`: a row of the trail demands it, so its row stays for ever.
    """

    most: int = 12
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)
    lease: timedelta = timedelta(seconds=60)
    discardable: bool = True
    evidence: bool = False

    def delay(self, error: Exception, attempts: int) -> timedelta | None:
        """How long to wait after so many runs, the last of which failed; None: no more."""
        if attempts >= self.most or isinstance(error, GiveUp):
            return None
        whole = min(self.longest, self.first * 2 ** min(attempts - 1, 30))
        part = random.uniform(0.5, 1)  # noqa: S311 - no secret
        return timedelta(seconds=whole.total_seconds() * part)


@dataclass(frozen=True)
class Handler:
    """`stepwise` work opens the lease's transactions itself; other work runs inside one."""

    work: Work
    rules: Rules = Rules()
    stepwise: bool = False

    def run(self, lease: Lease) -> None:
        """Do the work; where it does not say what becomes of the job, it is done."""
        if self.stepwise:
            self.work(lease)
            if not lease.over:
                with lease.transaction(last=True):
                    pass
            return
        with lease.transaction(last=True):
            self.work(lease)


_handlers: dict[str, Handler] = {}


def handler(kind: str, rules: Rules = Rules(), *, stepwise: bool = False) -> Callable[[Work], Work]:
    """Register the function that does jobs of this kind. It may be run again after a crash at any point.

    Its effects in the database happen once, since they stand in one transaction with the job's being done.
    With `stepwise` it opens `lease.transaction()` as often as it needs, and does between them what must not
    stand in a transaction; the last of them should be `lease.transaction(last=True)`, or say
    `lease.finish()` or `lease.later(…)`.
    """

    def register(work: Work) -> Work:
        if kind in _handlers:
            raise ValueError(f"{kind} has a handler already")
        _handlers[kind] = Handler(work, rules, stepwise)
        return work

    return register


def handler_of(kind: str) -> Handler:
    """The kind's handler. One that is not known here (an older worker meets a newer job) fails each time."""
    return _handlers.get(kind, Handler(_unknown))


def evident() -> frozenset[str]:
    """The kinds of which the rows stay."""
    return frozenset(kind for kind, known in _handlers.items() if known.rules.evidence)


def kinds() -> frozenset[str]:
    """Every kind that somebody here does."""
    return frozenset(_handlers)


def _unknown(lease: Lease) -> None:
    raise LookupError(f"no handler for {lease.kind}")
