"""A link to an order is mailed to the order's own address, not too often, and again if it must be."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find
from portal.jobs import Job
from portal.notices import SentMail
from portal.notices.mailers import DemoMailbox
from portal.orders.finding import find_by_address
from portal.orders.links import MOST, ask
from portal.orders.models import Order
from portal.people import OneTimeLink
from portal.people.links import MARK
from tests.harness.sales import sell
from tests.harness.shops import Shop

LINK = re.compile(rf"http\S+/acme/l/({MARK}[0-9a-f]{{32}})")
Work = Callable[[], int]


def asked(shop: Shop, *orders: UUID | None) -> None:
    with shop.transaction():
        for order in orders:
            ask(find(Order, order) if order else None)


def mails(shop: Shop) -> list[SentMail]:
    with shop.transaction(reading=True) as session:
        found = list(session.scalars(sa.select(SentMail).order_by(SentMail.at, SentMail.id)))
        session.expunge_all()
        return found


def secrets(mail: SentMail) -> set[str]:
    return set(LINK.findall(mail.text)) | set(LINK.findall(mail.html))


def test_the_link_goes_to_the_orders_own_address(shop: Shop, worker: Work) -> None:
    asked(shop, sell(shop))
    worker()
    (mail,) = mails(shop)
    assert mail.recipient == "annelie@posteo.example"
    assert len(secrets(mail)) == 1
    assert "#1001" in mail.text and "within 30 minutes" in mail.text


def test_asking_for_no_order_leaves_a_job_and_no_mail(shop: Shop, worker: Work) -> None:
    asked(shop, None)
    assert worker() == 1
    assert mails(shop) == []


def test_an_order_without_an_address_gets_none(shop: Shop, worker: Work) -> None:
    asked(shop, sell(shop, email="", email_key=""))
    worker()
    assert mails(shop) == []


def test_a_mailbox_gets_no_more_than_a_few_an_hour_for_all_its_orders(shop: Shop, worker: Work) -> None:
    orders = [sell(shop, number=str(n)) for n in range(MOST + 2)]
    asked(shop, *orders, sell(shop, number="other", email="b@b.example", email_key="b@b.example"))
    worker()
    to = [mail.recipient for mail in mails(shop)]
    assert (to.count("annelie@posteo.example"), to.count("b@b.example")) == (MOST, 1)
    with clock.at(clock.now() + timedelta(minutes=61)):
        asked(shop, orders[0])
        worker()
    assert len(mails(shop)) == MOST + 2


def test_a_mail_that_must_be_sent_again_holds_the_same_link(
    shop: Shop, worker: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first was delivered, but the server's word was lost."""
    sent: list[str] = []
    deliver = DemoMailbox.send

    def lossy(self: DemoMailbox, message: object) -> None:
        sent.append(LINK.findall(message.get_body(("plain",)).get_content())[0])  # type: ignore[attr-defined]
        if len(sent) == 1:
            raise OSError("gone")
        deliver(self, message)  # type: ignore[arg-type]

    monkeypatch.setattr(DemoMailbox, "send", lossy)
    asked(shop, sell(shop))
    worker()
    with clock.at(clock.now() + timedelta(minutes=1)):
        worker()
    assert len(sent) == 2 and len(set(sent)) == 1
    assert [secrets(mail) for mail in mails(shop)] == [{sent[0]}]


def test_a_mail_that_is_held_up_says_how_long_the_link_still_works(
    shop: Shop, worker: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: DemoMailbox, message: object) -> None:
        raise OSError("gone")

    now = clock.now()
    with monkeypatch.context() as patch, clock.at(now):
        patch.setattr(DemoMailbox, "send", gone)
        asked(shop, sell(shop), sell(shop, number="2002"))
        worker()
    with clock.at(now + timedelta(minutes=10)):
        assert worker() == 2
    assert ["within 20 minutes" in mail.text for mail in mails(shop)] == [True, True]


def test_a_link_whose_time_is_over_is_not_mailed_any_more(
    shop: Shop, worker: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: DemoMailbox, message: object) -> None:
        raise OSError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(DemoMailbox, "send", gone)
        asked(shop, sell(shop))
        worker()
    with clock.at(clock.now() + timedelta(minutes=40)):
        assert worker() == 1
    assert mails(shop) == []


def test_the_secret_stands_in_no_row_but_the_demos_mail(shop: Shop, worker: Work) -> None:
    asked(shop, sell(shop))
    worker()
    (secret,) = secrets(mails(shop)[0])
    with shop.transaction(reading=True) as session:
        for kind in (Job, OneTimeLink):
            for row in session.scalars(sa.select(kind)):
                assert secret.removeprefix(MARK) not in repr(vars(row))


@pytest.mark.parametrize(
    ("number", "email", "found"),
    [
        ("1001", "annelie@posteo.example", True), (" #1001", " Annelie@Posteo.example ", True),
        ("1001", "24937", False), ("1001", "b@b.example", False), ("9009", "annelie@posteo.example", False),
        ("1001", "", False),
    ],
)  # fmt: skip
@pytest.mark.sqlite
def test_an_order_is_found_by_its_address_alone(shop: Shop, number: str, email: str, found: bool) -> None:
    order = sell(shop)
    with shop.transaction(reading=True):
        match = find_by_address(number, email)
        assert (match.id if match else None) == (order if found else None)
