"""Pages for what goes wrong, whole or as a part. A refused command is drawn by its own page again."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Response, current_app, g, make_response, redirect, request
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal.errors import Conflict, Forbidden, NotFound, Refusal
from portal.i18n import Message, say
from portal.web import operations
from portal.web.problems import Fault, of_api, problem
from portal.web.rendering import page, tell

View = TypeVar("View", bound=Callable[..., Any])

CHANGED = say("Somebody else changed this at the same moment. Below is how it stands now.")
TEXTS: dict[int, tuple[Message, Message]] = {
    400: (say("This did not arrive whole"), say("Go back, load the page again, and send it once more.")),
    401: (say("Please sign in"), say("Your session has ended. Sign in, then come back to this page.")),
    403: (say("This is not yours to do"), say("Ask somebody who may, or go back.")),
    404: (say("There is nothing here"), say("The address may be mistyped, or what was here is gone.")),
    405: (say("This cannot be opened like that"), say("Go back, and use the page's own buttons.")),
    409: (say("Somebody was faster"), CHANGED),
    413: (say("That file is too large"), say("Send a smaller one, or send it in pieces.")),
    422: (say("This cannot be done"), say("Go back and look at it again.")),
    429: (say("That was very often"), say("Wait a few minutes, then try again.")),
    500: (say("Something broke on our side"), say("Nothing was changed. Try again in a moment.")),
    503: (say("We are busy just now"), say("Nothing was changed. Try again in a moment.")),
}
SESSION_OVER = say("Your session ended while the page was open. Load it again; nothing was changed.")


def redrawn(by: Callable[..., Any]) -> Callable[[View], View]:
    """When this view's command is refused, `by` draws the page again, with the view's own arguments.

    `by` runs after the rollback and can only read; a form that it makes holds what was typed.
    """

    def mark(view: View) -> View:
        view.redraw = by  # type: ignore[attr-defined]
        return view

    return mark


def refused(error: Refusal) -> Response:
    """409 or 422: the page of the command as it now is, with the reason on top or at its field."""
    conflict = isinstance(error, Conflict)
    code = 409 if conflict else 422
    g.refused, g.refusal = error, ("brand" if conflict else "bad", error.message)
    return _again(code) or _plain(code, error.message)


def _for_program(code: int, why: Message | None) -> Response:
    """The API's answer. The reason of a refusal stands at the field that it is about."""
    refusal = g.get("refused")
    places = [Fault(f"/{refusal.field}", str(refusal.message))] if refusal and refusal.field else []
    return problem(code, str(why) if why else "", places)


def _again(code: int) -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    redraw = getattr(view, "redraw", None)
    if redraw is None:
        return None
    try:
        drawn = make_response(redraw(**(request.view_args or {})))
    except (Refusal, NotFound, Forbidden):
        return None
    if 300 <= drawn.status_code < 400:
        return _elsewhere(drawn)
    drawn.status_code = code
    return drawn


def _elsewhere(drawn: Response) -> Response:
    """The page is no longer where the thing is: say it there, where nothing stays typed."""
    if g.get("refusal"):
        tone, why = g.refusal
        tell(CHANGED if why == operations.CHANGED else why, tone)
    return drawn


def _plain(code: int, why: Message | None = None) -> Response:
    if of_api():
        return _for_program(code, why)
    title, text = TEXTS.get(code, TEXTS[500 if code >= 500 else 400])
    drawn = page("errors/page.html", audience=_audience(), title=title, text=why or text, code=code)
    return make_response(drawn, code)


def _page_of_form() -> Any:
    """The page that a form stands on, for whoever opens the form's own address.

    That stands in the address line once the form was shown again, and is loaded anew or sent to a colleague.
    """
    path, query = request.path, request.query_string.decode("ascii", "ignore")
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        if _opens(path):
            return redirect(request.script_root + quote(path) + (f"?{query}" if query else ""), 303)
    return None


def _opens(path: str) -> bool:
    adapter = request_ctx.url_adapter
    try:
        return adapter is not None and bool(adapter.match(path, "GET"))
    except HTTPException:
        return False


def _audience() -> str:
    """The staff's pages have no one signed in when they break, so the door stands in for them."""
    public = (request.blueprint or "").split(".")[0] not in {"desk", "behalf", "dock"}
    return "shopper" if g.get("shop") and public else "door"


def init_errors(app: Flask) -> None:
    """Answer every failure with a page of ours."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda error: _plain(400, SESSION_OVER))
    app.register_error_handler(NotFound, lambda error: _plain(404))
    app.register_error_handler(Forbidden, lambda error: _plain(403))
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(IntegrityError, _raced)
    app.register_error_handler(StaleDataError, _raced)
    app.register_error_handler(OperationalError, _busy)


def _raced(error: Exception) -> Response:
    current_app.log_exception(sys.exc_info())
    return refused(Conflict(CHANGED))


def _busy(error: OperationalError) -> Response:
    current_app.log_exception(sys.exc_info())
    return _plain(503)


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if error.code == 405 and request.method == "GET" and not of_api() and (home := _page_of_form()):
        return home
    response = _plain(error.code)
    kept = {"Retry-After", "Allow"}
    response.headers.extend([(k, v) for k, v in error.get_headers() if k in kept])
    return response
