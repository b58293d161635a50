"""What a Prometheus asks for: requests by route, and how the outbox of each database does."""

import hmac
import os
import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from portal import config
from portal.db import db
from portal.web.health import HOME, outbox
from portal.web.limits import limiter

metrics_of = Blueprint("metrics", __name__)
REQUESTS = Histogram(
    "homeward_request_seconds",
    "How long requests took, by the rule of their route.",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=None,
)
OUTBOX = {
    "up": "Whether the database answers.",
    "oldest_due_seconds": "For how long the oldest job that is due has waited.",
    "worker_beat_seconds": "Since when no worker has shown a sign of life.",
    "dead_letters": "Jobs that failed for good and wait for a person.",
}


class Outbox(Collector):
    """Asked for at every scrape; a figure that is not known is left out."""

    def collect(self) -> Iterator[Metric]:
        found = {region or HOME: outbox(region) for region in db.engines}
        for name, said in OUTBOX.items():
            gauge = GaugeMetricFamily(f"homeward_{name}", said, labels=["database"])
            for database, facts in found.items():
                if facts.get(name) is not None:
                    gauge.add_metric([database], float(facts[name]))
            yield gauge


@metrics_of.get("/metrics")
@limiter.exempt
def metrics() -> Response:
    """Only for who brings METRICS_TOKEN; nothing is here while there is none.

    Web processes that share PROMETHEUS_MULTIPROC_DIR answer for each other, else each for itself.
    """
    token = config.current().metrics_token
    if not token or not hmac.compare_digest(_brought().encode(), token.encode()):
        abort(404)
    registry = CollectorRegistry()
    registry.register(Outbox())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _brought() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def init_metrics(app: Flask) -> None:
    app.after_request(_count)


def _count(response: Response) -> Response:
    """The rule, never the path: a path may hold a secret, and there is no end of them."""
    route = request.url_rule.rule if request.url_rule else "none"
    took = time.perf_counter() - request.environ["portal.started"]
    REQUESTS.labels(request.method, route, response.status_code).observe(took)
    return response
