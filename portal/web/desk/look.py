"""A picture of what a shop's colours look like, by day and by night."""

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request

from portal.people import Permission
from portal.tenants.colours import COLOUR, by_day, by_night, hue_of
from portal.tenants.dress import COLOURS, ROUNDEST
from portal.web.desk.blueprint import desk
from portal.web.shops import this_face
from portal.web.staff import permitted


@desk.get("/branding/look.svg")
@permitted(Permission.EDIT_SHOP)
def look_picture() -> Response:
    """Those of the address, each without its #; those of the shop where it has none."""
    typed = {name: "#" + request.args.get(name, "") for name in COLOURS}
    look = look_from({**typed, "roundness": request.args.get("roundness", "")})
    colours = [look[name] for name in COLOURS]
    sides = {"day": by_day(*colours), "night": by_night(*colours)}
    drawn = render_template("desk/look.svg", roundness=look["roundness"], hue=hue_of(colours[0]), **sides)
    return Response(drawn, mimetype="image/svg+xml")


def look_from(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, where it is a colour or a number that fits; what the shop shows, where it is none."""
    face, number = this_face(), str(typed["roundness"])
    look = {n: typed[n] if COLOUR.fullmatch(typed[n] or "") else getattr(face, n) for n in COLOURS}
    fits = number.isascii() and number.isdigit() and len(number) <= 3 and int(number) <= ROUNDEST
    return {**look, "roundness": int(number) if fits else face.roundness}
