"""How long pages take beside a bare one, how often they ask the database, and what a shopper loads.

    python -m benchmarks.pages [--returns 10000] [--rounds 60]

A shop with so many returns behind gunicorn, over HTTP, signed in. Each page is asked for in turn with a bare
page of Flask and Jinja on the same server (the layout of the page's audience, a constant list of 50 rows);
what counts is the ratio of the medians.
"""

import argparse
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks.crowd import fill
from benchmarks.visitor import Answer, Visitor
from migrations.schema import metadata
from portal import create_app
from portal.audit.append_only import APPEND_ONLY, append_only
from portal.config import Config
from portal.db import db, transaction
from portal.orders.models import Order, OrderLine, Shipment
from portal.provisioning.demo.shops import PASSWORD
from portal.returns.lifecycle import Stage
from portal.returns.models import Return
from portal.web.ritual import Portal

LIMITS = {"GET": 15, "POST": 30}


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--returns", type=int, default=10_000)
    wanted.add_argument("--rounds", type=int, default=60)
    asked = wanted.parse_args()
    few = measure(10, 3)
    many = measure(asked.returns, asked.rounds)
    report(few, many)


@dataclass(frozen=True)
class Server:
    port: int
    slug: str


@dataclass(frozen=True)
class Sale:
    """An order as the shopper knows it."""

    number: str
    email: str


class Run:
    """What one size of shop showed: seconds and statements by page."""

    def __init__(self) -> None:
        self.ratios: dict[str, float] = {}
        self.statements: dict[tuple[str, str], int] = {}
        self.weight = 0

    def note(self, method: str, page: str, answer: Answer) -> None:
        if answer.status >= 400:
            raise SystemExit(f"{method} {page} answered {answer.status}: {answer.text[:600]}")
        key = (method, page)
        self.statements[key] = max(self.statements.get(key, 0), answer.statements)


def measure(returns: int, rounds: int) -> Run:
    run = Run()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder)
        print(f"filling a shop with {returns} returns …", flush=True)
        app = create_app(Config.from_env(env))
        schema(app)
        slug = fill(app, returns)
        (first, second, third), record = fresh_orders(app), one_record(app)
        with served(env) as port:
            compare(run, Server(port, slug), first, record, rounds)
            walk(run, Server(port, slug), second)
            run.weight = weigh(Server(port, slug), third)
    return run


def environment(folder: str) -> dict[str, str]:
    return {
        **os.environ,
        "SECRET_KEY": secrets.token_hex(32),
        "TRAIL_KEY": secrets.token_hex(32),
        "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder}/shop.db",
        "BANK_FILE": f"{folder}/bank.db",
        "DEMO": "1",
        "MAIL_URL": "demo:",
    }


def schema(app: Portal) -> None:
    with app.app_context():
        metadata().create_all(db.engine)
        with db.engine.begin() as connection:
            for table in APPEND_ONLY:
                append_only(lambda do: connection.execute(sa.text(do)), connection.dialect.name, table)


def one_record(app: Portal) -> str:
    """The id of a return with much to show: refunded, and of several units."""
    with app.app_context(), transaction(reading=True) as session:
        query = sa.select(Return.id).where(Return.stage == Stage.REFUNDED).order_by(Return.units.desc())
        return str(session.scalars(query.limit(1)).one())


def fresh_orders(app: Portal) -> list[Sale]:
    """Three orders that may go back whole."""
    untouched = ~sa.exists().where(Return.order_id == Order.id)
    barred = sa.exists().where(
        OrderLine.order_id == Order.id, OrderLine.sku.like("TF-GRV%") | OrderLine.sku.like("TD-%")
    )
    query = (
        sa.select(Order.number, Order.email)
        .join(Shipment, Shipment.order_id == Order.id)
        .where(untouched, ~barred, Shipment.delivered_at.is_not(None), Order.currency == "EUR")
        .order_by(Shipment.delivered_at.desc(), Order.id)
        .limit(3)
    )
    with app.app_context(), transaction(reading=True) as session:
        return [Sale(number, email) for number, email in session.execute(query)]


SERVER = (
    "-m gunicorn --worker-class gthread --workers 1 --threads 4 --keep-alive 600".split()
    + "--no-control-socket --log-level error".split()
)


