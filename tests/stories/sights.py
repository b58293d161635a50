"""What holds of every page that somebody sees: it is accessible by day and by night, and fits its device."""

from axe_playwright_python.sync_playwright import Axe
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


def _contrast(page: Page) -> None:
    """Colours are all that the dark scheme changes."""
    rule = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found = Axe().run(page, options=rule).response["violations"]
    pale = [f"{node['target']}: {node['any'][0]['message']}" for one in found for node in one["nodes"]]
    assert pale == [], f"{page.url} is hard to read in the dark:\n" + "\n".join(pale)
