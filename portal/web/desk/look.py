"""A picture of what a shop's three numbers look like, by day and by night."""

from flask import Response, render_template, request

from portal.people import Permission
from portal.tenants.settings import RANGES
from portal.web.desk.blueprint import desk
from portal.web.shops import this_face
from portal.web.staff import permitted


@desk.get("/settings/look.svg")
@permitted(Permission.EDIT_SHOP)
def look_picture() -> Response:
    """The numbers of the address; those of the shop where it has none."""
    numbers = {name: _number(name, most) for name, most in RANGES.items()}
    return Response(render_template("desk/look.svg", **numbers), mimetype="image/svg+xml")


def _number(name: str, most: int) -> int:
    text = request.args.get(name, "")
    fits = text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= most
    return int(text) if fits else int(getattr(this_face(), name))
