"""A browser without pictures, at the door of one shop."""

from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.harness.lawful import faults
from tests.harness.pages import Element, read, sent_by

HTMX = {"HX-Request": "true"}


class LawfulClient(FlaskClient):
    """Looks at every page it gets: one that breaks a law of pages fails the test."""

    def open(self, *args: Any, **kw: Any) -> TestResponse:
        answer = super().open(*args, **kw)
        if answer.mimetype == "text/html" and answer.request.method != "HEAD":
            broken = faults(answer.text, answer.request.path)
            assert broken == [], f"{answer.request.path} breaks laws of pages:\n" + "\n".join(broken)
        return answer


class ShopClient(LawfulClient):
    """Paths are the shop's: `get("/status")` asks for /acme/status. `htmx=True` asks as htmx does."""

    slug = "acme"

    def open(self, *args: Any, htmx: bool = False, **kw: Any) -> TestResponse:
        if args and isinstance(args[0], str):
            args = (self.inside(args[0]), *args[1:])
        if htmx:
            kw["headers"] = {**HTMX, **kw.get("headers", {})}
        return super().open(*args, **kw)

    def inside(self, path: str) -> str:
        """The address as the shop's; one that is already so, or is complete, stays."""
        home = f"/{self.slug}"
        outside = not path.startswith("/") or path == home or path.startswith(f"{home}/")
        return path if outside else home + path

    def send(self, page: TestResponse, to: str = "", *, htmx: bool = False, **typed: Any) -> TestResponse:
        """Send the page's form whose action ends with `to` (the only one, if empty), with these fields typed.

        A value of None leaves the field out. The form goes to its action, by its method.
        """
        form = form_of(read(page.text), to)
        fields: dict[str, Any] = {**sent_by(form), **typed}
        fields = {name: value for name, value in fields.items() if value is not None}
        address = form.get("action") or page.request.path
        if form.get("method").lower() == "get":
            return self.get(address, query_string=fields, htmx=htmx)
        return self.post(address, data=fields, htmx=htmx)


def form_of(page: Element, to: str = "") -> Element:
    """The form with this end of its action; AssertionError unless there is exactly one."""
    forms = [f for f in page.all("form") if urlsplit(f.get("action")).path.endswith(to)]
    assert len(forms) == 1, f"{len(forms)} forms to {to!r}: {[f.get('action') for f in page.all('form')]}"
    return forms[0]
