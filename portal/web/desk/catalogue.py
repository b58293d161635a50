"""The catalogue: what the shop sells, and how many there are."""

import uuid
from typing import Any

from flask import request, url_for

from portal.i18n import say
from portal.people import Permission
from portal.views import catalogue as reading
from portal.views.catalogue import Kind, Wish
from portal.web.desk.blueprint import desk
from portal.web.desk.board import LONGEST, beside, spot
from portal.web.rendering import go, page
from portal.web.staff import me, permitted

KINDS = {
    Kind.ALL: say("All articles"),
    Kind.OUT: say("Out of stock"),
    Kind.UNTRACKED: say("Not tracked"),
    Kind.INACTIVE: say("Not offered"),
}
FIRST = 100  # variants that are shown until somebody asks for all


@desk.get("/stock/catalogue")
@permitted(Permission.READ_RETURNS)
def catalogue() -> Any:
    """Variants by SKU. What only one of them is leads to its product."""
    wish, begin = _wished(), spot()
    found = reading.variants(wish, begin)
    if wish.typed and len(found.rows) == 1 and not begin.anchor:
        return go(url_for("desk.product", id=found.rows[0].product_id))
    asked = {"q": wish.typed or None, "kind": wish.kind.value or None}
    pages = beside("desk.catalogue", found, **asked)
    return page("desk/catalogue.html", rows=found.rows, wish=wish, pages=pages, kinds=KINDS)


def _wished() -> Wish:
    typed, kind = request.args.get("q", "")[:LONGEST].strip(), request.args.get("kind", "")
    known = kind in {k.value for k in Kind}
    return Wish(Kind(kind) if known else Kind.ALL, typed if typed.isprintable() else "")


@desk.get("/stock/catalogue/<uuid:id>")
@permitted(Permission.READ_RETURNS)
def product(id: uuid.UUID) -> str:
    """One product with its variants, and what each level is made of."""
    found = reading.whole(id)
    person = me()
    return page(
        "desk/product.html",
        product=found.product,
        variants=found.variants if request.args.get("variants") == "all" else found.variants[:FIRST],
        all=len(found.variants),
        names=found.names,
        books=person is not None and person.may(Permission.READ_BOOKS),
    )
