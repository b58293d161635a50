"""Who of the staff is here, and what they may do. Flask-Login keeps the token; people say whose it is."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request, url_for
from flask import session as cookie
from flask_login import LoginManager, current_user
from htmx_flask import make_response

from portal.db import glance, scope, transaction
from portal.errors import Forbidden
from portal.people import Permission, Person, person_of, touch
from portal.people.tablets import tablet_of
from portal.web.actor import acts
from portal.web.languages import voice
from portal.web.rendering import go

View = TypeVar("View", bound=Callable[..., Any])


class Member:
    """A person as Flask-Login wants one; the id is the session's token."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, person: Person, token: str) -> None:
        self.person, self.token = person, token

    def get_id(self) -> str:
        return self.token


def me() -> Person | None:
    """The person who is signed in to this shop; None for everybody else."""
    if g.get("shop") is None:
        return None
    member = current_user._get_current_object()  # a page asks many times, and the proxy looks each time
    return member.person if isinstance(member, Member) else None


def permitted(*permissions: Permission) -> Callable[[View], View]:
    """Only for staff who may do all of these, as of now: 401 or 403 for the others.

    A view knows its permissions by `view.permissions`, which the matrix of routes and roles reads.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kw: Any) -> Any:
            person = me()
            if person is None:
                return unauthorized()
            own_pages = person.shared and not permissions
            if own_pages or not all(person.may(permission) for permission in permissions):
                raise Forbidden
            acts(person.actor)
            if person.language:
                g.voice = voice(person.language)
            return view(*args, **kw)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def unauthorized() -> Response:
    """To the sign-in, and back here after it; htmx is told to load it as a page of its own.

    At a shared tablet, to the question who is there.
    """
    address = url_for("door.who" if _at_tablet() else "door.sign_in", next=_back())
    if request.htmx:  # type: ignore[attr-defined]
        response: Response = make_response("", 401, redirect=address)
        return response
    return go(address, 302)


def token_here() -> str:
    """What this browser holds, whoever it is."""
    return str(cookie.get("_user_id", ""))


def _at_tablet() -> bool:
    with transaction(g.shop.region, g.shop.id, reading=True):
        return tablet_of(token_here()) is not None


def _back() -> str | None:
    """This page, or the page whose form was sent."""
    if request.method == "GET":
        return f"{request.script_root}{request.full_path.rstrip('?')}"
    view = current_app.view_functions.get(request.endpoint or "")
    shown = getattr(getattr(view, "redraw", None), "__name__", "")
    known = f"{request.blueprint}.{shown}" in current_app.view_functions
    return url_for(f"{request.blueprint}.{shown}", **(request.view_args or {})) if shown and known else None


def init_staff(app: Flask) -> None:
    """No remember-me cookie: it would have one path for all shops."""
    manager = LoginManager(app)
    manager.user_loader(_load)
    manager.unauthorized_handler(unauthorized)
    app.after_request(_seen)
    app.context_processor(lambda: {"me": me})


def _load(token: str) -> Member | None:
    """At a glance where something may be written: a view may still prove a password before it begins."""
    if g.get("shop") is None:
        return None
    with nullcontext() if scope.get().reading else glance() as aside:
        person = person_of(token, aside)
    return Member(person, token) if person else None


def _seen(response: Response) -> Response:
    member = g.get("_login_user")
    if isinstance(member, Member) and member.person.unseen and scope.get().tenant:
        with transaction(g.shop.region, g.shop.id):
            touch(member.person)
    return response
