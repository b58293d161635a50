"""What a shopper is mailed on a return's way, and what a mail leaves alone."""

import uuid

import pytest

from portal.db import find
from portal.notices import mailbox, send_again
from portal.policies.notices import Notices
from portal.policies.versions import activate
from portal.returns.links import status_token
from portal.returns.models import Return
from portal.tenants import locked_shop
from portal.views.mailed import Fate, mails_of
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy, whole


def subjects(shop: Shop) -> list[str]:
    with shop.transaction(reading=True):
        return [mail.subject for mail in reversed(mailbox())]


def version(shop: Shop, return_: uuid.UUID) -> int:
    with shop.transaction(reading=True):
        return find(Return, return_).version


def test_a_return_that_goes_well_is_told_in_three_mails(shop: Shop) -> None:
    trade = Trade(shop)
    return_ = trade.ask(trade.order(Sold(10_000, 2)), {1: 1})
    trade.work()
    trade.receive(return_)
    trade.work()
    trade.inspect(return_)
    trade.approve(return_)
    trade.work()
    with shop.transaction(reading=True):
        rma = find(Return, return_).rma
        told = "".join(mail.text for mail in mailbox())
    assert subjects(shop) == [
        f"Your return {rma} is approved",
        f"We have received your parcel for {rma}",
        f"We have refunded €45.10 for {rma}",
    ]
    assert told.count(f"/acme/s/{status_token(return_)}") == 3


def test_a_no_is_mailed_with_its_reason(shop: Shop) -> None:
    trade = Trade(shop)
    return_ = trade.ask(trade.order(Sold(60_000, 1)), {1: 1})
    trade.deny(return_)
    trade.work()
    with shop.transaction(reading=True):
        text = "".join(mail.text for mail in mailbox())
        assert "A person looks at it" in text
        assert "The reason: No such luck." in text


@pytest.mark.sqlite
def test_a_mail_that_is_switched_off_leaves_by_hand_alone(shop: Shop) -> None:
    trade = Trade(shop)
    with shop.transaction():
        off = Notices(unsent=("received",))
        activate(locked_shop(), whole(policy()).model_copy(update={"notices": off}), shop.actor())
    return_ = trade.ask(trade.order(Sold(10_000, 2)), {1: 1})
    trade.receive(return_)
    trade.work()
    assert [subject.partition(" RMA")[0] for subject in subjects(shop)] == ["Your return"]
    with shop.transaction():
        (mail,) = (one for one in mails_of(return_) if one.fate is Fate.UNSENT)
        send_again(mail.notice, find(Return, return_), shop.actor())
    trade.work()
    assert subjects(shop)[-1].startswith("We have received your parcel")
    with shop.transaction(reading=True):
        assert {one.fate for one in mails_of(return_)} == {Fate.SENT}


@pytest.mark.sqlite
def test_a_mail_makes_no_new_version_so_open_forms_stay_good(shop: Shop) -> None:
    trade = Trade(shop)
    return_ = trade.ask(trade.order(Sold(10_000, 2)), {1: 1})
    before = version(shop, return_)
    trade.work()
    assert subjects(shop) != []
    assert version(shop, return_) == before
