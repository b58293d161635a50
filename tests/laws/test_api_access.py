"""Every route of the API, every kind of key: none, a wrong one, one that lacks the scope, a revoked one,
another shop's, and the one that is asked for."""

from collections.abc import Iterator
from functools import cached_property

import pytest

from portal.people import KeyScope
from portal.web.ritual import Portal
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.keys import Till, key_for, revoked
from tests.harness.shops import find_shop
from tests.harness.world import World, worked
from tests.laws.access import routes
from tests.laws.matrix import API_ROWS

pytestmark = pytest.mark.sqlite  # permissions are asked in Python
OUT = {401, 403}


class Keys:
    """A key of each kind."""

    def __init__(self, app: Portal) -> None:
        self.app, self.shop = app, find_shop(app)

    @cached_property
    def kinds(self) -> dict[str, str]:
        others = {f"all but {scope}": self._lacking(scope) for scope in KeyScope}
        return {
            "none": "",
            "made up": "hwkey_" + "A" * 43,
            "revoked": revoked(self.shop),
            "another shop's": key_for(find_shop(self.app, "other")),
            "whole": key_for(self.shop),
            **others,
        }

    def _lacking(self, scope: KeyScope) -> str:
        rest = [one for one in KeyScope if one is not scope]
        return key_for(self.shop, rest)


def api_routes(app: Portal) -> set[str]:
    return {name for name in routes(app) if name.split()[1].startswith("api.")}


def wanted(kind: str, scope: str | None) -> set[int]:
    """The statuses that keep this key out, or none."""
    if scope is None or kind == "whole":
        return set()
    if kind.startswith("all but "):
        return {403} if kind == f"all but {scope}" else set()
    return {401}


def wrongs(app: Portal) -> list[str]:
    """Every route that takes a key against its row, or keeps it out against it, or answers with a page."""
    keys, found = Keys(app), []
    for name in sorted(api_routes(app) & set(API_ROWS)):
        rule = routes(app)[name]
        for kind, secret in keys.kinds.items():
            address = rule.rule.removeprefix("/api")
            answer = Till(keys.shop, secret).ask(address, name.split()[0])
            out = {answer.status_code} & OUT
            if out != wanted(kind, API_ROWS[name]) or answer.status_code >= 500:
                found.append(f"{name} answers {answer.status_code} to a key that is {kind}")
            if not answer.is_json or "Set-Cookie" in answer.headers:
                found.append(f"{name} answers {answer.mimetype} to a key that is {kind}")
    return found


@pytest.fixture
def app(databases: Databases) -> Iterator[Portal]:
    with portal_on(databases, worked) as app:
        yield World(app).app


def test_every_route_of_the_api_has_a_row_and_every_row_a_route(app: Portal) -> None:
    assert api_routes(app) == set(API_ROWS)


def test_a_key_comes_in_where_its_scope_says_so(app: Portal) -> None:
    assert wrongs(app) == []


def test_a_person_of_the_staff_is_nobody_to_the_api(app: Portal) -> None:
    """A cookie is worth nothing, so no page of strangers can borrow one."""
    till = Till(find_shop(app), "")
    till.client = app.test_client()
    till.client.set_cookie("session", "anything", path="/acme")
    assert till.send([]).status_code == 401


def test_a_route_that_asks_for_no_key_is_named(app: Portal) -> None:
    app.view_functions["api.write_orders"] = lambda: {}
    found = wrongs(app)
    assert "POST api.write_orders answers 200 to a key that is none" in found
    assert "POST api.write_orders answers 200 to a key that is all but orders.write" in found


def test_a_scope_that_is_not_asked_for_is_named(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(API_ROWS, "POST api.write_orders", "changes.read")
    found = wrongs(app)
    assert "POST api.write_orders answers 403 to a key that is all but orders.write" in found
