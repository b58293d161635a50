"""A real shop's year with random exchanges, tenders and failures: books, stock and bank tie out all the same.

    python -m benchmarks.mixed_year [FILE] [--invoices N] [--seed N]

The invoices of the Online Retail data are orders that were paid by card, by transfer or by both; the
cancellations are returns for money, credit, gift cards or other articles; the bank declines, loses answers
and keeps some waiting; some differences are never paid, some articles are sold out after all. One seed, one
year. Ends with 1 if a return is left open, or if `flask verify`, bean-check or a month's reconciliation
finds anything.
"""

import argparse
import io
import json
import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from benchmarks.online_retail import BOOKS, DATA, EVERY, OPENED, balanced, flask, opened, owner_of, written
from benchmarks.pages import environment
from benchmarks.retail.mixing import Mixed, articles, paid_in_parts
from benchmarks.retail.reading import Invoice, invoices
from portal import clock, create_app
from portal.audit.actors import SYSTEM
from portal.catalogue.importing import import_products
from portal.config import Config
from portal.db import db, session, transaction
from portal.orders.importing import import_orders
from portal.orders.storing import Outcome
from portal.provisioning.demo import hurried
from portal.reconciling.commanding import reconcile
from portal.reconciling.ordering import span
from portal.refunds.gateways.bank import Bank
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return
from portal.web.ritual import Portal

MONTHS = [date(2010, 12, 1), *(date(2011, month, 1) for month in range(1, 13)), date(2012, 1, 1)]


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("file", nargs="?", type=Path, default=DATA)
    wanted.add_argument("--invoices", type=int, help="only the first so many")
    wanted.add_argument("--seed", type=int, default=1)
    asked = wanted.parse_args()
    if not asked.file.exists():
        sys.exit(f"{asked.file.name} is not there: say where it is")
    known = list(islice(invoices(asked.file, Counter()), asked.invoices))
    with tempfile.TemporaryDirectory() as folder:
        year(known, random.Random(asked.seed), Path(folder))


def year(known: list[Invoice], draw: random.Random, folder: Path) -> None:
    env = environment(str(folder))
    flask(env, "setup")
    app = create_app(Config.from_env(env))
    with app.app_context():
        hurrying = hurried(db.engine)
    with hurrying:
        tenant = opened(app, 3650)
        furnish(app, tenant, known, draw)
        replay = Mixed(
            *(app, tenant, owner_of(app, tenant)),
            bank=Bank(Path(env["BANK_FILE"]), str(tenant), pause=lambda _: None),
            draw=draw,
        )
        went_back(replay, known)
    ended(app, tenant, replay)
    reconciled(app, tenant)
    written(app, tenant, folder / BOOKS)
    flask(env, "verify", "--gateway", told=True)
    balanced(folder / BOOKS)


def furnish(app: Portal, tenant: uuid.UUID, known: list[Invoice], draw: random.Random) -> None:
    """Every sale as an order, and the catalogue."""
    sold = [one for one in known if not one.number.startswith("C")]
    orders = "\n".join(json.dumps(paid_in_parts(one, draw)) for one in sold).encode()
    made = json.dumps({"products": articles(sold, OPENED, draw)}).encode()
    with app.app_context(), clock.at(OPENED):
        tally = import_orders(io.BytesIO(orders), None, tenant, SYSTEM)
        told = import_products(io.BytesIO(made), None, tenant, SYSTEM)
    print(f"{tally.counts[Outcome.IMPORTED]} orders, {told.counts[Outcome.IMPORTED]} articles", flush=True)
    if tally.counts[Outcome.REFUSED] or told.counts[Outcome.REFUSED]:
        sys.exit("something was refused")


def went_back(replay: Mixed, known: list[Invoice]) -> None:
    cancelled = sorted((one for one in known if one.number.startswith("C")), key=lambda one: one.at)
    start = time.perf_counter()
    for n, invoice in enumerate(cancelled, start=1):
        replay.take(invoice)
        if n % EVERY == 0:
            print(f"  {time.perf_counter() - start:6.0f} s: {n} of {len(cancelled)}", flush=True)
    replay.ends(cancelled[-1].at)
    print(f"{replay.accepted} cancelled lines in {replay.returns} returns with {replay.units} units")
    for what, n in sorted(replay.told.items()):
        print(f"{n:6} {what}", flush=True)


def ended(app: Portal, tenant: uuid.UUID, replay: Mixed) -> None:
    """Every return is closed."""
    states = sa.select(Return.state, sa.func.count()).where(Return.tenant_id == tenant).group_by(Return.state)
    with app.app_context(), transaction(None, tenant, reading=True):
        found = {state: n for state, n in session.execute(states) if state is not ReturnState.DRAFT}
    print("returns: " + ", ".join(f"{n} {state}" for state, n in found.items()), flush=True)
    if set(found) != {ReturnState.CLOSED}:
        sys.exit("a return is left open")


def reconciled(app: Portal, tenant: uuid.UUID) -> None:
    """Portal, books and the gateways' own journals, month by month."""
    differences = lines = 0
    for month in MONTHS:
        with app.app_context():
            run = reconcile(None, tenant, *span("month", month), SYSTEM)
        differences, lines = differences + run.differences, lines + run.lines
    print(f"reconciled: {lines} lines in {len(MONTHS)} months, {differences} differences", flush=True)
    if differences:
        sys.exit(1)


if __name__ == "__main__":
    main()
