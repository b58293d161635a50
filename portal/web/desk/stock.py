"""Stock that came back: what lies where, and what moved."""

from flask import request, url_for

from portal.inventory import Place
from portal.people import Permission
from portal.views import stock as reading
from portal.web.desk.blueprint import desk
from portal.web.desk.board import beside, spot
from portal.web.desk.wording import PLACES
from portal.web.rendering import page
from portal.web.staff import permitted

LONGEST = 120


@desk.get("/stock")
@permitted(Permission.READ_RETURNS)
def stock() -> str:
    """Articles by SKU, with their units at each place."""
    typed, after = request.args.get("sku", "")[:LONGEST].strip(), request.args.get("after", "")[:LONGEST]
    found = reading.levels(typed, after)
    return page(
        "desk/stock.html",
        rows=found.rows,
        first=url_for("desk.stock", sku=typed or None) if after else None,
        after=url_for("desk.stock", sku=typed or None, after=found.after) if found.after else None,
        typed=typed,
        inside=reading.INSIDE,
        totals=reading.totals(),
        words=PLACES,
    )


@desk.get("/stock/movements")
@permitted(Permission.READ_RETURNS)
def movements() -> str:
    """The newest first."""
    sku, name = request.args.get("sku", "")[:LONGEST].strip(), request.args.get("place", "")
    place = Place(name) if name in {p.value for p in Place} else None
    found = reading.movements(sku, place, spot())
    return page(
        "desk/movements.html",
        rows=found.rows,
        pages=beside("desk.movements", found, sku=sku or None, place=place and place.value),
        sku=sku,
        place=place,
        inside=reading.INSIDE,
        totals=reading.totals(),
        words=PLACES,
    )
