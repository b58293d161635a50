"""The worker is stepped: nothing here waits, the clock is set."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import here, transaction
from portal.jobs import GiveUp, JobState, Lease, LeaseLost, Rules, enqueue, handler
from portal.jobs.leases import CLAIMED, claim, told
from portal.jobs.worker import perform, step
from portal.web.ritual import Portal
from tests.jobs.given import SECOND, START, Outbox, effect

HOUR = timedelta(hours=1)


def test_a_due_job_is_done_once_in_its_shop(app: Portal, outbox: Outbox, other: Outbox) -> None:
    @handler("mail")
    def work(lease: Lease) -> None:
        effect(f"{lease.key} {here()} {lease.by.kind}")

    outbox.put("mail", "a")
    other.put("mail", "b")
    assert (step(app), step(app)) == (2, 0)
    assert outbox.effects() == [f"a {outbox.tenant} job", f"b {other.tenant} job"]
    assert {job.state for job in outbox.jobs()} == {JobState.DONE}


def test_a_handler_reads_ids_from_its_payload(app: Portal, outbox: Outbox) -> None:
    leg, seen = uuid.uuid4(), []
    handler("send")(lambda lease: seen.append((lease.ref("leg"), lease.payload["no"])))
    with transaction(tenant=outbox.tenant):
        enqueue("send", {"leg": leg, "no": 2}, "send/1")
    step(app)
    assert seen == [(leg, 2)]


def test_jobs_are_done_in_the_order_in_which_they_are_due(app: Portal, outbox: Outbox) -> None:
    seen: list[str] = []
    handler("mail")(lambda lease: seen.append(lease.key))
    for key, later in (("third", 3), ("first", 1), ("second", 2)):
        outbox.put("mail", key, START + later * SECOND)
    with clock.at(START + 2 * SECOND):
        step(app, limit=1)
        assert seen == ["first"]
        step(app)
        assert seen == ["first", "second"], "the third is not due"


def test_a_failure_undoes_the_effect_and_comes_back_later(app: Portal, outbox: Outbox) -> None:
    @handler("mail", Rules(first=10 * SECOND))
    def work(lease: Lease) -> None:
        effect(f"run {lease.attempts}")
        if lease.attempts == 1:
            raise ConnectionError("no answer")

    with clock.at(START):
        outbox.put("mail")
        assert (step(app), step(app)) == (1, 0)
        job = outbox.job()
        assert 5 * SECOND <= job.run_at - START <= 10 * SECOND
        assert (job.last_error, job.state, outbox.effects()) == (
            "ConnectionError: no answer",
            JobState.SCHEDULED,
            [],
        )
    with clock.at(START + 10 * SECOND):
        assert step(app) == 1
    assert outbox.effects() == ["run 2"]


def test_the_waits_grow_up_to_the_longest() -> None:
    rules = Rules(first=SECOND, longest=60 * SECOND)
    for attempts, whole in ((1, 1), (2, 2), (6, 32), (7, 60), (11, 60)):
        waits = [rules.delay(ValueError(), attempts) for _ in range(50)]
        assert all(wait and whole * SECOND / 2 <= wait <= whole * SECOND for wait in waits)
        assert len(set(waits)) > 1, "they must not come back together"


def test_after_the_last_run_it_is_a_dead_letter(app: Portal, outbox: Outbox) -> None:
    @handler("mail", Rules(most=3, longest=SECOND))
    def work(lease: Lease) -> None:
        raise ValueError(f"run {lease.attempts}")

    with clock.at(START):
        outbox.put("mail")
    for hour in range(5):
        with clock.at(START + hour * HOUR):
            step(app)
    job = outbox.job()
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 3, "ValueError: run 3")
    assert job.dead_at == START + 2 * HOUR


def test_giving_up_makes_a_dead_letter_at_once(app: Portal, outbox: Outbox) -> None:
    @handler("mail")
    def work(lease: Lease) -> None:
        raise GiveUp("no such mailbox")

    outbox.put("mail")
    step(app)
    assert (outbox.job().state, outbox.job().attempts) == (JobState.DEAD, 1)


def test_a_kind_that_nobody_knows_waits_for_a_newer_worker(app: Portal, outbox: Outbox) -> None:
    with clock.at(START):
        outbox.put("mail")
        step(app)
    assert outbox.job().state is JobState.SCHEDULED
    handler("mail")(lambda lease: effect("done"))
    with clock.at(START + HOUR):
        step(app)
    assert outbox.effects() == ["done"]


def test_a_job_whose_workers_all_die_ends_as_a_dead_letter(app: Portal, outbox: Outbox) -> None:
    handler("mail", Rules(most=3))(lambda lease: effect("never"))
    with clock.at(START):
        outbox.put("mail")
    for run in range(3):
        with clock.at(START + run * CLAIMED):
            assert claim(None), "its worker dies with it"
    with clock.at(START + 3 * CLAIMED):
        step(app)
    assert (outbox.job().state, outbox.effects()) == (JobState.DEAD, [])
    assert "ended each time" in outbox.job().last_error


def test_a_leased_job_is_nobody_elses_until_the_lease_ends(outbox: Outbox) -> None:
    with clock.at(START):
        outbox.put("mail")
        first = claim(None)
        assert first and claim(None) is None
    with clock.at(START + CLAIMED - SECOND):
        assert claim(None) is None
    with clock.at(START + CLAIMED):
        second = claim(None)
    assert second and (first.fence, second.fence) == (1, 2)


def test_every_transaction_renews_the_lease(outbox: Outbox) -> None:
    with clock.at(START):
        outbox.put("mail")
        lease = claim(None)
        assert lease
    lease.length = HOUR
    with clock.at(START + CLAIMED - SECOND), lease.transaction():
        effect("prepared")
    with clock.at(START + HOUR):
        assert claim(None) is None


def test_who_lost_the_lease_writes_nothing(outbox: Outbox) -> None:
    with clock.at(START):
        outbox.put("send")
        old = claim(None)
        assert old
        with old.transaction():
            effect("old prepared")
    with clock.at(START + CLAIMED):
        new = claim(None)
        assert new
        with pytest.raises(LeaseLost), old.transaction():
            effect("old settled")
        with new.transaction():
            effect("new settled")
            new.finish()
    with pytest.raises(LeaseLost), old.transaction():
        effect("old settled")
    assert outbox.effects() == ["new settled", "old prepared"]


def test_without_the_fence_the_old_holder_would_write(outbox: Outbox) -> None:
    """The control of the test above: it is the number that refuses, nothing else."""
    with clock.at(START):
        outbox.put("send")
        old = claim(None)
    with clock.at(START + CLAIMED):
        new = claim(None)
        assert old and new
        old.fence = new.fence
        for lease in (old, new):
            with lease.transaction():
                effect("settled")
    assert outbox.effects() == ["settled", "settled"]


def test_an_old_holders_failure_does_not_disturb_the_new_one(outbox: Outbox) -> None:
    @handler("send", stepwise=True)
    def work(lease: Lease) -> None:
        with clock.at(START + CLAIMED):
            new = claim(None)
            assert new
            with new.transaction():
                new.finish()
        raise ConnectionError("too late")

    with clock.at(START):
        outbox.put("send")
        lease = claim(None)
        assert lease
        perform(lease)
    assert (outbox.job().state, outbox.job().last_error) == (JobState.DONE, "")


@pytest.mark.postgresql
def test_nobody_takes_a_job_while_its_holder_writes(outbox: Outbox) -> None:
    with clock.at(START):
        outbox.put("send")
        lease = claim(None)
        assert lease
    with clock.at(START + HOUR), lease.transaction():
        with clock.at(START + 9 * HOUR):
            assert claim(None) is None
        lease.finish()
    assert outbox.job().state is JobState.DONE


def test_stepwise_work_stands_outside_a_transaction_between_its_steps(
    app: Portal, outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    @handler("send", stepwise=True)
    def work(lease: Lease) -> None:
        with lease.transaction():
            effect("prepared")
        with transaction():  # on SQLite it would wait for itself if the lease still held one
            effect("the network")
        with lease.transaction():
            effect("settled")
            lease.finish()

    outbox.put("send")
    assert (step(app), step(app)) == (1, 0)
    assert outbox.effects() == ["prepared", "settled", "the network"]
    assert caplog.messages == []


def test_stepwise_work_that_says_nothing_is_done(app: Portal, outbox: Outbox) -> None:
    handler("send", stepwise=True)(lambda lease: None)
    outbox.put("send")
    step(app)
    assert outbox.job().state is JobState.DONE


def test_a_stepwise_failure_keeps_the_steps_before_it(app: Portal, outbox: Outbox) -> None:
    @handler("send", stepwise=True)
    def work(lease: Lease) -> None:
        with lease.transaction():
            effect("prepared")
        with lease.transaction():
            effect("settled")
            lease.finish()
            raise ConnectionError("cut")

    outbox.put("send")
    step(app)
    assert (outbox.effects(), outbox.job().state) == (["prepared"], JobState.SCHEDULED)


@pytest.mark.parametrize("stepwise", [False, True])
def test_a_job_may_ask_to_come_again(app: Portal, outbox: Outbox, stepwise: bool) -> None:
    def work(lease: Lease) -> None:
        effect(f"asked, run {lease.attempts}")
        lease.later(30 * SECOND)

    def steps(lease: Lease) -> None:
        with lease.transaction():
            work(lease)

    handler("poll", Rules(most=2), stepwise=stepwise)(steps if stepwise else work)
    with clock.at(START):
        outbox.put("poll")
    for seconds in (0, 29, 30, 59, 60, 90):
        with clock.at(START + seconds * SECOND):
            step(app)
    assert outbox.effects() == ["asked, run 1"] * 4, "asking again is no failed run"


def test_after_the_end_a_lease_writes_nothing_more(app: Portal, outbox: Outbox) -> None:
    @handler("send", stepwise=True)
    def work(lease: Lease) -> None:
        with lease.transaction():
            lease.later(SECOND)
        with lease.transaction():
            effect("too late")

    outbox.put("send")
    step(app)
    assert (outbox.effects(), outbox.job().state) == ([], JobState.SCHEDULED)


def test_a_lease_says_nothing_outside_its_transaction(outbox: Outbox) -> None:
    outbox.put("send")
    lease = claim(None)
    assert lease
    with pytest.raises(RuntimeError, match="only inside"):
        lease.finish()


def test_one_kind_has_one_handler() -> None:
    handler("mail")(lambda lease: None)
    with pytest.raises(ValueError, match="already"):
        handler("mail")(lambda lease: None)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("bad\nsecret second line"), "ValueError: bad"),
        (KeyError("Jane Doe"), "KeyError: …"),
        (ValueError('no mailbox jane.doe@shop.example for "Jane"'), "ValueError: no mailbox … for …"),
        (ValueError("card 4242424242424242"), "ValueError: card …"),
        (ValueError(), "ValueError: "),
        (ValueError("x" * 1000), "ValueError: " + "x" * 288),
    ],
)
def test_an_error_is_told_without_personal_data(error: Exception, said: str) -> None:
    assert told(error) == said


@pytest.mark.postgresql
def test_leases_go_by_the_databases_clock(outbox: Outbox) -> None:
    outbox.put("mail")
    lease = claim(None)
    assert lease
    with transaction(reading=True) as own:
        skew = own.scalar(sa.text("SELECT lease_until - interval '60 seconds' - now() FROM job"))
    assert -SECOND * 5 < skew <= timedelta(0)
