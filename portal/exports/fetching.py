"""Handing an export out. Every time stands in the trail."""

import uuid
from pathlib import Path
from typing import Any

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import find, scope
from portal.errors import NotFound
from portal.exports.folders import MANIFEST, folder_of
from portal.exports.models import Export, ExportState
from portal.tenants import locked_shop


def fetch(id: uuid.UUID, by: Actor, *, beside: bool = False) -> Path:
    """Where the file (or the manifest beside it) lies, once the trail says who has it. Locks the shop.

    Raises NotFound where it is not ready, its time is over, or it is not on the disk.
    """
    shop, export = locked_shop(), find(Export, id)
    path = folder_of(scope.get().region, shop.slug) / (export.file + (MANIFEST if beside else ""))
    over = export.state is not ExportState.READY or export.kept_until <= clock.now()
    if over or not path.is_file():
        raise NotFound("Export")
    part = "manifest" if beside else "file"
    facts: dict[str, Any] = {"kind": export.kind.value, "format": export.format.value, "part": part}
    record(shop, Event.EXPORT_FETCHED, by, [Change("export", export.id)], **facts)
    return path
