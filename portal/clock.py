"""The only clock. Everything that asks for the time asks here, so that a demo shop can have a past."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set.get() or datetime.now(UTC)


def stopped() -> bool:
    """Whether `at` holds the clock; else it runs as the machine's does."""
    return _set.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stop the clock at a moment (aware) while the block runs."""
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
