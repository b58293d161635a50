"""Forms are the portal's own, and looking at a page changes nothing."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
import sqlalchemy as sa

from portal.db import Base, db
from portal.tenants import Tenant
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.world import World, worked
from tests.laws.access import routes
from tests.laws.hostile import everybody
from tests.laws.matrix import ROWS, SPOILS
from tests.laws.test_statements import visitor_of

pytestmark = pytest.mark.sqlite  # neither is a matter of the database
TOKENLESS = {"api"}  # keys, no cookies: nobody's browser can be made to send one
# Whoever fetches a file of the shop's data is written down, after the answer and in a transaction of its own.
NOTED = {"GET desk.export_file", "GET desk.export_manifest"}
SEEN = {"staff_session": "seen_at", "api_key": "used_at"}  # noted some minutes apart, after the answer


@pytest.fixture
def world(databases: Databases) -> Iterator[World]:
    with portal_on(databases, worked) as app:
        yield World(app)


def posts(world: World) -> list[str]:
    known = routes(world.app)
    named = [name for name in sorted(ROWS) if name.startswith("POST") and name in known]
    return [name for name in named if name.split()[1].partition(".")[0] not in TOKENLESS]


def test_no_form_is_taken_without_its_token(world: World) -> None:
    visits = everybody(world)
    for visit in visits.values():
        visit.token = "forged"
    taken = {name: visits[visitor_of(name)].try_(name).status_code for name in posts(world)}
    assert {name: status for name, status in taken.items() if status != 400} == {}
    assert len(taken) > 40


def test_a_form_with_its_token_gets_further(world: World) -> None:
    """The law above would pass if everything answered 400."""
    visits = everybody(world)
    wanted = [name for name in posts(world) if name not in SPOILS]
    further = [name for name in wanted if visits[visitor_of(name)].try_(name).status_code != 400]
    assert len(further) > len(wanted) * 0.9


def contents(world: World) -> dict[str, str]:
    """A digest of every table."""
    found = {}
    with world.app.app_context(), db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            kept = [column for column in table.columns if column.name != SEEN.get(table.name)]
            rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*kept)))
            found[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    return found


def changed_by_looking(world: World) -> set[str]:
    visits = everybody(world)
    known = routes(world.app).keys() - NOTED
    gets = [name for name in sorted(ROWS) if name.startswith("GET") and name in known]
    for name in gets:
        visits[visitor_of(name)].try_(name)  # the world makes a link or a key when it is first asked for one
    before = contents(world)
    for name in gets:
        visits[visitor_of(name)].try_(name)
    after = contents(world)
    return {table for table in after if after[table] != before[table]}


def test_looking_changes_nothing(world: World) -> None:
    assert changed_by_looking(world) == set()


def test_a_page_that_changes_something_is_named(world: World) -> None:
    shop = world.shop

    def counting() -> str:
        with shop.transaction() as session:
            session.execute(sa.update(Tenant).where(Tenant.id == shop.id).values(version=Tenant.version + 1))
        return "<h1>Seen</h1>"

    world.app.view_functions["house.robots"] = counting
    assert changed_by_looking(world) == {"tenant"}
