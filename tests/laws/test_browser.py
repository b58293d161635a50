"""The browser fixtures see what they are there for: planted faults fail, expected refusals do not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser

from portal import clock
from portal.web.ritual import Portal
from tests.harness.browser import Visitor, axe, visiting
from tests.harness.time import Hands

pytestmark = pytest.mark.browser
POLICY = {"Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'"}
PLANTED = {
    "/fine": '<main><h1>Fine</h1><a href="/script.js">a word</a></main>',
    "/script": "<main><h1>x</h1></main><script>document.title = 'x'</script>",
    "/style": "<main><h1 style='color: red'>x</h1></main>",
    "/throws": "<main><h1>x</h1></main><script src='/throws.js'></script>",
    "/lost": "<main><h1>x</h1></main><img alt='x' src='/nowhere.png'>",
    "/bare": "<main><h1>x</h1><img src='/fine.png'><input></main>",
}


class Page(Flask):
    """Answers every planted path; what else is asked for is not there."""

    def wsgi_app(self, environ, start_response):  # type: ignore[no-untyped-def]
        return self._answer(environ["PATH_INFO"])(environ, start_response)

    def _answer(self, path: str) -> Response:
        if path.endswith(".js"):
            return Response("throw new Error('planted')", mimetype="text/javascript")
        if path.endswith("fine.png") or path == "/favicon.ico":
            return Response(b"", mimetype="image/png")
        if path == "/now":
            return Response(clock.now().isoformat())
        status = {"/refused": 422, "/raced": 409}.get(path, 200 if path in PLANTED else 404)
        whole = f"<!doctype html><html lang=en><title>{path}</title>{PLANTED.get(path, path)}</html>"
        return Response(whole, status, POLICY, mimetype="text/html")


@contextmanager
def planted(browser: Browser) -> Iterator[Visitor]:
    app: Portal = Page(__name__)  # type: ignore[assignment]
    with visiting(browser, app) as visitor:
        yield visitor


@pytest.mark.parametrize("path", ["/fine", "/refused", "/raced"])
def test_a_sound_page_and_an_expected_refusal_pass(chromium: Browser, path: str) -> None:
    with planted(chromium) as visitor:
        visitor.page("phone").goto(path)


@pytest.mark.parametrize("path", ["/script", "/style", "/throws", "/lost"])
def test_a_faulty_page_fails(chromium: Browser, path: str) -> None:
    with pytest.raises(AssertionError, match="faults"), planted(chromium) as visitor:
        page = visitor.page()
        page.goto(path, wait_until="networkidle")


def test_a_fault_that_the_test_is_about_may_be_expected(chromium: Browser) -> None:
    with planted(chromium) as visitor:
        visitor.expected.append("404")
        visitor.page("tablet").goto("/nowhere")


def test_axe_names_what_is_not_accessible(chromium: Browser) -> None:
    with planted(chromium) as visitor:
        page = visitor.page()
        page.goto("/fine")
        axe(page)
        page.goto("/bare")
        with pytest.raises(AssertionError, match=r"image-alt[\s\S]*label"):
            axe(page)
        axe(page, but=("image-alt", "label"))


def test_without_javascript_none_runs(chromium: Browser) -> None:
    with planted(chromium) as visitor:
        visitor.page(javascript=False).goto("/throws")


def test_the_tests_clock_counts_in_the_live_portal(chromium: Browser) -> None:
    with planted(chromium) as visitor, Hands() as hands:
        page = visitor.page()
        hands.set(datetime(2031, 5, 4, tzinfo=UTC))
        page.goto("/now")
        assert page.locator("body").inner_text().startswith("2031-05-04")
