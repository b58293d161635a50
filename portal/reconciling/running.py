"""The job of a reconciliation: read the gateways' journals page by page, then lay the three side by side.

Between two transactions stands the network. How far the reading is stands in the run, so that whoever takes
over a job goes on where the one before it ended.
"""

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit import Change, Event, record
from portal.db import find, here, locked, session
from portal.ids import uuid7
from portal.jobs import Lease, Rules, handler
from portal.reconciling import asking, facts, outside
from portal.reconciling.comparing import Line, Said, Sum, Window, compare, sums
from portal.reconciling.models import (
    GatewayLine,
    Reconciliation,
    ReconciliationLine,
    ReconciliationSum,
    RunState,
    Verdict,
)
from portal.refunds.gateways import connect
from portal.refunds.routing import MANUAL
from portal.slices import insert_all
from portal.tenants import Tenant, locked_shop, this_shop

LEASE, LONGEST = timedelta(minutes=5), timedelta(minutes=10)
RULES = Rules(most=6, first=timedelta(seconds=10), longest=LONGEST, lease=LEASE, evidence=True)
MOST = 100  # refunds and payments that are asked for one by one


@handler("books.reconcile", RULES, stepwise=True)
def reconcile(lease: Lease) -> None:
    """Compare, unless that is done."""
    id = lease.ref("run")
    with lease.transaction():
        run = locked(Reconciliation, id)
        if run.state is not RunState.ORDERED:
            lease.finish()
            return
        _begin(run)
        window = facts.wide(facts.window_of(run))
    while _read_on(lease, id, window):
        pass
    with lease.transaction():
        missing = _missing(find(Reconciliation, id))
    found = [asking.look(*one, lease.tenant) for one in missing]
    with lease.transaction():
        asking.keep_seen(id, [one for one in found if one])
        _conclude(lease, locked_shop(), locked(Reconciliation, id))


def _begin(run: Reconciliation) -> None:
    """Whom to ask: the shop's gateway, and whichever stands in the books of the period."""
    if not run.asked:
        names = {this_shop().gateway, *facts.gateways(run)} - {MANUAL, ""}
        run.asked = {"todo": sorted(name for name in names if asking.known(name)), "after": ""}


def _read_on(lease: Lease, id: uuid.UUID, window: Window) -> bool:
    """Read one more page of a gateway's journal; whether there was one to be read."""
    with lease.transaction():
        asked = find(Reconciliation, id).asked
    if not asked["todo"]:
        return False
    assert lease.tenant
    name = asked["todo"][0]
    page = connect(name, lease.tenant).journal(window.begins, window.ends, asked["after"])
    with lease.transaction():
        run = locked(Reconciliation, id)
        asking.keep(run.id, name, page.movements)
        todo = asked["todo"] if page.after else asked["todo"][1:]
        run.asked = {"todo": todo, "after": page.after}
        run.read += len(page.movements)
    return True


def _missing(run: Reconciliation) -> list[asking.Missing]:
    """What is paid here and was not in a gateway's journal: perhaps it stands there on quite another day."""
    lines = _compared(run)
    wanted = {(line.gateway, line.reference, line.way) for line in lines if line.verdict is Verdict.ONLY_HERE}
    return sorted(w for w in wanted if w[0] != MANUAL and w[1] and asking.known(w[0]))[:MOST]


def _compared(run: Reconciliation) -> list[Line]:
    legs = facts.legs(run)
    return compare(legs, facts.booked([leg.id for leg in legs]), outside.theirs(run), facts.window_of(run))


def _conclude(lease: Lease, shop: Tenant, run: Reconciliation) -> None:
    """Write down what came of it. What was read of the gateways then stands in the lines."""
    lines, window = _compared(run), facts.window_of(run)
    insert_all(ReconciliationLine, (_line(run.id, no, line) for no, line in enumerate(lines, start=1)))
    insert_all(ReconciliationSum, _sums(run.id, lines, window))
    session.execute(
        sa.delete(GatewayLine).where(GatewayLine.tenant_id == here(), GatewayLine.run_id == run.id)
    )
    run.lines = len(lines)
    run.differences = sum(line.verdict is not Verdict.SAME for line in lines)
    before, run.state = run.state, RunState.COMPARED
    run.compared_at = clock.now()
    change = Change("reconciliation", run.id, before.value, run.state.value)
    record(shop, Event.RECONCILED, lease.by, [change], lines=run.lines, differences=run.differences)
    lease.finish()


def _sums(id: uuid.UUID, lines: Iterable[Line], window: Window) -> list[dict[str, Any]]:
    found, others = sums(lines, window), facts.others(window)
    return [
        {"id": uuid7(), "tenant_id": here(), "run_id": id}
        | dict(zip(("gateway", "currency", "way"), which, strict=True))
        | asdict(found.get(which, Sum()))
        | {"other": others.get(which, 0)}
        for which in sorted({*found, *others})
    ]


def _line(id: uuid.UUID, no: int, line: Line) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "tenant_id": here(),
        "run_id": id,
        "no": no,
        "verdict": line.verdict,
        "gateway": line.gateway,
        "reference": line.reference,
        "way": line.way,
        "currency": line.currency,
        "return_id": line.leg.return_id if line.leg else None,
        "stood": line.leg.state.value if line.leg else "",
        "stood_there": line.theirs.state if line.theirs else "",
        **_said("here", line.here),
        **_said("booked", line.booked),
        **_said("there", line.there or (line.theirs.said if line.theirs else None)),
    }


def _said(name: str, said: Said | None) -> dict[str, Any]:
    return {name: said.amount if said else None, f"{name}_at": said.at if said else None}
