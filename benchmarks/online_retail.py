"""A real shop's year: its invoices as orders, its cancellations as returns, books and stock that tie out.

    python -m benchmarks.online_retail [FILE] [--invoices N]

FILE is the Online Retail data as gzipped CSV, by default the one in the shared data beside this checkout.
The year runs twice, each time in a process and a shop of its own: under a policy without a window, and
under the policy that every new shop begins with. Ends with 1 if `flask verify` or bean-check finds anything,
or if an order is refused. Imports go through the same function as `flask orders import`.
"""

import argparse
import json
import resource
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
import yaml

from benchmarks.pages import environment
from benchmarks.retail.reading import Invoice, as_order, invoices
from benchmarks.retail.replaying import ZONE, Replay
from portal import clock, create_app
from portal.audit import Actor
from portal.audit.actors import SYSTEM
from portal.config import Config
from portal.db import db, session, transaction
from portal.ledger.beancount import as_beancount
from portal.ledger.reading import Period
from portal.orders.importing import import_orders
from portal.orders.storing import Outcome
from portal.people.models import User
from portal.policies import configured
from portal.policies.versions import activate
from portal.provisioning.demo import hurried
from portal.provisioning.shops import DEFAULT_POLICY, NewShop, create
from portal.refunds.lifecycle import LegState
from portal.refunds.models import RefundLeg
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return, ReturnItem
from portal.tenants import locked_shop
from portal.web.ritual import Portal

DATA = Path(__file__).resolve().parents[2] / "shared/data/orders/online_retail_2010_2011.csv.gz"
BOOKS, EVERY = "books.beancount", 250
OPENED = datetime(2010, 11, 30, tzinfo=UTC)
POLICIES = {"no window": 3650, "version 1": 0}  # days of the window; 0: as every shop begins


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("file", nargs="?", type=Path, default=DATA)
    wanted.add_argument("--invoices", type=int, help="only the first so many")
    wanted.add_argument("--policy", choices=POLICIES)
    asked = wanted.parse_args()
    if not asked.file.exists():
        sys.exit(f"{asked.file.name} is not there: say where it is")
    if asked.policy:
        year(asked.file, asked.policy, asked.invoices)
        return
    again = [sys.executable, "-m", "benchmarks.online_retail", *sys.argv[1:]]
    ended = [subprocess.run([*again, "--policy", name], check=False).returncode for name in POLICIES]
    sys.exit(max(ended))


