"""Trying every route as every kind of visitor."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.people.roles import Role
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.shops import SLUGS, email
from tests.harness.world import EMAIL, World
from tests.laws.matrix import (
    ANOTHER,
    EVERYBODY,
    NOBODY,
    RECIPIENT,
    REGULAR,
    ROWS,
    SHOPPER,
    SPOILS,
    STAFF,
    arguments,
)

DOORS = ("/sign-in", "/find", "/find/link", "/find/orders", "/gift")
REFUSED = {401, 403, 404}
HANDLED = {409, 422}  # the permission was there, the empty form was not enough


def routes(app: Flask) -> dict[str, Rule]:
    """Every route as METHOD endpoint."""
    found = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found[f"{method} {rule.endpoint}"] = rule
    return found


def unwritten(app: Flask, rows: object = None) -> list[str]:
    """Routes without a row, and rows without a route."""
    written = set(ROWS if rows is None else rows)  # type: ignore[call-overload]
    known = set(routes(app))
    return sorted(
        [f"no row: {name}" for name in known - written] + [f"no route: {r}" for r in written - known]
    )


def address_of(world: World, name: str) -> str:
    """The address of a route, within its shop, for the thing that its row is about."""
    method, endpoint = name.split()
    given = arguments(world, name, set(routes(world.app)[name].arguments))
    with world.app.test_request_context():
        return world.app.url_map.bind("localhost").build(endpoint, given, method)


def came_in(answer: TestResponse) -> bool | None:
    """Whether an answer let the visitor in; None when it is neither a yes nor a no."""
    if answer.status_code in REFUSED:
        return False
    if 300 <= answer.status_code < 400:
        return not urlsplit(answer.location).path.endswith(DOORS)
    return True if answer.status_code < 300 or answer.status_code in HANDLED else None


class Visit:
    """A visitor with the session that they would have, at one shop's door."""

    def __init__(self, world: World, who: str, slug: str = SLUGS[0]) -> None:
        self.world, self.who = world, who
        self.client = ShopClient(world.app)
        self.client.slug = slug
        if who in STAFF:
            self._sign_in(email(Role(who), slug))
        if who == SHOPPER:
            self._find("DRAFTED")
            self._find("ASKED")
            self._find("SWAPPING")
        if who == ANOTHER:
            self._find("ELSEWHERE")
        if who == REGULAR:
            self._open_account("CHECKED")
        if who == RECIPIENT:
            self._open_gift("GIVEN")
        self.take_token()

    def take_token(self) -> None:
        """A page's CSRF token, so that what is refused is refused for who asks."""
        page = self.client.get("/find")
        self.token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def _sign_in(self, address: str) -> None:
        form = self.client.get("/sign-in")
        answer = self.client.send(form, "/sign-in", email=address, password=PASSWORD)
        assert answer.status_code == 303, f"{address} cannot sign in"

    def _find(self, number: str) -> None:
        answer = self.client.send(self.client.get("/find"), "/find", number=number, proof=EMAIL)
        assert answer.status_code == 303, f"{number} is not found"

    def _open_account(self, number: str) -> None:
        link = f"/a/{self.world.account(number)}"
        answer = self.client.send(self.client.get(link), link)
        assert answer.status_code == 303 and answer.location.endswith("/orders")

    def _open_gift(self, number: str) -> None:
        link = f"/g/{self.world.gift(number)}"
        answer = self.client.send(self.client.get(link), link)
        assert answer.status_code == 303 and answer.location.endswith("/review")

    def try_(self, name: str, *, htmx: bool = False, address: str = "") -> TestResponse:
        """Ask for a route; a form is sent empty, so that nothing changes but the proof of permission.
        `address`: the route's, where it was looked up before."""
        method = name.split(maxsplit=1)[0]
        headers = {"X-CSRFToken": self.token} if method == "POST" else {}
        return self.client.open(
            address or address_of(self.world, name), method=method, headers=headers, htmx=htmx
        )


def in_order(names: Iterator[str] | set[str]) -> list[str]:
    return sorted(names, key=lambda name: (name in SPOILS, SPOILS.index(name) if name in SPOILS else 0, name))


def wrongs(world: World, who: str, *, htmx: bool = False) -> list[str]:
    """Every route that lets this visitor in against its row, or keeps them out against it."""
    visit = Visit(world, who)
    found = []
    for name in in_order(set(ROWS) & set(routes(world.app))):
        answer = visit.try_(name, htmx=htmx)
        wanted = who in ROWS[name].who
        seen = came_in(answer)
        if ROWS[name].who == EVERYBODY and 300 <= answer.status_code < 400:
            seen = True  # a door may lead to a door
        if seen is not wanted:
            found.append(f"{who}: {name} answers {answer.status_code}, wanted {'in' if wanted else 'out'}")
        if htmx and answer.mimetype == "text/html" and "<html" in answer.text[:500].lower():
            found.append(f"{who}: {name} answers htmx with a whole page")
    return found


def strangers_in(world: World, who: str) -> list[str]:
    """Every route that lets somebody of the other shop, at its own door, have a thing of this one."""
    visit = Visit(world, who if who in STAFF else NOBODY, SLUGS[1])
    about = [name for name in ROWS if ROWS[name].about and name in routes(world.app)]
    answers = {name: visit.try_(name) for name in in_order(set(about))}
    return [
        f"{who}: {name} answers {a.status_code}" for name, a in answers.items() if came_in(a) is not False
    ]


def strangers_here(world: World) -> list[str]:
    """Every route of the staff that takes the other shop's session for one of this shop."""
    away, here = Visit(world, "owner", SLUGS[1]), Visit(world, NOBODY)
    for cookie in list(away.client._cookies.values()):  # type: ignore[attr-defined]
        here.client.set_cookie(cookie.key, cookie.value, path=f"/{SLUGS[0]}")
    here.take_token()
    mine = [name for name in ROWS if NOBODY not in ROWS[name].who and name in routes(world.app)]
    answers = {name: here.try_(name) for name in in_order(set(mine))}
    return [f"{name} answers {a.status_code}" for name, a in answers.items() if came_in(a) is not False]
