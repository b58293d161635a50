"""The number of statements of a page does not grow with what it shows."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from portal.db import session
from portal.returns.models import Return
from tests.harness.apps import counted, portal_on
from tests.harness.client import ShopClient
from tests.harness.databases import Databases
from tests.harness.world import World, crowded, worked
from tests.laws.access import Visit, address_of, routes
from tests.laws.matrix import EVERYBODY, NOBODY, RECIPIENT, REGULAR, ROWS, SHOPPER

pytestmark = pytest.mark.sqlite  # the statements are SQLAlchemy's, not the database's
FEW = 15  # a page that asks more than this is thought over


def visitor_of(name: str) -> str:
    """Who asks for a page: whoever may; of the staff, the owner."""
    who = ROWS[name].who
    return next(
        (one for one in (NOBODY, SHOPPER, REGULAR, RECIPIENT, "owner", "warehouse") if one in who), NOBODY
    )


def statements(world: World) -> dict[str, int]:
    """How many statements each page takes, for somebody who may see it."""
    pages = [name for name in ROWS if name.startswith("GET") and name in routes(world.app)]
    visits = {who: Visit(world, who) for who in {visitor_of(name) for name in pages}}
    found = {}
    for name in pages:
        visits[visitor_of(name)].try_(name)  # what is remembered for a while is asked for now
        address = address_of(world, name)
        with counted(world.app) as seen:
            answer = visits[visitor_of(name)].try_(name, address=address)
        if answer.status_code == 200:
            found[name] = len(seen)
    return found


@pytest.fixture
def small(databases: Databases) -> Iterator[dict[str, int]]:
    with portal_on(databases, worked) as app:
        yield statements(World(app))


@pytest.fixture
def large(databases: Databases) -> Iterator[dict[str, int]]:
    with portal_on(databases, crowded) as app:
        yield statements(World(app))


def test_a_page_takes_as_many_statements_for_much_as_for_little(
    small: dict[str, int], large: dict[str, int]
) -> None:
    grown = {
        name: (small[name], large[name]) for name in small.keys() & large.keys() if large[name] > small[name]
    }
    assert grown == {}
    assert {name: n for name, n in large.items() if n > FEW} == {}


def test_every_page_is_asked_for(small: dict[str, int]) -> None:
    assert len(small) >= len(
        [name for name, row in ROWS.items() if name.startswith("GET") and row.who < EVERYBODY]
    )


def test_a_page_that_asks_for_each_thing_is_named(databases: Databases) -> None:
    def chatty() -> str:
        returns = session.scalars(sa.select(Return)).all()
        return f"<h1>{[return_.order.number for return_ in returns]}</h1>"

    seen = []
    for fill in (worked, crowded):
        with portal_on(databases, fill) as app:
            app.view_functions["shopper.find"] = chatty
            client = ShopClient(app)
            client.get("/find")
            with counted(app) as statements_:
                client.get("/find")
            seen.append(len(statements_))
    assert seen[1] > seen[0] > 2
