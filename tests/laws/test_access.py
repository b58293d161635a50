"""Every route, every role, this shop and another: who comes in is what the matrix says."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.world import World, worked
from tests.laws.access import routes, strangers_here, strangers_in, unwritten, wrongs
from tests.laws.matrix import EVERYBODY, ROWS, STAFF, Row

PLACE = re.compile(r"<[^>]*>")
pytestmark = pytest.mark.sqlite  # permissions are asked in Python


@pytest.fixture
def world(databases: Databases) -> Iterator[World]:
    with portal_on(databases, worked) as app:
        yield World(app)


def test_every_route_has_a_row_and_every_row_a_route(world: World) -> None:
    assert unwritten(world.app) == []


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_a_visitor_comes_in_where_the_matrix_says_so(world: World, who: str) -> None:
    assert wrongs(world, who) == []


@pytest.mark.parametrize("who", ["nobody", "shopper", "owner"])  # between them every answer
def test_htmx_comes_in_where_the_matrix_says_so_and_gets_parts(world: World, who: str) -> None:
    assert wrongs(world, who, htmx=True) == []


@pytest.mark.parametrize("who", sorted(STAFF | {"nobody"}))
def test_nobody_of_another_shop_gets_a_thing_of_this_one(world: World, who: str) -> None:
    assert strangers_in(world, who) == []


def test_a_session_of_another_shop_is_worth_nothing_here(world: World) -> None:
    assert strangers_here(world) == []


def same(app: Flask) -> list[str]:
    """Routes that answer to the same addresses by the same method, so that one of them is never reached."""
    shapes: dict[tuple[str, str], list[str]] = {}
    for name, rule in sorted(routes(app).items()):
        shapes.setdefault((name.split()[0], PLACE.sub("<>", rule.rule)), []).append(name)
    return [" and ".join(names) for names in shapes.values() if len(names) > 1]


def test_no_two_routes_have_one_address(world: World) -> None:
    assert same(world.app) == []


def test_two_routes_of_one_address_are_named() -> None:
    app = Flask("planted", static_folder=None)
    for name in ("one", "other"):
        app.add_url_rule(f"/g/<{name}>", endpoint=name, view_func=lambda **kw: "x")
    assert same(app) == ["GET one and GET other"]


def test_a_route_without_a_row_and_a_row_without_a_route_are_named() -> None:
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/a", endpoint="a", view_func=lambda: "a", methods=["GET", "POST"])
    assert unwritten(app, {"GET a", "GET gone"}) == ["no route: GET gone", "no row: POST a"]


def test_a_planted_hole_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROWS, "GET shopper.find", Row(frozenset({"owner"})))
    assert wrongs(world, "nobody") == ["nobody: GET shopper.find answers 200, wanted out"]


def test_a_permission_that_is_not_asked_for_is_named(world: World) -> None:
    world.app.view_functions["desk.bank"] = lambda: "open to all"
    assert "nobody: GET desk.bank answers 200, wanted out" in wrongs(world, "nobody")
    assert "agent: GET desk.bank answers 200, wanted out" in wrongs(world, "agent")


def test_a_look_up_without_the_shop_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def shopless(kind: Any, id: Any, *options: Any) -> Any:
        return sa.select(kind).options(*options).where(kind.id == id)

    monkeypatch.setattr(import_module("portal.db"), "_mine", shopless)  # portal.db is its object, too
    assert "owner: GET dock.counted answers 200" in strangers_in(world, "owner")
