"""For those who watch the house: does it serve, and does the work get done."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from portal.db import db, transaction
from portal.jobs.watching import Health, health
from portal.tenants import Shop
from portal.web.limits import limiter

health_of = Blueprint("health", __name__)
HOME = "home"


@health_of.get("/healthz")
@limiter.exempt
def live() -> Response:
    """The outbox of each database: seconds since its oldest due job was due, and since a worker's last beat.

    503 while a database does not answer. A silent worker is told, but the web is well without it.
    """
    return _report({region or HOME: outbox(region) for region in db.engines})


@health_of.get("/readyz")
@limiter.exempt
def ready() -> Response:
    """Whether requests may come: every database answers and has our tables."""
    return _report({region or HOME: _ready(region) for region in db.engines})


def outbox(region: str | None) -> dict[str, Any]:
    """What is known of a database's outbox, by the names of the answer; `up` at least."""
    try:
        with transaction(region, reading=True):
            return {"up": True, **_facts(health())}
    except SQLAlchemyError:
        return {"up": False}


def _facts(found: Health) -> dict[str, Any]:
    due, beat = found.oldest_due, found.last_beat
    return {
        "oldest_due_seconds": round(due.total_seconds()) if due else None,
        "worker_beat_seconds": round(beat.total_seconds()) if beat else None,
        "working": found.working,
        "late": found.late,
        "dead_letters": found.dead,
    }


def _ready(region: str | None) -> dict[str, Any]:
    try:
        with transaction(region, reading=True) as session:
            session.execute(sa.select(Shop.tenant_id).limit(1))
        return {"up": True}
    except SQLAlchemyError:
        return {"up": False}


def _report(databases: dict[str, dict[str, Any]]) -> Response:
    up = all(found["up"] for found in databases.values())
    answer = jsonify(ok=up, databases=databases)
    answer.status_code = 200 if up else 503
    return answer
