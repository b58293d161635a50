"""Stock that came back: what lies where, what it is worth, and what moved."""

from typing import Any

from flask import request, url_for

from portal.inventory import Place
from portal.people import Permission
from portal.views import stock as reading
from portal.web.desk.blueprint import desk
from portal.web.desk.board import beside, spot
from portal.web.desk.wording import PLACES
from portal.web.rendering import page
from portal.web.staff import me, permitted

LONGEST = 120


@desk.get("/stock")
@permitted(Permission.READ_RETURNS)
def stock() -> str:
    """Articles by SKU, with their units at each place."""
    typed = _typed("sku")
    found = reading.levels(typed, after=_typed("after"), before=_typed("before"))
    asked: dict[str, Any] = {"sku": typed or None}
    return page(
        "desk/stock.html",
        rows=found.rows,
        pages=(
            url_for("desk.stock", **asked, before=found.before) if found.before else None,
            url_for("desk.stock", **asked, after=found.after) if found.after else None,
        ),
        typed=typed,
        totals=reading.totals(),
        **_common(),
    )


@desk.get("/stock/movements")
@permitted(Permission.READ_RETURNS)
def movements() -> str:
    """The newest first."""
    sku, name = _typed("sku"), request.args.get("place", "")
    place = Place(name) if name in {p.value for p in Place} else None
    found = reading.movements(sku, place, spot())
    return page(
        "desk/movements.html",
        rows=found.rows,
        pages=beside("desk.movements", found, sku=sku or None, place=place and place.value),
        sku=sku,
        place=place,
        **_common(),
    )


@desk.get("/stock/without-cost")
@permitted(Permission.READ_RETURNS, Permission.READ_BOOKS)
def uncosted() -> str:
    """Units that the books could not take, because nobody knows what they cost."""
    found = reading.uncosted(spot())
    return page("desk/uncosted.html", rows=found.rows, pages=beside("desk.uncosted", found), **_common())


def _typed(name: str) -> str:
    text = request.args.get(name, "")[:LONGEST].strip()
    return text if text.isprintable() else ""


def _common() -> dict[str, Any]:
    """What stock is worth is for those who read the books."""
    person = me()
    books = person is not None and person.may(Permission.READ_BOOKS)
    return {
        "inside": reading.INSIDE,
        "words": PLACES,
        "books": books,
        "values": reading.values() if books else {},
        "without_cost": reading.uncosted_units() if books else 0,
    }
