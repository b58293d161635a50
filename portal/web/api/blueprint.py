"""The API's blueprint: who comes in, and what is noted of it. Keys alone count here, never a cookie."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, g, request
from flask_limiter.util import get_remote_address
from sqlalchemy.exc import OperationalError

from portal.db import scope as scope_of_work
from portal.db import transaction
from portal.people.keys import Key, key_of, touch_key, works
from portal.people.scopes import KeyScope
from portal.people.sessions import hash_of
from portal.web.actor import acts
from portal.web.limits import limiter
from portal.web.problems import Wrong, told
from portal.web.shops import this_face

View = TypeVar("View", bound=Callable[..., Any])
OFTEN = "600 per minute"  # for each key

api = Blueprint("api", __name__, url_prefix="/api")
api.register_error_handler(Wrong, told)


def brought() -> str:
    """The secret that came along, or nothing."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _bucket() -> str:
    return hash_of(brought())[:32] if brought() else str(get_remote_address())


limiter.limit(OFTEN, key_func=_bucket)(api)


def keyed(scope: KeyScope) -> Callable[[View], View]:
    """Only for a key of this shop that works and has the scope: 401 or 403 for all others, also for one that
    is revoked while its request waits.

    The key is looked up beside the request's transaction, which the view may still open as it likes. A view
    knows its scope by `view.scope`, which the matrix of the API reads.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kw: Any) -> Any:
            key = _key()
            if scope not in key.scopes:
                raise Wrong(403, f"The key lacks the scope {scope.value}.")
            answer = view(*args, **kw)
            if not scope_of_work.get().reading and not works(key):
                raise Wrong(401)
            return answer

        guarded.scope = scope  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def _key() -> Key:
    """One answer for none, unknown, revoked and another shop's."""
    with transaction(this_face().region, this_face().id, reading=True):
        key = key_of(brought()) if brought() else None
    if key is None:
        raise Wrong(401)
    g.api_key = key
    acts(key.actor)
    return key


@api.after_request
def _noted(answer: Response) -> Response:
    """When the key was last used, now and then. Not to have noted it is no reason to fail."""
    key = g.get("api_key")
    if isinstance(key, Key) and key.unnoted:
        with suppress(OperationalError), transaction(this_face().region, this_face().id):
            touch_key(key.id)
    return answer
