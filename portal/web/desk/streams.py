"""Files that are sent while they are written."""

from collections.abc import Callable, Iterator
from typing import cast

from flask import Flask, Response, current_app

from portal.db import scope, transaction


def download(lines: Callable[[], Iterator[str]], name: str, kind: str) -> Response:
    """A file to keep. `lines` runs in a transaction of its own, since the request's is over by then."""
    here, app = scope.get(), cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]

    def body() -> Iterator[str]:
        with app.app_context(), transaction(here.region, here.tenant, reading=True):
            yield from lines()

    response = Response(body(), mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
