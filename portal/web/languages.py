"""In which language a page is said: as chosen here, as the order says, as the browser asks, else the shop's.

For the staff: as the person says, and never as an order does. A choice and an order's language are kept in
the visit.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from flask import Flask, Response, g, request, session, url_for
from flask.globals import request_ctx
from htmx_flask import make_response

from portal.i18n import LANGUAGES, Voice, primary, voice_in
from portal.web.rendering import go, partial

ASKED = "lang"  # in an address: say it in this language from now on
CHOSEN, ORDERED = "language", "order_language"
STAFF = frozenset({"desk", "dock", "door"})


def voice(staff: str = "") -> Voice:
    """For this request; `staff` is the language that a person of the staff has chosen, if they have."""
    own = [] if request.blueprint in STAFF else [session.get(ORDERED)]
    asked = (primary(tag) for tag, weight in request.accept_languages if weight > 0)
    shop = g.get("shop")
    wanted = [staff, session.get(CHOSEN), *own, *asked, *([shop.language] if shop else [])]
    return voice_in(*wanted, zone=shop.zone if shop else "UTC")


def chosen() -> Response | None:
    """Keep the language that the address asks for, and show the page without asking again."""
    if request.method != "GET" or ASKED not in request.args:
        return None
    code = request.args[ASKED]
    if code in LANGUAGES:
        session[CHOSEN] = code
        g.voice = voice()
    return go(_address()) if request.routing_exception is None else None


def speaks(language: str | None) -> None:
    """From now on this browser reads in the language of its order, if nobody chose another."""
    if session.get(ORDERED, "") != (language or ""):
        session[ORDERED] = language or ""
        g.voice = voice()


def onward(before: Voice, to: Response) -> Response:
    """The same answer; where the language is now another, htmx is told to load the page whole."""
    if primary(before.language) == primary(g.voice.language) or not partial():
        return to
    return make_response("", 200, redirect=to.location)  # type: ignore[no-any-return]


def tongues() -> Iterator[tuple[str, str, str]]:
    """(code, own name, address) of every language, this page's without an address."""
    for code in LANGUAGES:
        here = primary(g.voice.language) == code
        name = Voice(code).locale.display_name or code
        yield code, name, "" if here else _address(code)


def _address(code: str = "") -> str:
    """This page, or where its form belongs to no page the start, with what it was asked for."""
    shown = request_ctx.url_adapter and request_ctx.url_adapter.test(method="GET")
    if not shown or request.endpoint is None:
        return _query(url_for("house.front"), {ASKED: [code]} if code else {})
    asked = {name: values for name, values in request.args.lists() if name != ASKED}
    return _query(request.script_root + request.path, asked | ({ASKED: [code]} if code else {}))


def _query(path: str, asked: dict[str, list[str]]) -> str:
    pairs = [(name, value) for name, values in asked.items() for value in values]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def init_languages(app: Flask) -> None:
    """Let pages offer the languages."""
    app.jinja_env.globals["tongues"] = tongues
