"""What needs no shop, or is the same for everybody in it: files, the shop's colours, robots, health."""

import uuid
from functools import lru_cache

import brotli
from flask import Blueprint, Response, abort, g, request, send_from_directory, url_for

from portal.tenants.logos import logo_of
from portal.web.assets import FOLDER, VERSION
from portal.web.limits import limiter
from portal.web.painting import painted
from portal.web.rendering import go, page
from portal.web.shops import Face

house = Blueprint("house", __name__)
SQUEEZED = (".css", ".js", ".svg", ".txt")
KEPT = "public, max-age=31536000, immutable"


@house.get("/static/<version>/<path:name>")
@limiter.exempt
def static(version: str, name: str) -> Response:
    """A file of ours. Under its own version it never changes; a page of another version gets today's."""
    response = send_from_directory(FOLDER, name, conditional=True)
    if response.status_code == 200 and request.accept_encodings["br"] and name.endswith(SQUEEZED):
        response = Response(_small(name), mimetype=response.mimetype, headers={"Content-Encoding": "br"})
        response.vary.add("Accept-Encoding")
    response.direct_passthrough = False
    response.get_data()  # whole, so that it is compressed for others too
    response.headers["Cache-Control"] = KEPT if version == VERSION else "no-cache"
    return response


@lru_cache
def _small(name: str) -> bytes:
    """A file of ours, as small as it gets; done once in a process."""
    return brotli.compress((FOLDER / name).read_bytes(), quality=11)  # type: ignore[no-any-return]


@house.get("/brand.css")
@limiter.exempt
def brand() -> Response:
    """The shop's colours. The address holds them, so a changed brand is another address."""
    shop: Face | None = g.shop
    if shop is None:
        abort(404)
    response = Response(painted(shop.main, shop.accent, shop.ground, shop.roundness), mimetype="text/css")
    response.headers["Cache-Control"] = KEPT
    return response


@house.get("/brand/<uuid:id>.png")
@limiter.exempt
def logo(id: uuid.UUID) -> Response:
    """The shop's logo, also one of earlier days: mails still point to it."""
    data = logo_of(id) if g.shop else None
    if data is None:
        abort(404)
    response = Response(data, mimetype="image/png")
    response.headers["Cache-Control"] = KEPT
    return response


@house.get("/robots.txt")
def robots() -> Response:
    """Search engines read a shop's policy, and nothing else."""
    allowed = "Allow: /policy\nAllow: /*/policy\n"
    return Response(f"User-agent: *\n{allowed}Disallow: /\n", mimetype="text/plain")


@house.get("/")
def front() -> Response | str:
    """A shop's shoppers begin with their order; where no shop is named there is only a word of welcome."""
    return go(url_for("shopper.find"), 302) if g.shop else page("door/front.html")
