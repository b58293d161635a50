"""A whole return of one pair of socks in this process: its five commands alone, or with all that people see.

Every request is a real one to the portal's WSGI application: session, CSRF token, operation, permissions.
"""

import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks.visitor import HIDDEN
from portal import create_app
from portal.audit.operations import operation_id
from portal.config import Config
from portal.db import db
from portal.jobs.leases import claim
from portal.jobs.worker import perform, step
from portal.policies import Grade
from portal.refunds.models import Refund, RefundLeg
from portal.returns.models import Return, ReturnItem
from portal.web.ritual import Portal
from tests.harness.apps import OWNER, PASSWORD
from tests.harness.sales import Sold, drafted, sell
from tests.harness.shops import Shop, find_shop

SLUG, EMAIL = "acme", "annelie@posteo.example"
PAIR = Sold(1701, 1, taxes={"19": 272}, unit_cost=600)
CHECKED = {"grade": Grade.NEW.value, "disposition": "", "note": ""}
COMMANDS = ("submit", "receive", "inspect", "approve", "send")


class Tally:
    """Every statement that this process's drivers send to the portal's databases, BEGIN and COMMIT too.

    What is sent once for each of many rows counts as often as there are rows.
    """

    def __init__(self, app: Portal) -> None:
        self.n = 0
        with app.app_context():
            for engine in db.engines.values():
                self._watch(engine)

    def _watch(self, engine: sa.Engine) -> None:
        sa.event.listen(engine, "before_cursor_execute", self._sent)
        for name in ("commit", "rollback"):
            sa.event.listen(engine, name, self._one)
        if engine.dialect.name == "postgresql":  # on SQLite the portal sends its BEGIN itself
            sa.event.listen(engine, "begin", self._one)

    def _sent(self, _connection: Any, _cursor: Any, _text: str, rows: Any, _context: Any, many: bool) -> None:
        self.n += len(rows) if many and isinstance(rows, list) else 1  # else one statement for all

    def _one(self, connection: sa.Connection) -> None:
        self.n += not connection.get_execution_options().get("glancing")  # outside of any transaction


@dataclass
class Spent:
    """Seconds and statements by what they were for."""

    seconds: dict[str, float] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, seconds: float, statements: int) -> None:
        self.seconds[name] = self.seconds.get(name, 0) + seconds
        self.statements[name] = self.statements.get(name, 0) + statements


@dataclass(frozen=True)
class Due:
    """A return that only needs to be asked for: its order, and the last page of the shopper's wizard."""

    order: uuid.UUID
    shopper: FlaskClient
    review: TestResponse