@contextmanager
def served(env: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, *SERVER, "-b", f"127.0.0.1:{port}", "benchmarks.measured:app"]
    own = {**env, "BASE_URL": f"http://127.0.0.1:{port}"}
    with Path(os.devnull).open("w") as quiet:
        server = subprocess.Popen(command, env=own, stdout=quiet)
    try:
        wait(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not come up")


def walk(run: Run, at: Server, sale: Sale) -> None:
    """The wizard to the end, noting the statements of every page and every form."""
    visitor = Visitor(at.port)
    for step, page in steps(visitor, at, sale):
        run.note("GET", step, page)
        if visitor.posted:
            run.note("POST", f"to {step}", visitor.posted)


def steps(visitor: Visitor, at: Server, sale: Sale) -> Iterator[tuple[str, Answer]]:
    """From the lookup to the page with the label: each page, after the form that leads there was sent."""
    page = visitor.get(f"/{at.slug}/find")
    yield "find", page
    page = visitor.send(page, f"/{at.slug}/find", number=sale.number, proof=sale.email)
    yield "items", page
    base = page.address.rsplit("/", 1)[0]
    ticks = re.findall(r'name="items"[^>]*value="([0-9a-f-]+)"', page.text)
    page = visitor.send(page, f"{base}/items", items=ticks, **dict.fromkeys(ticks, "1"))
    yield "reasons", page
    lines = set(re.findall(r'name="([0-9a-f-]{36})"', page.text))
    page = visitor.send(page, f"{base}/reasons", **dict.fromkeys(lines, "too_small"))
    yield "resolution", page
    page = visitor.send(page, f"{base}/resolution", resolution="original")
    yield "review", page
    yield "done", visitor.send(page, f"{base}/review")


def compare(run: Run, at: Server, sale: Sale, record: str, rounds: int) -> None:
    """Every page in turn with the bare one."""
    for name, (visitor, address) in pages(at, sale, record).items():
        run.note("GET", name, visitor.get(address))
        audience = "desk" if "/desk" in address else "shopper"
        run.ratios[name] = ratio(visitor, address, f"/bare/{audience}", rounds)


def pages(at: Server, sale: Sale, record: str) -> dict[str, tuple[Visitor, str]]:
    """Who asks for which address: the wizard's steps with a draft behind them, the board, a record."""
    shopper, desk = Visitor(at.port), signed_in(at)
    asked = {"board": (desk, f"/{at.slug}/desk"), "record": (desk, f"/{at.slug}/desk/returns/{record}")}
    for step, page in steps(shopper, at, sale):
        if step == "review":
            base = page.address.rsplit("/", 1)[0]
            names = ("items", "reasons", "resolution", "review")
            return asked | {name: (shopper, f"{base}/{name}") for name in names}
    raise AssertionError("the wizard has a review")


def ratio(visitor: Visitor, address: str, bare: str, rounds: int) -> float:
    pairs = [(timed(visitor, address), timed(visitor, bare)) for _ in range(rounds)]
    page, beside = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{address.rsplit('/', 1)[-1]:40.40} {page * 1000:6.2f} ms, {bare} {beside * 1000:5.2f} ms")
    return page / beside


def timed(visitor: Visitor, address: str) -> float:
    """Seconds to the last byte of a page that is right; an error would be quick, and no measure."""
    answer = visitor.get(address)
    if answer.status != 200:
        raise SystemExit(f"GET {address} answered {answer.status}")
    return answer.seconds


def signed_in(at: Server) -> Visitor:
    visitor, door = Visitor(at.port), f"/{at.slug}/sign-in"
    visitor.send(visitor.get(door), door, email=f"owner@{at.slug}.example", password=PASSWORD)
    return visitor


def weigh(at: Server, sale: Sale) -> int:
    """Bytes as sent, compressed: every page from lookup to label, and every file they name, once each."""
    plain, packed, total = Visitor(at.port), Visitor(at.port, "br, gzip"), 0
    files: set[str] = set()
    for _, page in steps(plain, at, sale):
        packed.cookies = plain.cookies
        total += packed.get(page.address).weight
        named = re.findall(r'(?:src|href)="(/[^"#]*)', page.text)
        files |= {name for name in named if "/static/" in name or name.endswith("brand.css")}
    return total + sum(packed.get(file).weight for file in files)


def report(few: Run, many: Run) -> None:
    for name, value in sorted(many.ratios.items(), key=lambda pair: pair[1]):
        print(f"{name:12} {value:5.2f} times the bare page")
    for key in sorted(many.statements):
        print(f"{key[0]:5} {key[1]:12} {few.statements.get(key, 0):3} statements at 10 returns, "
              f"{many.statements[key]:3} at many")  # fmt: skip
    for method, limit in LIMITS.items():
        worst = max(
            (n for run in (few, many) for (m, _), n in run.statements.items() if m == method), default=0
        )
        print(f"{method}: at most {worst} statements, {limit} allowed")
    print(f"worst page ratio: {max(many.ratios.values()):.2f}")
    print(f"most queries: {max(n for run in (few, many) for n in run.statements.values())}")
    print(f"shopper weight: {many.weight / 1024:.1f} KB")


if __name__ == "__main__":
    main()
