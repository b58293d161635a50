"""A real browser at a live portal. A page that errs, or breaks its content policy, fails the test."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect
from werkzeug.serving import make_server

from portal.web.ritual import Portal
from tests.harness import chromium
from tests.harness.time import shown

Device = Literal["phone", "tablet", "desktop"]
SIZES: dict[Device, tuple[int, int]] = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 900)}
FLAGS = (
    "--disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()
EXPECTED = re.compile(r"status of (409|422)\b")  # Chromium reports every such answer as an error
WAIT = 10_000  # milliseconds
expect.set_options(timeout=WAIT)


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    path = chromium.of_system()
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    browser = playwright.chromium.launch(executable_path=path, args=flags)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def serving(app: Portal) -> Iterator[str]:
    """The portal on a port of its own, in threads; yields its address. The test's clock counts there."""
    portal = app.wsgi_app

    def timed(environ: Any, start_response: Any) -> Any:
        with shown():
            return portal(environ, start_response)

    server = make_server("127.0.0.1", 0, timed, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Visitor:
    """Opens pages on devices, and remembers what went wrong in them.

    `expected` are patterns of console errors that the test is about, for example a refusal with 404.
    """

    browser: Browser
    address: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, device: Device = "desktop", *, javascript: bool = True, **settings: Any) -> Page:
        """A page of a new visitor, with cookies of its own; addresses like /acme/ are the portal's."""
        width, height = SIZES[device]
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            has_touch=device != "desktop",
            is_mobile=device == "phone",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            **settings,
        )
        context.set_default_timeout(WAIT)
        context.on("page", self._watch)
        self.contexts.append(context)
        return context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("crash", lambda _: self.faults.append(f"{page.url}: crashed"))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        text = message.text
        expected = EXPECTED.search(text) or any(re.search(pattern, text) for pattern in self.expected)
        if (message.type == "error" or "Content Security Policy" in text) and not expected:
            self.faults.append(f"{message.location.get('url', '')}: {text}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert self.faults == [], "the browser found faults:\n" + "\n".join(self.faults)


@contextmanager
def visiting(browser: Browser, app: Portal) -> Iterator[Visitor]:
    with serving(app) as address:
        visitor = Visitor(browser, address)
        with ExitStack() as stack:
            stack.callback(visitor.close)
            yield visitor


def axe(page: Page, *, but: tuple[str, ...] = ()) -> None:
    """Fail on every WCAG 2.2 A and AA rule that the page breaks; `but` are rule ids that the test excuses."""
    broken = violations(page, but=but)
    assert broken == [], f"{page.url} is not accessible:\n" + "\n".join(broken)


def violations(page: Page, *, but: tuple[str, ...] = ()) -> list[str]:
    """The rules that the page breaks, each with the first places."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    only = {"runOnly": tags, "resultTypes": ["violations"]}
    found = Axe().run(page, options=only).response["violations"]
    return [_say(rule) for rule in found if rule["id"] not in but]


def _say(rule: dict[str, Any]) -> str:
    places = [" ".join(map(str, node["target"])) for node in rule["nodes"]]
    return f"{rule['id']}: {rule['help']} at {'; '.join(places[:5])}"
