"""Each region's database has an outbox of its own; a worker serves them all."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from portal.db import scope, transaction
from portal.jobs import Job, JobState, Lease, enqueue, handler
from portal.jobs.watching import health
from portal.jobs.worker import Worker, step
from portal.web.ritual import Portal
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.shops import find_shop, furnished

REGIONS = (None, "eu")


@pytest.fixture
def spread(databases: Databases) -> Iterator[Portal]:
    """The portal with a home database and one for the region eu."""
    with databases.fresh(furnished) as eu, portal_on(databases, furnished, region_urls={"eu": eu}) as app:
        yield app


def test_a_job_is_done_in_the_region_of_its_shop(spread: Portal) -> None:
    seen = []

    @handler("mail")
    def work(lease: Lease) -> None:
        seen.append((lease.key, lease.region, scope.get().region))

    shop = find_shop(spread)
    with spread.app_context():
        for region in REGIONS:
            with transaction(region, shop.id):
                enqueue("mail", {}, "mail/1")
        assert (step(spread), step(spread)) == (2, 0)
        assert seen == [("mail/1", None, None), ("mail/1", "eu", "eu")]
        for region in REGIONS:
            with transaction(region, reading=True) as own:
                assert own.scalars(sa.select(Job)).one().state is JobState.DONE


def test_a_worker_says_in_every_region_that_it_lives(spread: Portal) -> None:
    Worker(spread).turn()
    with spread.app_context():
        for region in REGIONS:
            with transaction(region, reading=True):
                assert health().working
