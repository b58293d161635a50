"""What `make screens` does with every page, with one of each audience; and a fault that it must see."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.harness.apps import portal_on
from tests.harness.browser import serving
from tests.harness.databases import Databases
from tests.harness.time import Hands
from tests.harness.world import NOON, World, worked
from tests.screens.looking import Door, Scene, Studio, faults

pytestmark = pytest.mark.browser
PAGES = {"en": "shopper.resolution", "de": "desk.trail", "he": "dock.counted"}
PLANTED = """() => {
  const heading = document.querySelector("h1");
  heading.style.minWidth = "1500px";
  heading.after(document.createElement("input"));
}"""


def test_a_page_of_each_audience_is_sound_and_a_planted_fault_is_seen(
    databases: Databases, chromium: Browser
) -> None:
    with ExitStack() as stack:
        app = stack.enter_context(portal_on(databases, worked))
        stack.enter_context(Hands()).set(NOON)
        home, world = stack.enter_context(serving(app)), World(app)
        came = Door(world)
        for language, name in PAGES.items():
            studio = Studio(world, chromium, home, language, came=came)
            stack.callback(studio.close)
            scene = Scene(name, f"GET {name}")
            page = stack.enter_context(studio.open(scene))
            assert page.locator("html").get_attribute("lang") == language
            assert list(faults(page, scene.device)) == []
        page.evaluate(PLANTED)
        named = "\n".join(faults(page, scene.device))
        assert "too wide at 390 px" in named and "label: " in named