class Place:
    """The portal in this process, a clerk who is signed in, and shoppers as they come."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.app = create_app(Config.from_env(env))
        self.shop: Shop = find_shop(self.app, SLUG)
        self.tally = Tally(self.app)
        self.aside = sa.create_engine(env["DATABASE_URL"])
        self.spent = Spent()
        self.clerk = self.app.test_client()
        self.token = self._sign_in()

    def _sign_in(self) -> str:
        """The clerk's CSRF token."""
        door = f"/{SLUG}/sign-in"
        sent(self.clerk, self.clerk.get(door), door, email=OWNER, password=PASSWORD)
        return str(hidden(self.clerk.get(f"/{SLUG}/desk"))["csrf_token"])

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        before, begun = self.tally.n, time.perf_counter()
        yield
        self.spent.add(name, time.perf_counter() - begun, self.tally.n - before)

    def sold(self) -> tuple[uuid.UUID, str]:
        """A new order that may go back, and its number."""
        number = str(uuid.uuid4().int % 10**15)
        return sell(self.shop, PAIR, number=number), number

    def shopper(self) -> FlaskClient:
        """Somebody from a network of their own: the portal limits how often one network may knock."""
        somebody = self.app.test_client()
        somebody.environ_base["REMOTE_ADDR"] = f"2001:db8::{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}"
        return somebody

    def due(self) -> Due:
        """A draft with every step answered, and its shopper at the last page. None of it is measured."""
        order, number = self.sold()
        drafted(self.shop, order)
        shopper = self.shopper()
        sent(shopper, shopper.get(f"/{SLUG}/find"), f"/{SLUG}/find", number=number, proof=EMAIL)
        return Due(order, shopper, got(shopper, f"/{SLUG}/orders/{order}/review"))

    def told(self, *columns: Any, of: Any) -> Any:
        """What the page before a form would have told, read beside the portal: in the time, not counted."""
        with self.aside.connect() as connection:
            return connection.execute(sa.select(*columns).where(of)).one()

    def press(self, address: str, thing: uuid.UUID, action: str, version: int, **fields: Any) -> None:
        """The clerk's form about a thing as it stands, without its page."""
        op = str(operation_id(thing, action, version))
        form = {"csrf_token": self.token, "op": op, **fields}
        led(self.clerk.post(f"/{SLUG}{address}", data=form))

    def commands(self, due: Due) -> None:
        """The five, each measured under its name."""
        for name in COMMANDS:
            with self.measured(name):
                getattr(self, f"_{name}")(due)

    def _submit(self, due: Due) -> None:
        sent(due.shopper, due.review, f"/{SLUG}/orders/{due.order}/review")

    def _receive(self, due: Due) -> None:
        id, version = self.told(Return.id, Return.version, of=Return.order_id == due.order)
        self.press(f"/dock/returns/{id}/all", id, "receive", version)

    def _inspect(self, due: Due) -> None:
        mine = sa.and_(ReturnItem.return_id == Return.id, Return.order_id == due.order)
        facts = self.told(ReturnItem.id, ReturnItem.inspections, ReturnItem.state, of=mine)
        version = ReturnItem(inspections=facts.inspections, state=facts.state).version
        self.press(f"/dock/items/{facts.id}", facts.id, "inspect", version, **CHECKED)

    def _approve(self, due: Due) -> None:
        mine = Return.order_id == due.order
        id, version, quoted = self.told(Return.id, Return.version, Return.quoted, of=mine)
        self.press(f"/desk/returns/{id}/refund", id, "approve", version, shown=str(quoted))

    def _send(self, due: Due) -> None:
        """The job as a worker does it: claimed, sent to the simulated bank, posted, settled."""
        mine = sa.and_(RefundLeg.refund_id == Refund.id, Refund.order_id == due.order)
        (leg,) = self.told(RefundLeg.id, of=mine)
        with self.app.app_context():
            lease = claim(None, f"send/{leg}/1")
            assert lease, "the refund has no job"
            perform(lease)

    def whole(self) -> None:
        """From the shopper's search to the closed record: every page, every form, every job and mail."""
        self.drain()
        order, number = self.sold()
        for part in (self._wizard, self._dock, self._desk):
            with self.measured("pages and forms"):
                part(order, number)
        with self.measured("jobs"):
            self.drain()
        with self.measured("pages and forms"):
            self._record(order)

    def drain(self) -> None:
        """Every job that is due, and those that they make."""
        while step(self.app):
            pass

    def _wizard(self, order: uuid.UUID, number: str) -> None:
        shopper, base = self.shopper(), f"/{SLUG}/orders/{order}"
        door = f"/{SLUG}/find"
        page = on(shopper, sent(shopper, got(shopper, door), door, number=number, proof=EMAIL))
        (line,) = re.findall(r'name="items"[^>]*value="([0-9a-f-]+)"', page.text)
        page = on(shopper, sent(shopper, page, f"{base}/items", items=line, **{line: "1"}))
        (line,) = set(re.findall(r'name="([0-9a-f-]{36})"', page.text))
        page = on(shopper, sent(shopper, page, f"{base}/reasons", **{line: "changed_mind"}))
        page = on(shopper, sent(shopper, page, f"{base}/resolution", resolution="original"))
        on(shopper, sent(shopper, page, f"{base}/review"))

    def _dock(self, order: uuid.UUID, _number: str) -> None:
        (id,) = self.told(Return.id, of=Return.order_id == order)
        address = f"/{SLUG}/dock/returns/{id}"
        got(self.clerk, f"/{SLUG}/dock")
        page = on(self.clerk, sent(self.clerk, got(self.clerk, address), f"{address}/all"))
        on(self.clerk, sent(self.clerk, page, page.request.path, **CHECKED))

    def _desk(self, order: uuid.UUID, _number: str) -> None:
        got(self.clerk, f"/{SLUG}/desk")
        id, quoted = self.told(Return.id, Return.quoted, of=Return.order_id == order)
        page, to = self._record(order), f"/{SLUG}/desk/returns/{id}/refund"
        on(self.clerk, sent(self.clerk, page, to, op=_op(page.text, to), shown=str(quoted)))

    def _record(self, order: uuid.UUID) -> TestResponse:
        (id,) = self.told(Return.id, of=Return.order_id == order)
        return got(self.clerk, f"/{SLUG}/desk/returns/{id}")


def got(client: FlaskClient, address: str) -> TestResponse:
    page = client.get(address)
    assert page.status_code == 200, f"{address} answered {page.status_code}"
    return page


def on(client: FlaskClient, answer: TestResponse) -> TestResponse:
    """The page that a form leads to."""
    return got(client, answer.location)


def led(answer: TestResponse) -> TestResponse:
    """The answer to a form, which must have been accepted."""
    assert answer.status_code == 303, f"{answer.request.path} answered {answer.status_code}: {answer.text}"
    return answer


def sent(client: FlaskClient, page: TestResponse, to: str, **fields: Any) -> TestResponse:
    """Send a page's form with its hidden fields."""
    return led(client.post(to, data={**hidden(page), **fields}))


def hidden(page: TestResponse) -> dict[str, str]:
    return dict(HIDDEN.findall(page.text))


def _op(text: str, to: str) -> str:
    """The operation of one form of a page that has several."""
    found = re.search(rf'action="{re.escape(to)}".*?name="op" value="([^"]+)"', text, re.DOTALL)
    assert found, f"no form to {to}"
    return found[1]
