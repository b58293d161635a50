import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock, config
from portal.db import session
from portal.errors import NotFound
from portal.ids import uuid7
from portal.jobs import Job, JobState
from portal.notices import Notice, SentMail, letter, mail, mailbox, mailers, notify
from tests.harness.shops import Shop
from tests.notices.server import serving
from tests.notices.words import letter as some_letter

Worker = Callable[[], int]


def order(shop: Shop, event: str = "approved", about: uuid.UUID | None = None) -> uuid.UUID:
    about = about or uuid7()
    with shop.transaction():
        notify(None, event, about)
    return about


@contextmanager
def mailing(url: str) -> Iterator[None]:
    before = config.current()
    config.use(replace(before, mail_url=url))
    try:
        yield
    finally:
        config.use(before)


def jobs() -> list[Job]:
    return list(session.scalars(sa.select(Job).where(Job.kind == "notice.send").order_by(Job.id)))


def test_a_notice_arrives_in_the_demos_mailbox(shop: Shop, worker: Worker) -> None:
    letter("approved")(lambda _: some_letter())
    order(shop)
    worker()
    with shop.transaction(reading=True):
        [found] = mailbox()
        assert found.recipient == "annelie@posteo.example"
        assert found.subject == "Your return RMA-7K2M-Q9XD-K is approved"
        assert "/acme/s/abc" in found.text
        assert mail(found.id) is found


def test_a_notice_arrives_through_a_real_server(shop: Shop, worker: Worker) -> None:
    letter("approved")(lambda _: some_letter(name="Büşra"))
    order(shop)
    with serving() as server, mailing(f"smtp://127.0.0.1:{server.port}"):
        worker()
    [found] = server.mails
    with shop.transaction(reading=True):
        [job] = jobs()
        assert found["Message-ID"] == f"<{job.key}@127.0.0.1>"
    assert "Hello Büşra," in found.get_body(("plain",)).get_content()
    assert "Hello Büşra," in found.get_body(("html",)).get_content()


def test_the_same_event_is_told_once(shop: Shop, worker: Worker) -> None:
    letter("approved")(lambda _: some_letter())
    about = order(shop)
    order(shop, about=about)
    worker()
    order(shop, about=about)
    worker()
    with shop.transaction(reading=True):
        assert len(mailbox()) == 1


def test_two_events_and_two_refunds_are_told_apart(shop: Shop, worker: Worker) -> None:
    for event in ("approved", "refunded"):
        letter(event)(lambda _: some_letter())
    about = order(shop)
    order(shop, "refunded", about)
    order(shop, "refunded")
    worker()
    with shop.transaction(reading=True):
        assert len(mailbox()) == 3


def test_a_notice_of_a_transaction_that_failed_is_never_sent(shop: Shop, worker: Worker) -> None:
    letter("approved")(lambda _: some_letter())
    with pytest.raises(ZeroDivisionError), shop.transaction():
        notify(None, "approved", uuid7())
        raise ZeroDivisionError
    assert worker() == 0


def test_neither_the_job_nor_the_notice_holds_anything_personal(shop: Shop, worker: Worker) -> None:
    letter("approved")(lambda _: some_letter())
    order(shop)
    worker()
    with shop.transaction(reading=True):
        said = repr([vars(row) for row in [*jobs(), *session.scalars(sa.select(Notice))]])
        assert "annelie" not in said.lower()


def test_the_mail_says_what_is_true_when_it_is_written(shop: Shop, worker: Worker) -> None:
    name = ["Annelie"]
    letter("approved")(lambda _: some_letter(name=name[0]))
    order(shop)
    name[0] = "Erased"
    worker()
    with shop.transaction(reading=True):
        assert "Hello Erased," in mailbox()[0].text


def test_nobody_to_tell_is_no_fault(shop: Shop, worker: Worker) -> None:
    letter("approved")(lambda _: None)
    order(shop)
    worker()
    with shop.transaction(reading=True):
        assert [job.state for job in jobs()] == [JobState.DONE]
        assert mailbox() == []


@pytest.mark.parametrize("to", ["a@b.example, evil@example.org", ""])
def test_a_recipient_that_is_none_is_a_dead_letter(shop: Shop, worker: Worker, to: str) -> None:
    letter("approved")(lambda _: some_letter(to=to))
    order(shop)
    worker()
    with shop.transaction(reading=True):
        assert [job.state for job in jobs()] == [JobState.DEAD]


def test_a_server_that_says_never_leaves_a_dead_letter(shop: Shop, worker: Worker) -> None:
    letter("approved")(lambda _: some_letter())
    order(shop)
    with serving() as server:
        server.answer = "550 no such mailbox annelie@posteo.example"
        with mailing(f"smtp://127.0.0.1:{server.port}"):
            worker()
    with shop.transaction(reading=True):
        [job] = jobs()
        assert job.state is JobState.DEAD
        assert "550" in job.last_error
        assert "annelie" not in job.last_error


def test_an_event_that_nobody_knows_is_tried_again(shop: Shop, worker: Worker) -> None:
    order(shop, "unknown")
    worker()
    with shop.transaction(reading=True):
        [job] = jobs()
        assert (job.state, job.attempts) == (JobState.SCHEDULED, 1)


def test_a_crash_after_sending_sends_again_under_the_same_message_id(
    shop: Shop, worker: Worker, monkeypatch: pytest.MonkeyPatch, at
) -> None:
    letter("approved")(lambda _: some_letter())
    seen: list[str] = []
    real = mailers.DemoMailbox.send

    def crash_once(self, message) -> None:
        real(self, message)
        seen.append(message["Message-ID"])
        if len(seen) == 1:
            raise ConnectionError

    monkeypatch.setattr(mailers.DemoMailbox, "send", crash_once)
    order(shop)
    began = clock.now()
    worker()
    at(began + timedelta(hours=1))
    worker()
    assert len(seen) == 2
    assert seen[0] == seen[1]
    with shop.transaction(reading=True):
        assert len(mailbox()) == 1
        assert jobs()[0].state is JobState.DONE


def test_mail_of_one_shop_is_not_seen_by_another(shop: Shop, other_shop: Shop, worker: Worker) -> None:
    letter("approved")(lambda _: some_letter())
    order(shop)
    worker()
    with shop.transaction(reading=True):
        id = mailbox()[0].id
    with other_shop.transaction(reading=True):
        assert mailbox() == []
        with pytest.raises(NotFound):
            mail(id)
        assert session.scalars(sa.select(SentMail).where(SentMail.tenant_id == other_shop.id)).all() == []


def test_a_loader_is_registered_once() -> None:
    letter("approved")(lambda _: None)
    with pytest.raises(ValueError, match="approved"):
        letter("approved")(lambda _: None)


def test_a_notice_is_about_something(shop: Shop) -> None:
    with shop.transaction(), pytest.raises(ValueError, match="about"):
        notify(None, "approved")
