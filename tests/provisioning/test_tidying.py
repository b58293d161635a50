"""What is done and long past goes; what `flask verify` asks for stays."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Event, Trail
from portal.audit.models import Operation
from portal.checks.outbox import CAUSES
from portal.db import session, transaction
from portal.jobs import Job, enqueue
from portal.jobs.handlers import evident
from portal.jobs.worker import Worker, step
from portal.notices import Notice
from portal.orders.links import ask
from portal.orders.models import Order
from portal.people import OneTimeLink
from portal.provisioning import tidying
from portal.returns.photos.models import PhotoFile
from tests.harness.sales import SOCKS, approved, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade


def jobs(shop: Shop, *where: sa.ColumnElement[bool]) -> set[str]:
    with shop.transaction(reading=True):
        return set(session.scalars(sa.select(Job.key).where(*where)))


def days_later(shop: Shop, days: int) -> None:
    """A worker takes its turns then."""
    with clock.at(clock.now() + timedelta(days=days)):
        worker = Worker(shop.app)
        while not worker.turn():
            pass


def test_what_the_trail_demands_is_what_stays() -> None:
    assert evident() == CAUSES.keys()


def test_done_jobs_go_after_a_month_and_all_still_ties_out(shop: Shop) -> None:
    order = sell(shop)
    return_ = approved(shop, order)
    with shop.transaction():
        ask(session.scalars(sa.select(Order).where(Order.id == order)).one())
    days_later(shop, 0)
    done = Job.done_at.is_not(None)
    before = jobs(shop, done)
    days_later(shop, 29)
    assert before <= jobs(shop, done)
    days_later(shop, 32)
    left = jobs(shop, done)
    assert {key for key in left if key.startswith(("send/", "ready/"))}, return_
    assert not {key for key in left if key.startswith(("order.link/", "label/"))}
    assert before - left
    assert broken(shop.app) == {}


def test_the_job_of_a_mail_that_never_left_stays(shop: Shop) -> None:
    now = clock.now()
    with shop.transaction():
        facts = {"event": "requested", "kind": "mail", "created_at": now, "times": 1, "about": shop.id}
        unsent, sent = (Notice(**{**facts, "event": e}) for e in ("requested", "approved"))
        sent.sent_at = now
        session.add_all([unsent, sent])
        session.flush()
        for notice in (unsent, sent):
            enqueue("notice.send", {"notice": notice.id}, notice.key)
        session.execute(sa.update(Job).values(done_at=now))
        kept, gone = unsent.key, sent.key
    days_later(shop, 31)
    assert kept in jobs(shop) and gone not in jobs(shop)


def test_what_somebody_threw_away_stays_and_so_does_what_nobody_here_knows(shop: Shop) -> None:
    now = clock.now()
    with shop.transaction():
        for kind, dead in (("label.issue", now), ("from.the.future", None)):
            row = {"kind": kind, "payload": {}, "key": kind, "run_at": now, "done_at": now, "dead_at": dead}
            session.add(Job(tenant_id=shop.id, **row))
    days_later(shop, 40)
    assert {"label.issue", "from.the.future"} <= jobs(shop)


def test_more_than_one_lot_goes_in_one_day(shop: Shop) -> None:
    now, many = clock.now(), tidying.AT_ONCE + 5
    with shop.transaction():
        session.add_all([_link(n, now) for n in range(many)])
    days_later(shop, 31)
    assert not {key for key in jobs(shop) if key.startswith("order.link")}


def _link(n: int, now: datetime) -> Job:
    return Job(kind="order.link", payload={}, key=f"order.link/{n}", run_at=now, done_at=now)


def test_links_that_are_over_go_in_every_shop(shop: Shop, other_shop: Shop) -> None:
    for one in (shop, other_shop):
        order = sell(one)
        with one.transaction():
            ask(session.scalars(sa.select(Order).where(Order.id == order)).one())
    while step(shop.app):
        pass
    links = sa.select(sa.func.count(OneTimeLink.id))
    with shop.app.app_context(), transaction(reading=True) as own:
        assert own.scalar(links) == 2
    days_later(shop, 1)
    with shop.app.app_context(), transaction(reading=True) as own:
        assert own.scalar(links) == 0


def test_answers_to_forms_go_after_a_month(shop: Shop) -> None:
    with shop.transaction():
        session.add(Operation(actor="person:x", digest="d" * 64, at=clock.now(), answer={"to": "/acme/desk"}))
    for days, left in ((29, 1), (32, 0)):
        days_later(shop, days)
        with shop.transaction(reading=True):
            assert session.scalar(sa.select(sa.func.count(Operation.id))) == left


def test_many_workers_tidy_once_a_day(shop: Shop) -> None:
    for _ in range(2):
        days_later(shop, 0)
    assert len({key for key in jobs(shop) if key.startswith("house.tidy/")}) == 1


@pytest.mark.sqlite
def test_photos_of_drafts_that_nobody_went_on_with_go_after_a_month(shop: Shop) -> None:
    trade, kept = Trade(shop), sa.select(sa.func.count(PhotoFile.id))
    trade.show(trade.draft(trade.order(SOCKS), {1: 1}))
    asked = trade.ask(trade.order(SOCKS), {1: 1})
    trade.show(asked, 2)
    for days, left in ((29, 3), (32, 2)):
        days_later(shop, days)
        with shop.transaction(reading=True):
            assert session.scalar(kept) == left
    with shop.transaction(reading=True):
        gone = sa.select(Trail.actor_kind).where(Trail.event == Event.PHOTO_REMOVED)
        assert session.scalars(gone).all() == ["job"]
    assert broken(shop.app) == {}
