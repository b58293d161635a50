"""The old release's code works over a schema that got what docs/running.md allows a release to add.

The old code is this code: its pages, its jobs and its checks are run over tables, columns and indexes that it
does not know, and so is what it knows of the schema.
"""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from portal.db import Base, db, transaction
from portal.jobs import Job
from portal.jobs.worker import step
from portal.web.ritual import Portal
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.sales import approved, sell
from tests.harness.shops import find_shop
from tests.harness.soundness import broken
from tests.harness.world import World, worked
from tests.laws.access import Visit
from tests.laws.matrix import ROWS

ADDED = ("ADD COLUMN from_later VARCHAR(40)", "ADD COLUMN counted_later BIGINT NOT NULL DEFAULT 7")


def upgrade(app: Portal) -> Portal:
    """A later release has been at the database."""
    with app.app_context(), db.engine.connect() as connection:
        for table in Base.metadata.tables:
            for addition in ADDED:
                connection.exec_driver_sql(f'ALTER TABLE "{table}" {addition}')
        connection.exec_driver_sql("CREATE TABLE later (id BIGINT PRIMARY KEY)")
        connection.exec_driver_sql("CREATE INDEX ix_later ON orders (placed_at, country)")
        connection.exec_driver_sql("COMMIT")
    return app


@pytest.fixture
def upgraded(app: Portal) -> Portal:
    return upgrade(app)


@pytest.fixture
def at_work(databases: Databases) -> Iterator[Portal]:
    """A shop with one thing of everything."""
    with portal_on(databases, worked) as app:
        yield upgrade(app)


def test_every_page_of_the_old_release_still_answers(at_work: Portal) -> None:
    world = World(at_work)
    owner = Visit(world, "owner")
    pages = sorted(name for name, row in ROWS.items() if name.startswith("GET desk.") and "owner" in row.who)
    assert len(pages) > 30
    assert {name: owner.try_(name).status_code for name in pages if owner.try_(name).status_code >= 500} == {}


def test_the_old_release_still_writes_and_its_books_tie_out(upgraded: Portal) -> None:
    shop = find_shop(upgraded)
    approved(shop, sell(shop, number="4711"))
    while step(upgraded):
        pass
    assert broken(upgraded).keys() <= {"I25"}  # the schema is not this release's, and verify says so
    with upgraded.app_context(), transaction(reading=True) as session:
        later = sa.text("SELECT DISTINCT counted_later FROM trail")
        assert session.scalars(later).all() == [7]


def test_an_old_worker_leaves_a_new_kind_of_job_to_a_new_one(upgraded: Portal) -> None:
    shop = find_shop(upgraded)
    with shop.transaction() as session:
        now = sa.func.current_timestamp()
        session.execute(
            sa.insert(Job).values(tenant_id=shop.id, kind="of.later", payload={}, key="later", run_at=now)
        )
    step(upgraded)
    with shop.transaction(reading=True) as session:
        job = session.scalars(sa.select(Job).where(Job.key == "later")).one()
        assert (job.done_at, job.dead_at, job.attempts) == (None, None, 1)
