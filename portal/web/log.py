"""One line of JSON per request: who, which route, what came of it, how long. No path, no personal data."""

import json
import logging
import time
import uuid
from typing import Any

from flask import Flask, Response, g, request

from portal.ids import uuid7
from portal.web.actor import actor_word

REQUESTS = logging.getLogger("portal.requests")
SAID = ("request", "tenant", "actor", "method", "route", "status", "ms", "htmx", "where")


class Lines(logging.Formatter):
    """A record as one line of JSON, with what it carries of `SAID`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in SAID if hasattr(record, name)}
        return json.dumps(line, ensure_ascii=False)


def init_log(app: Flask) -> None:
    """Write the lines to stderr, and the request's id into the answer."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    for logger in (REQUESTS, app.logger):
        logger.handlers[:], logger.propagate = [handler], False
        logger.setLevel(logging.INFO)
    app.before_request(_number)
    app.after_request(_write)


def _number() -> None:
    g.request_id = uuid7()


def _write(response: Response) -> Response:
    request_id: uuid.UUID = g.setdefault("request_id", uuid7())
    response.headers["X-Request-Id"] = str(request_id)
    REQUESTS.info("request", extra=_facts(request_id, response.status_code))
    return response


def _facts(request_id: uuid.UUID, status: int) -> dict[str, Any]:
    shop = g.get("shop")
    return {
        "request": str(request_id),
        "tenant": str(shop.id) if shop else None,
        "actor": actor_word(),
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": status,
        "ms": round((time.perf_counter() - request.environ["portal.started"]) * 1000, 1),
        "htmx": bool(request.htmx),  # type: ignore[attr-defined]
    }
