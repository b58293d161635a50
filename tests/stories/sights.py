"""What holds of every page that somebody sees: it is accessible by day and by night, and fits its device."""

from typing import Any

from playwright.sync_api import Page

from tests.harness.browser import axe

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sound(page: Page) -> None:
    """Fail on what axe finds, light and dark, and on a page that is wider than its device."""
    axe(page)
    page.emulate_media(color_scheme="dark")
    _contrast(page)
    page.emulate_media(color_scheme="light")
    assert page.evaluate(WIDE) <= 0, f"{page.url} must be scrolled sideways"


class Eyes:
    """Looks at every page once, however often it is come to."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def __call__(self, page: Page) -> None:
        name = (page.title(), page.locator("h1").inner_text())
        if name not in self.seen:
            sound(page)
            self.seen.add(name)


def _contrast(page: Page) -> None:
    pale = too_pale(page)
    assert pale == [], f"{page.url} is hard to read in the dark:\n" + "\n".join(pale)


def too_pale(page: Page) -> list[str]:
    """Colours are all that the dark scheme changes. Axe is in the page already."""
    rule = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
    found = page.evaluate("rule => axe.run(rule)", rule)["violations"]
    return [f"{node['target']}: {node['any'][0]['message']}" for one in found for node in one["nodes"]]


class Scales:
    """Weighs what a page's browser loads, headers and all: bytes as they came over the wire."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", self._add)

    def _add(self, loaded: dict[str, Any]) -> None:
        self.bytes += loaded["encodedDataLength"]
