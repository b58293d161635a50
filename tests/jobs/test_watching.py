import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Event, Trail
from portal.db import transaction
from portal.errors import NotFound, Refusal
from portal.jobs import Heartbeat, Job, JobState, Lease, Rules, handler
from portal.jobs.leases import claim
from portal.jobs.watching import Health, dead_letters, discard, health, retry
from portal.jobs.worker import POLL, TROUBLE, Worker, beat, step
from portal.tenants import Tenant
from portal.web.ritual import Portal
from tests.jobs.given import SECOND, START, Outbox, effect

BY = Actor("person", uuid.UUID(int=1))


def look(tenant: uuid.UUID | None = None) -> Health:
    with transaction(tenant=tenant, reading=True):
        return health()


def refuse(lease: Lease) -> None:
    raise ValueError("no")


@pytest.fixture
def dead(app: Portal, outbox: Outbox) -> Job:
    """A dead letter of the shop."""
    handler("mail", Rules(most=1))(refuse)
    with clock.at(START):
        outbox.put("mail", "dead")
        step(app)
    return outbox.job()


def judge(verb: object, outbox: Outbox, job: uuid.UUID) -> None:
    with transaction(tenant=outbox.tenant) as own:
        shop = own.scalars(sa.select(Tenant).where(Tenant.id == outbox.tenant).with_for_update()).one()
        verb(job, BY, shop)  # type: ignore[operator]


def test_an_empty_outbox_has_nothing_due(outbox: Outbox) -> None:
    assert look() == look(outbox.tenant) == Health(None, 0, None)
    assert not look().working


def test_the_oldest_due_job_tells_how_late_the_worker_is(outbox: Outbox, other: Outbox) -> None:
    outbox.put("mail", run_at=START + 30 * SECOND)
    other.put("mail", run_at=START)
    other.put("mail", run_at=START + timedelta(days=1))
    with clock.at(START + 40 * SECOND):
        assert look().oldest_due == 40 * SECOND
        assert look(outbox.tenant).oldest_due == 10 * SECOND
        assert not look().late
    with clock.at(START + timedelta(minutes=6)):
        assert look().late


def test_a_job_in_hand_is_still_due(outbox: Outbox) -> None:
    with clock.at(START):
        outbox.put("mail")
        assert claim(None)
    with clock.at(START + 30 * SECOND):
        assert look().oldest_due == 30 * SECOND


def test_dead_letters_are_counted_and_listed_by_shop(outbox: Outbox, other: Outbox, dead: Job) -> None:
    assert (look().dead, look(outbox.tenant).dead, look(other.tenant).dead) == (1, 1, 0)
    with transaction(tenant=outbox.tenant, reading=True):
        assert [job.id for job in dead_letters()] == [dead.id]
    with transaction(tenant=other.tenant, reading=True):
        assert dead_letters() == []


def test_a_dead_letter_that_is_retried_runs_again(app: Portal, outbox: Outbox, dead: Job) -> None:
    with clock.at(START + timedelta(days=1)):
        judge(retry, outbox, dead.id)
        job = outbox.job()
        assert (job.state, job.attempts, job.run_at) == (JobState.SCHEDULED, 0, clock.now())
        assert step(app) == 1
    assert outbox.job().state is JobState.DEAD, "it is judged by the same rules as before"


def test_a_discarded_letter_never_runs_again(app: Portal, outbox: Outbox, dead: Job) -> None:
    judge(discard, outbox, dead.id)
    assert (outbox.job().state, look().dead, step(app)) == (JobState.DISCARDED, 0, 0)


def test_the_trail_tells_who_did_it(outbox: Outbox, dead: Job) -> None:
    judge(retry, outbox, dead.id)
    with transaction(tenant=outbox.tenant, reading=True) as own:
        row = own.scalars(sa.select(Trail).where(Trail.subject_kind == "job")).one()
        assert (row.event, row.actor_id, row.subject_id) == (Event.JOB_RETRIED, BY.id, dead.id)
        assert (row.before, row.after, row.data) == ("dead", "scheduled", {"kind": "mail"})


@pytest.mark.parametrize("verb", [retry, discard])
def test_only_a_dead_letter_is_judged_and_only_once(outbox: Outbox, dead: Job, verb: object) -> None:
    judge(verb, outbox, dead.id)
    with pytest.raises(Refusal, match="no longer"):
        judge(verb, outbox, dead.id)


@pytest.mark.parametrize("verb", [retry, discard])
def test_another_shops_letter_is_not_found(outbox: Outbox, other: Outbox, dead: Job, verb: object) -> None:
    with pytest.raises(NotFound):
        judge(verb, other, dead.id)
    assert outbox.job().state is JobState.DEAD


def test_work_that_must_be_done_is_not_discarded(app: Portal, outbox: Outbox) -> None:
    handler("send", Rules(most=1, discardable=False))(refuse)
    outbox.put("send")
    step(app)
    with pytest.raises(Refusal, match="must be done"):
        judge(discard, outbox, outbox.job().id)
    judge(retry, outbox, outbox.job().id)


def test_a_worker_says_that_it_lives(outbox: Outbox) -> None:
    with clock.at(START):
        beat(uuid.UUID(int=1), "1.0")
        beat(uuid.UUID(int=1), "1.0")
    with clock.at(START + 30 * SECOND):
        assert (look().last_beat, look().working) == (30 * SECOND, True)
    with clock.at(START + timedelta(minutes=3)):
        assert not look().working


def test_workers_of_yesterday_are_forgotten(outbox: Outbox) -> None:
    with clock.at(START):
        beat(uuid.UUID(int=1), "1.0")
    with clock.at(START + timedelta(days=1, seconds=1)):
        beat(uuid.UUID(int=2), "1.1")
    with transaction(reading=True) as own:
        assert [row.version for row in own.scalars(sa.select(Heartbeat))] == ["1.1"]


def test_a_turn_does_one_job_and_waits_only_when_there_is_none(app: Portal, outbox: Outbox) -> None:
    """The third is the day's tidying, which a worker orders itself."""
    handler("mail")(lambda lease: effect("done"))
    outbox.put("mail")
    outbox.put("mail")
    worker = Worker(app, "1.0")
    assert [worker.turn() for _ in range(4)] == [0, 0, 0, POLL]
    assert look().working


def test_a_worker_outlives_an_outbox_that_it_cannot_read(app: Portal, outbox: Outbox) -> None:
    worker = Worker(app)
    with transaction() as own:
        own.execute(sa.text("ALTER TABLE job RENAME TO gone"))
    assert worker.turn() == TROUBLE
    with transaction() as own:
        own.execute(sa.text("ALTER TABLE gone RENAME TO job"))
    assert [worker.turn() for _ in range(2)] == [0, POLL]  # the day's tidying, and nothing more
