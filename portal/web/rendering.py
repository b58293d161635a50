"""One template, two outputs: a whole page, or for htmx the part of it that changes."""

from typing import Any

from flask import (
    Flask,
    Response,
    flash,
    g,
    get_flashed_messages,
    make_response,
    render_template,
    request,
    session,
)

from portal.i18n import Message, dump, load
from portal.web.forms import leads, sends, tie
from portal.web.saying import init_saying

Region = tuple[str, dict[str, Any]]
FEW = 3  # are kept to be said: the session is a cookie, and browsers drop one that is too large
SHAPES = {"shopper": "stack loose", "desk": "stack", "dock": "bench"}  # the classes of #main


def partial() -> bool:
    """Whether to answer with a part. Boosted and history requests want the whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, *, audience: str = "", **values: Any) -> str:
    """A page. Its layout is its audience's (by default its template's folder), or the fragment's.

    Templates begin with {% extends layout %}.
    """
    folder = audience or template.partition("/")[0]
    shop = g.get("shop")
    values["layout"] = "layouts/fragment.html" if partial() else f"layouts/{folder}.html"
    values["tongued"] = folder in {"shopper", "door"}
    values["house"] = shop.name if shop and folder == "shopper" else "Homeward"
    return render_template(template, shape=SHAPES.get(folder, ""), **values)


def regions(*parts: Region, message: Message | None = None, tone: str = "good") -> str:
    """A reply of regions, (partial template, its values) each: the first is the target, the others go out
    of band. Partials get `oob`, to stand in their root element. A message goes to the live region."""
    note = (tone, message) if message else None
    return render_template("parts/regions.html", parts=parts, note=note)


def tell(message: Message, tone: str = "good") -> None:
    """Say this on the next page that is drawn: once, and of many only the last."""
    flash([tone, dump(message)])  # type: ignore[arg-type]
    said = session["_flashes"]
    session["_flashes"] = [note for n, note in enumerate(said, 1) if note not in said[n:]][-FEW:]


def told() -> list[tuple[str, Message]]:
    """What the page should say first: what was told, and why a command was refused."""
    refusal = g.get("refusal")
    kept: list[Any] = get_flashed_messages()
    said = [(tone, load(message)) for tone, message in kept]
    return [*said, *([refusal] if refusal else [])]


def go(address: str, code: int = 303) -> Response:
    """See there. htmx follows it too, and keeps asking for a part."""
    response = make_response("", code)
    response.location = address
    return response


def init_rendering(app: Flask) -> None:
    """Give templates what they draw with."""
    init_saying(app)
    app.jinja_env.globals.update(sends=sends, leads=leads, tie=tie, told=told)
