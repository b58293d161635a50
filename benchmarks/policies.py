"""Judge an order of 50 lines under a policy of 300 rules, as the wizard's first page does.

Ends with 1 when that takes more than 10 ms of processor time or more than 3 queries. The order and the policy
are read afresh each time; the policy's rules are put in order once for each version and process.
"""

import statistics
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import selectinload

from benchmarks.online_retail import opened
from benchmarks.pages import environment, schema
from portal import clock, create_app
from portal.audit.actors import SYSTEM
from portal.config import Config
from portal.db import db, transaction
from portal.orders.models import Order, OrderLine, Shipment
from portal.policies import configured
from portal.policies.judging import judge_order
from portal.policies.rules import conditions_for, fee_for
from portal.policies.versions import activate, in_force
from portal.provisioning.shops import DEFAULT_POLICY
from portal.tenants import locked_shop

LINES, RULES, ROUNDS = 50, 300, 40
MOST_MS, MOST_QUERIES = 10.0, 3
ZONE = "Europe/Berlin"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config.from_env(environment(folder)))
        schema(app)
        tenant = opened(app, 0)
        with app.app_context():
            with transaction(None, tenant):
                activate(locked_shop(), configured(document(), {}), SYSTEM)
            with clock.at(clock.now() + timedelta(days=10)):
                order = sold(tenant)
                rounds = [judged(tenant, order) for _ in range(ROUNDS)]
    report([ms for ms, _ in rounds[3:]], max(queries for _, queries in rounds))


def document() -> dict[str, Any]:
    """A policy of 300 rules, of all kinds and levels, about articles that are sold and many that are not."""
    plain = yaml.safe_load(DEFAULT_POLICY.read_text("utf-8"))
    each = RULES // 6
    kinds = {
        "windows": lambda n: {"label": f"Window {n}", "days": n, "countries": ["DE", "AT"][: n % 3]},
        "barred": lambda n: {"ground": f"Ground {n}", "instead": "Write to us."},
        "fees": lambda n: {"label": f"Fee {n}", "points": 100 + n, "maximum": {"GBP": 900}},
        "conditions": lambda n: {"promise": f"Whole {n}", "question": "Whole?", "unmet": "reduced"},
        "returnless": lambda n: {"label": f"Small {n}", "up_to": {"GBP": n}},
        "placings": lambda n: {"grades": ["C"], "disposition": "donate"},
    }
    rules = {
        name: [{"id": f"r{n}", "match": match(n, barred=name == "barred"), **make(n)} for n in range(each)]
        for name, make in kinds.items()
    }
    off = {"weekends": ["sunday"], "public_holidays": [{"country": "GB"}], "shoppers_holidays": True}
    return plain | rules | {"extend": off}


def match(n: int, *, barred: bool) -> dict[str, Any]:
    """Every third is about a SKU, a tag, a category; what is barred is sold to nobody."""
    word = "X" if barred else ""
    return [{"skus": [f"{word}SKU-{n}"]}, {"tags": [f"{word}tag-{n}"]}, {"categories": [f"{word}cat-{n}"]}][
        n % 3
    ]


def sold(tenant: uuid.UUID) -> uuid.UUID:
    now = clock.now()
    with transaction(None, tenant) as session:
        order = Order(
            source="bench", external_id="1", digest="", number="1", number_key="1", placed_at=now,
            currency="GBP", prices_include_tax=True, name="A", email="a@b.example",
            email_key="a@b.example", postcode_key="1", address=[], country="DE", captured=10**6,
            imported_at=now,
        )  # fmt: skip
        order.lines = [line(n) for n in range(LINES)]
        order.shipments = [Shipment(position=1, shipped_at=now, delivered_at=now)]
        session.add(order)
        session.flush()
        return order.id


def line(n: int) -> OrderLine:
    tags = [f"tag-{n}", f"tag-{n + 1}", f"tag-{n + 3}"]
    facts = {"category": f"cat-{n}", "tags": tags, "quantity": 2, "subtotal": 4000, "taxes": {"19": 640}}
    return OrderLine(position=n + 1, external_id=str(n), sku=f"SKU-{n}", title=f"Article {n}", **facts)


def judged(tenant: uuid.UUID, id: uuid.UUID) -> tuple[float, int]:
    """Processor milliseconds, and queries beside those that read the order itself."""
    with transaction(None, tenant, reading=True) as session:
        whole = (selectinload(Order.lines), selectinload(Order.shipments))
        order = session.scalars(sa.select(Order).where(Order.id == id).options(*whole)).one()
        with counting() as seen:
            start = time.process_time()
            version = in_force(order.placed_at)
            verdicts = judge_order(order, version.policy, version.no, ZONE)
            told = [
                (fee_for(one, version.policy), conditions_for(one, version.policy)) for one in order.lines
            ]
            spent = time.process_time() - start
        assert len(verdicts) == len(told) == LINES
        return 1000 * spent, len(seen)


class counting:  # noqa: N801 - reads as a verb
    """The queries inside the block."""

    def __enter__(self) -> list[str]:
        self.seen: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", self._note)
        return self.seen

    def __exit__(self, *_: object) -> None:
        sa.event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.seen.append(statement)


def report(times: list[float], queries: int) -> None:
    ms = statistics.median(times)
    print(f"judge {LINES} lines: {ms:.1f} ms, {queries} queries")
    if ms > MOST_MS or queries > MOST_QUERIES:
        sys.exit(1)


if __name__ == "__main__":
    main()
