"""The field that always listens, and what waits on the dock."""

import uuid
from typing import Any

from flask import request, url_for

from portal.people import Permission
from portal.tenants import this_shop
from portal.tenants.current import public_address
from portal.views.dock import queue
from portal.views.exchanges import how_many_to_send, numbered
from portal.views.oddities import stray_of, strays
from portal.views.scanning import Scan, scanned
from portal.web.dock.blueprint import dock
from portal.web.rendering import go, page
from portal.web.shops import this_face
from portal.web.staff import permitted


@dock.get("")
@permitted(Permission.WORK_DOCK)
def scan() -> Any:
    """What waits. With a code in the query: to the return that it stands for, or what one can do."""
    stray = stray_of(request.args.get("code", "")[:40])
    if stray:
        return go(url_for("dock.stray", id=stray))
    leaving = _outgoing(request.args.get("code", ""))
    if leaving:
        return go(url_for("dock.outgoing", id=leaving))
    found = _look_up(request.args.get("code", ""))
    if found and found.one:
        return go(url_for("dock.counted", id=found.one.id))
    return page(
        "dock/scan.html",
        found=found,
        queue=queue(this_face().zone),
        strays=strays(),
        to_send=how_many_to_send(),
    )


def _outgoing(code: str) -> uuid.UUID | None:
    """The parcel that goes out under this number, which says so itself."""
    number = code.strip()[:40]
    return numbered(number) if number.upper().startswith("EX-") else None


def _look_up(code: str) -> Scan | None:
    if not code.strip():
        return None
    here = request.host_url.rstrip("/") + request.script_root
    return scanned(code, {public_address(this_shop()), here})
