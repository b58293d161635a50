"""A request finds its shop once, at the door: by the host's name, or else by the first segment of its path.

The door opens no database. It says which shop is meant; the application looks it up.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface

from portal.tenants.naming import RESERVED

SLUG = re.compile(r"/([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)(/.*)?\Z", re.DOTALL)


class Door:
    """WSGI middleware. Sets `portal.shop` to ("domain", host) or ("slug", slug), or leaves it out.

    A slug moves from PATH_INFO to SCRIPT_NAME, so routes are written once and links come out right.
    """

    def __init__(self, app: WSGIApplication, house_hosts: Collection[str]) -> None:
        self.app, self.house_hosts = app, house_hosts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("portal.shop", None)
        host = _host(environ)
        found = SLUG.match(environ.get("PATH_INFO", ""))
        if host not in self.house_hosts:
            environ["portal.shop"] = ("domain", host)
        elif found and found[1] not in RESERVED:
            environ["portal.shop"] = ("slug", found[1])
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/" + found[1]
            environ["PATH_INFO"] = found[2] or "/"
        return self.app(environ, start_response)


def _host(environ: WSGIEnvironment) -> str:
    named = str(environ.get("HTTP_HOST", ""))
    bare = named.rsplit("]", 1)[0] + "]" if named.startswith("[") else named.rsplit(":", 1)[0]
    return bare.lower().rstrip(".")


class PerShopSession(SecureCookieSessionInterface):
    """A session cookie per shop: its path is the shop's, and its signature is worth nothing at another's."""

    def get_cookie_path(self, app: Flask) -> str:
        return request.script_root or "/"

    def get_signing_serializer(self, app: Flask) -> Any:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.salt = b"session/" + repr(request.environ.get("portal.shop")).encode()
        return serializer
