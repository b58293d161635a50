"""Taking an export away when its time is over."""

from datetime import timedelta

from portal.audit import Change, Event, record
from portal.db import locked
from portal.exports.folders import MANIFEST, folder_of, name_of, sweep
from portal.exports.models import Export, ExportState
from portal.jobs import Lease, handler
from portal.tenants import Tenant, locked_shop


@handler("export.remove")
def remove(lease: Lease) -> None:
    """Its files first: where the rest fails, it is done again, and what is gone stays gone.

    One that was never written goes as well, and with it what a failed try may have left.
    """
    shop, export = locked_shop(), locked(Export, lease.ref("export"))
    if export.state is ExportState.REMOVED:
        return
    left = export.kept_until - lease.held[1]
    if left > timedelta():
        lease.later(left)
        return
    _unlink(lease.region, shop, export)
    before, export.state = export.state, ExportState.REMOVED
    change = Change("export", export.id, before.value, export.state.value)
    record(shop, Event.EXPORT_REMOVED, lease.by, [change], kind=export.kind.value)


def _unlink(region: str | None, shop: Tenant, export: Export) -> None:
    folder, name = folder_of(region, shop.slug), name_of(export, shop.slug)
    sweep(folder, export.id)
    for gone in (name, name + MANIFEST):
        (folder / gone).unlink(missing_ok=True)
