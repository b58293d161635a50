"""What htmx is sent is a part of the page that everybody else gets."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.pages import Element, read
from tests.harness.world import World, worked
from tests.laws.access import Visit, routes
from tests.laws.matrix import ROWS
from tests.laws.test_statements import visitor_of

pytestmark = pytest.mark.sqlite
DIFFERENT = {"csrf_token", "nonce"}  # every drawing has another


def bare(e: Element) -> object:
    """An element as a value, without what two drawings of one page differ in."""
    attributes = dict(e.attributes)
    if e.get("name") in DIFFERENT:
        attributes.pop("value", None)
    return e.tag, attributes, " ".join(e.own.split()), [bare(c) for c in e.children if c.tag or c.own.strip()]


def differences(whole: str, part: str) -> list[str]:
    """How a part for htmx is not a part of the page."""
    page, fragment = read(whole), read(part)
    found = []
    if fragment.all("html") or fragment.all("body"):
        found.append("it is a whole page")
    if [t.text for t in fragment.all("title")] != [t.text for t in page.all("title")]:
        found.append("another title")
    mains = page.all(id="main"), fragment.all(id="main")
    if [len(m) for m in mains] != [1, 1] or bare(mains[0][0]) != bare(mains[1][0]):
        found.append("another #main")
    ids = {e["id"] for e in page.walk() if "id" in e.attributes}
    new = [e["id"] for e in fragment.walk() if "id" in e.attributes and e["id"] not in ids]
    found += [f"#{name} is not on the page" for name in new]
    return found


def pages(world: World) -> Iterator[tuple[str, TestResponse, TestResponse]]:
    """Every page twice: as it is, and as htmx gets it."""
    names = [name for name in ROWS if name.startswith("GET") and name in routes(world.app)]
    visits = {who: Visit(world, who) for who in {visitor_of(name) for name in names}}
    for name in names:
        visit = visits[visitor_of(name)]
        whole = visit.try_(name)
        if whole.status_code == 200 and whole.mimetype == "text/html":
            yield name, whole, visit.try_(name, htmx=True)
        elif 300 <= whole.status_code < 400:
            visit.client.get("/find")  # what was told is said here, and not on one of the two drawings


def test_a_fragment_is_part_of_its_page(databases: Databases) -> None:
    with portal_on(databases, worked) as app:
        found = {name: differences(w.text, p.text) for name, w, p in pages(World(app))}
    assert found
    assert {name: broken for name, broken in found.items() if broken} == {}


MAIN = '<div id="main"><h1>One</h1><input name="csrf_token" value="a"></div>'
PAGE = f"<html><title>t</title><body>{MAIN}</body></html>"
PART = '<title>t</title><div id="main"> <h1>One</h1> <input name="csrf_token" value="b"></div>'


@pytest.mark.parametrize(
    ("part", "named"),
    [
        (PAGE, "a whole page"),
        (PART.replace("One", "Two"), "another #main"),
        (PART.replace("<title>t", "<title>u"), "another title"),
        (PART + '<p id="gone" hx-swap-oob="true">x</p>', "#gone is not on the page"),
        ("<title>t</title>", "another #main"),
    ],
)
def test_a_planted_difference_is_named(part: str, named: str) -> None:
    assert any(named in d for d in differences(PAGE, part))


def test_a_true_part_is_not_named() -> None:
    assert differences(PAGE, PART) == []
