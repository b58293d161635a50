"""Making the demo's data quickly: it can be made again, so nothing waits for the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event


@contextmanager
def hurried(engine: sa.Engine) -> Iterator[None]:
    """SQLite does not wait for the disk while the block runs. Other databases go on as ever."""
    if engine.dialect.name != "sqlite":
        yield
        return
    event.listen(engine, "connect", _hurry)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", _hurry)
        engine.dispose()


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
