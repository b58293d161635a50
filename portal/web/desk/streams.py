"""Files that are sent while they are written."""

from collections.abc import Callable, Generator, Iterator
from contextvars import copy_context
from typing import cast

from flask import Flask, Response, current_app

from portal.db import scope, transaction


def download(lines: Callable[[], Iterator[str]], name: str, kind: str) -> Response:
    """A file to keep. `lines` runs in a transaction of its own, since the request's is over by then."""
    here, app = scope.get(), cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]

    def body() -> Generator[str, None, None]:
        with app.app_context(), transaction(here.region, here.tenant, reading=True):
            yield from lines()

    response = Response(Apart(body()), mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class Apart(Iterator[str]):
    """A generator that runs in a context of its own, so that what it opens is not seen between its steps,
    and is closed where it was opened, also when nobody reads it to its end."""

    def __init__(self, steps: Generator[str, None, None]) -> None:
        self.steps, self.context = steps, copy_context()

    def __next__(self) -> str:
        return self.context.run(next, self.steps)

    def close(self) -> None:
        self.context.run(self.steps.close)

    def __del__(self) -> None:
        self.close()