def year(file: Path, policy: str, most: int | None) -> None:
    print(f"== {policy}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder)
        flask(env, "setup")
        app = create_app(Config.from_env(env))
        with app.app_context():
            hurrying = hurried(db.engine)
        with hurrying:
            tenant = opened(app, POLICIES[policy])
            sold(app, tenant, file, most, Path(folder))
            went_back(app, tenant, file, most)
        written(app, tenant, Path(folder) / BOOKS)
        print(f"peak memory: {peak(resource.RUSAGE_SELF)} MB", flush=True)
        start = time.perf_counter()
        flask(env, "verify", "--gateway", told=True)
        print(f"verify: {time.perf_counter() - start:.0f} s, {peak(resource.RUSAGE_CHILDREN)} MB", flush=True)
        balanced(Path(folder) / BOOKS)


def peak(of: int) -> int:
    """The most that this process, or the largest of those it started, has had in memory, in MB."""
    return round(resource.getrusage(of).ru_maxrss / 1024)


def opened(app: Portal, days: int) -> uuid.UUID:
    """The shop, with the window that is asked for."""
    shop = NewShop(
        slug="retail", name="Online Retail", country="GB", currency="GBP", language="en", zone=ZONE,
        return_address=("1 Gift Street", "London"), sender="returns@online-retail.example",
        owner="owner@online-retail.example", owner_name="Owner", owner_password=secrets.token_urlsafe(),
    )  # fmt: skip
    with app.app_context(), clock.at(OPENED):
        tenant = create(shop)
        if days:
            document = yaml.safe_load(DEFAULT_POLICY.read_text("utf-8"))
            document["window"]["days"] = days
            with transaction(None, tenant):
                activate(locked_shop(), configured(document, {}), SYSTEM)
    return tenant


def taken(file: Path, most: int | None, told_apart: Counter[str]) -> Iterator[Invoice]:
    return islice(invoices(file, told_apart), most)


def sold(app: Portal, tenant: uuid.UUID, file: Path, most: int | None, folder: Path) -> None:
    """Every sale, imported from a file of Homeward's own format."""
    told_apart, lines = Counter[str](), 0
    orders = folder / "orders.jsonl"
    with orders.open("w") as out:
        for invoice in taken(file, most, told_apart):
            if not invoice.number.startswith("C"):
                out.write(json.dumps(as_order(invoice)) + "\n")
                lines += len(invoice.rows)
    print("rows told apart:", ", ".join(f"{n} {why}" for why, n in told_apart.most_common()))
    start = time.perf_counter()
    with app.app_context(), orders.open("rb") as source, clock.at(OPENED):
        tally = import_orders(source, None, tenant, SYSTEM)
    seconds = time.perf_counter() - start
    n = tally.counts[Outcome.IMPORTED]
    print(f"{n} orders with {lines} lines imported in {seconds:.0f} s")
    print(f"orders per second: {n / seconds:.0f}, lines per second: {lines / seconds:.0f}", flush=True)
    if tally.counts[Outcome.REFUSED]:
        sys.exit(f"{tally.counts[Outcome.REFUSED]} orders were refused")


def went_back(app: Portal, tenant: uuid.UUID, file: Path, most: int | None) -> None:
    """Every cancellation, the oldest first."""
    cancelled = [i for i in taken(file, most, Counter()) if i.number.startswith("C")]
    replay = Replay(app, tenant, owner_of(app, tenant))
    start = time.perf_counter()
    for n, invoice in enumerate(sorted(cancelled, key=lambda one: one.at), start=1):
        replay.take(invoice)
        if n % EVERY == 0:
            told = f"{n} of {len(cancelled)} cancellations, {replay.units} units"
            print(
                f"  {time.perf_counter() - start:6.0f} s: {told}, {peak(resource.RUSAGE_SELF)} MB", flush=True
            )
    report(replay, time.perf_counter() - start)
    settled(app, tenant, replay)


def report(replay: Replay, seconds: float) -> None:
    print(f"{replay.lines} cancelled lines: {replay.accepted} accepted in {replay.returns} returns "
          f"with {replay.units} units, {replay.amount / 100:.2f} paid back")  # fmt: skip
    for why, n in replay.refused.most_common():
        print(f"{n:6} refused: {why}")
    print(f"returns per second: {replay.returns / seconds:.1f}, lines: {replay.accepted / seconds:.1f}, "
          f"units: {replay.units / seconds:.0f}", flush=True)  # fmt: skip


def settled(app: Portal, tenant: uuid.UUID, replay: Replay) -> None:
    """No unit came back twice, and every return is closed with its money paid; asked of the rows alone."""
    unit = (ReturnItem.order_line_id, ReturnItem.unit_no)
    twice = sa.select(*unit).group_by(*unit).having(sa.func.count() > 1).subquery()
    closed = sa.select(sa.func.count(Return.id)).where(Return.state == ReturnState.CLOSED)
    paid = sa.select(sa.func.sum(RefundLeg.amount)).where(RefundLeg.state == LegState.SUCCEEDED)
    with app.app_context(), transaction(None, tenant, reading=True):
        again = session.scalar(sa.select(sa.func.count()).select_from(twice))
        found = (again, session.scalar(closed), session.scalar(paid) or 0)
    print("units that came back twice: {}, returns closed: {}, pence paid: {}".format(*found), flush=True)
    if found != (0, replay.returns, replay.amount):
        sys.exit("the returns do not end as they should")


def owner_of(app: Portal, tenant: uuid.UUID) -> Actor:
    with app.app_context(), transaction(None, tenant, reading=True):
        return Actor("person", session.scalars(sa.select(User.id)).one())


def written(app: Portal, tenant: uuid.UUID, books: Path) -> None:
    with app.app_context(), transaction(None, tenant, reading=True), books.open("w") as out:
        out.writelines(as_beancount("Online Retail", Period(ZONE)))


def balanced(books: Path) -> None:
    """What a real accounting tool says of the books."""
    done = subprocess.run([Path(sys.executable).with_name("bean-check"), books], check=False)
    print(f"bean-check: {'clean' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode:
        sys.exit(1)


def flask(env: Mapping[str, str], *command: str, told: bool = False) -> None:
    quiet = None if told else subprocess.DEVNULL
    done = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *command], env=dict(env),
                          stdout=quiet, check=False)  # fmt: skip
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
