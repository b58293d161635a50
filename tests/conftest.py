"""Fixtures that every test may ask for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, sync_playwright

from portal.jobs.worker import step
from portal.people import passwords
from portal.web.ritual import Portal
from tests.harness import databases as harness
from tests.harness.browser import Visitor, launched, visiting
from tests.harness.client import ShopClient
from tests.harness.databases import Databases
from tests.harness.shops import Shop, find_shop, furnished
from tests.harness.standing import standing_on
from tests.harness.time import Hands

pytest_plugins = ["tests.harness.counting"]

# The same algorithm at the least cost: a test that signs in is not about how slow argon2 is.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

KINDS = {"sqlite": harness.sqlite, "postgresql": harness.postgresql}


class Kinds:
    """The databases of each kind, opened when a test first asks."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack, self.opened = stack, dict[str, Databases]()

    def __getitem__(self, kind: str) -> Databases:
        if kind not in self.opened:
            self.opened[kind] = self.stack.enter_context(KINDS[kind]())
        return self.opened[kind]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that needs a database runs on both kinds, unless it says that one is enough."""
    if "kind" in metafunc.fixturenames:
        marks = {mark.name for mark in metafunc.definition.iter_markers()}
        only = [kind for kind in KINDS if kind in marks] or (
            ["sqlite"] if "browser" in marks else list(KINDS)
        )
        metafunc.parametrize("kind", only)


@pytest.fixture(scope="session")
def kinds() -> Iterator[Kinds]:
    with ExitStack() as stack:
        yield Kinds(stack)


@pytest.fixture
def databases(kinds: Kinds, kind: str) -> Databases:
    """Databases of the kind that this run of the test is about."""
    return kinds[kind]


@pytest.fixture
def sqlite(kinds: Kinds) -> Databases:
    return kinds["sqlite"]


@pytest.fixture
def postgresql(kinds: Kinds) -> Databases:
    return kinds["postgresql"]


@pytest.fixture
def app(databases: Databases) -> Iterator[Portal]:
    """The portal on a database of its own with the shops acme and other, each with one person a role."""
    with standing_on(databases, furnished) as app:
        yield app


@pytest.fixture
def shop(app: Portal) -> Shop:
    """The shop acme. `with shop.transaction():` is a unit of work of its."""
    return find_shop(app)


@pytest.fixture
def other_shop(app: Portal) -> Shop:
    return find_shop(app, "other")


@pytest.fixture
def client(app: Portal) -> ShopClient:
    """A browserless browser at the door of acme."""
    return ShopClient(app)


@pytest.fixture
def worker(app: Portal) -> Callable[[], int]:
    """Does every job that is due, and those that they make; how many. Never waits."""

    def work() -> int:
        done = 0
        while taken := step(app):
            done += taken
        return done

    return work


@pytest.fixture
def at() -> Iterator[Callable[[datetime], None]]:
    """Sets the portal's clock, also for a live server's requests, until it is set again or the test ends."""
    with Hands() as hands:
        yield hands.set


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@pytest.fixture
def visitor(chromium: Browser, app: Portal) -> Iterator[Visitor]:
    """Opens pages of a live portal in Chromium: `visitor.page("phone")`. Any fault in them fails the test."""
    with visiting(chromium, app) as visitor:
        yield visitor


@pytest.fixture
def phone(visitor: Visitor) -> Page:
    return visitor.page("phone")


@pytest.fixture
def tablet(visitor: Visitor) -> Page:
    return visitor.page("tablet")


@pytest.fixture
def desktop(visitor: Visitor) -> Page:
    return visitor.page("desktop")
