"""What happens around every request: its unit of work, its shop, its one transaction."""

import time
import traceback
from collections.abc import Iterable
from types import TracebackType
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, abort, g, request
from sqlalchemy.exc import OperationalError

from portal.db import Scope, settling, unit
from portal.web.languages import chosen, voice
from portal.web.shops import Face, faces

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HOUSE = frozenset(  # whatever shop is named
    {"house.static", "house.robots", "health.live", "health.ready", "metrics.metrics"}
)
NAMELESS = HOUSE | {"house.front"}  # also where no shop is named


class Portal(Flask):
    """Flask with one unit of work per request, settled before anything is sent."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["portal.started"] = time.perf_counter()
        with self.app_context():
            face = environ["portal.face"] = _knock(environ)
        reading = environ["REQUEST_METHOD"] in SAFE
        with unit(Scope(face.region, face.id, reading) if face else Scope(reading=True)):
            return super().wsgi_app(environ, start_response)

    def dispatch_request(self) -> Response:
        """The view inside the transaction: an error of the commit itself still reaches the error pages."""
        with settling() as outcome:
            response = self.make_response(super().dispatch_request())
            outcome.status = response.status_code
        return response

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """The kind of error and where it arose. Not its text nor the path: they may name a person."""
        kind, _, trace = exc_info
        where = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
        self.logger.error("%s", kind.__name__ if kind else "", extra={"where": where})


def _knock(environ: WSGIEnvironment) -> Face | None:
    shop = environ.get("portal.shop")
    try:
        return faces().find(*shop) if shop else None
    except OperationalError:
        environ["portal.down"] = True
        return None


def enter() -> Response | None:
    """Before each request: `g.shop` and `g.voice`; 404 where a page needs a shop and there is none.

    An address that asks for a language is answered at once.
    """
    g.shop = request.environ.get("portal.face")
    g.voice = voice()
    shopless = HOUSE if "portal.shop" in request.environ else NAMELESS
    if g.shop is None and request.endpoint not in shopless:
        abort(503 if "portal.down" in request.environ else 404)
    return chosen()
