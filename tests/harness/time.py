"""The portal's clock in the hands of a test."""

from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import datetime
from types import TracebackType

from portal import clock

_shown: list[datetime] = []


class Hands(AbstractContextManager["Hands"]):
    """Holds the clock at a moment. A context variable does not reach other threads, so they ask `shown()`."""

    def __init__(self) -> None:
        self.stack = ExitStack()

    def set(self, moment: datetime) -> None:
        self.stack.close()
        self.stack.enter_context(clock.at(moment))
        _shown[:] = [moment]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()
        _shown.clear()


def shown() -> AbstractContextManager[None]:
    """The clock as the test set it, for a thread of a live server."""
    return clock.at(_shown[0]) if _shown else nullcontext()
