"""What needs no shop, or is the same for everybody in it: files, the shop's colours, robots, health."""

from flask import Blueprint, Response, abort, g, send_from_directory, url_for

from portal.web.assets import FOLDER, VERSION
from portal.web.limits import limiter
from portal.web.rendering import go, page
from portal.web.shops import Face

house = Blueprint("house", __name__)
KEPT = "public, max-age=31536000, immutable"


@house.get("/static/<version>/<path:name>")
@limiter.exempt
def static(version: str, name: str) -> Response:
    """A file of ours. Under its own version it never changes; a page of another version gets today's."""
    response = send_from_directory(FOLDER, name, conditional=True)
    response.direct_passthrough = False
    response.get_data()  # whole, so that it is compressed
    response.headers["Cache-Control"] = KEPT if version == VERSION else "no-cache"
    return response


@house.get("/brand.css")
@limiter.exempt
def brand() -> Response:
    """The shop's three numbers. The address holds them, so a changed brand is another address."""
    shop: Face | None = g.shop
    if shop is None:
        abort(404)
    body = f":root{{--hue:{shop.hue};--chroma:{shop.chroma / 1000:g};--round:{shop.roundness / 100:g}}}\n"
    response = Response(body, mimetype="text/css")
    response.headers["Cache-Control"] = KEPT
    return response


@house.get("/robots.txt")
def robots() -> Response:
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


@house.get("/")
def front() -> Response | str:
    """A shop's shoppers begin with their order; where no shop is named there is only a word of welcome."""
    return go(url_for("shopper.find"), 302) if g.shop else page("door/front.html")
