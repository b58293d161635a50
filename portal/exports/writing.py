"""The job that writes an export: from one snapshot, into a file that gets its name when it is whole.

A worker that is killed leaves a part that nobody reads; whoever takes the job begins anew.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from portal import clock, config
from portal.audit import Change, Event, record
from portal.db import find, locked, snapshot
from portal.exports.folders import MANIFEST, Draft, drafting, folder_of, keep, name_of, sweep
from portal.exports.kinds import STREAMS
from portal.exports.models import Export, ExportState
from portal.exports.sealing import manifest
from portal.exports.shapes import shaped
from portal.jobs import Lease, Rules, handler
from portal.tenants import Tenant, locked_shop, this_shop

TELL = 1000  # rows between two signs of progress, which keep the lease as well
RULES = Rules(most=6, first=timedelta(seconds=10), lease=timedelta(minutes=5), evidence=True)
HOME = "home"  # what the home database is called where a region is named


@dataclass(frozen=True)
class Written:
    """What a whole file holds, and what was true when it was read."""

    name: str
    rows: int
    facts: dict[str, Any]


@handler("export.write", RULES, stepwise=True)
def write(lease: Lease) -> None:
    """Write it, unless it is written or was given up meanwhile."""
    id = lease.ref("export")
    with lease.transaction():
        if find(Export, id).state is not ExportState.ORDERED:
            lease.finish()
            return
        folder = folder_of(lease.region, this_shop().slug)
        sweep(folder, id)
    with drafting(folder, id, lease.fence) as draft:
        written = _written(lease, id, draft)
        _publish(lease, folder, draft, written)


def _written(lease: Lease, id: uuid.UUID, draft: Draft) -> Written:
    """Read everything in one snapshot; between its rows the lease is told how far it is."""
    with snapshot(lease.region, lease.tenant):
        export, shop = find(Export, id), this_shop()
        stream, period = STREAMS[export.kind], export.period
        facts = {**_facts(export, shop, lease.region), **stream.facts(period)}
        name, rows = name_of(export, shop.slug), 0
        tell = _teller(lease, id, stream.count(period))
        for text, more in shaped(export.format, stream, period):
            draft.write(text)
            rows += more
            if more and rows % TELL == 0:
                tell(rows)
    draft.close()
    seal = {"file": name, "rows": rows, "bytes": draft.size, "sha256": draft.sha256}
    return Written(name, rows, {**facts, **seal})


def _facts(export: Export, shop: Tenant, region: str | None) -> dict[str, Any]:
    days = {"since": export.since, "until": export.until}
    return {
        "region": region or HOME,
        "shop": {"id": str(shop.id), "slug": shop.slug},
        "export": str(export.id),
        "kind": export.kind.value,
        "format": export.format.value,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "zone": export.zone,
        "columns": list(STREAMS[export.kind].columns),
        "read_at": clock.now().isoformat(timespec="seconds"),
        "trail": {"no": shop.trail_no, "hash": shop.trail_hash},
    }


def _teller(lease: Lease, id: uuid.UUID, expected: int) -> Callable[[int], None]:
    def tell(rows: int) -> None:
        with lease.transaction():
            export = locked(Export, id)
            export.rows, export.expected = rows, max(rows, expected)

    tell(0)
    return tell


def _publish(lease: Lease, folder: Path, draft: Draft, written: Written) -> None:
    """Name the file and say that it is there, while nobody else can hold the job."""
    id = lease.ref("export")
    with drafting(folder, id, lease.fence, MANIFEST) as beside:
        beside.write(manifest(written.facts))
        beside.close()
        with lease.transaction(last=True):
            shop, export = locked_shop(), locked(Export, id)
            if export.state is ExportState.ORDERED:
                keep(folder, (beside, written.name + MANIFEST), (draft, written.name))
                _ready(lease, shop, export, written)
            lease.finish()


def _ready(lease: Lease, shop: Tenant, export: Export, written: Written) -> None:
    now, facts = clock.now(), written.facts
    before, export.state = export.state, ExportState.READY
    export.file, export.size, export.sha256 = written.name, facts["bytes"], facts["sha256"]
    export.rows = export.expected = written.rows
    export.ready_at, export.kept_until = now, now + timedelta(days=config.current().export_days)
    change = Change("export", export.id, before.value, export.state.value)
    said: dict[str, Any] = {"kind": export.kind.value, "format": export.format.value, "rows": written.rows}
    record(shop, Event.EXPORT_WRITTEN, lease.by, [change], **said, sha256=export.sha256)
