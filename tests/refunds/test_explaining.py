"""A refund that is less than planned is explained to its shopper: on the page and in the mail, by name."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal import clock
from portal.db import find
from portal.notices import mailbox
from portal.policies import Grade
from portal.returns.links import status_token
from portal.returns.models import Return
from portal.web.shopper.money import coming_of, explained_of, money_of
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy

COAT = Sold(11_900, 1, "COAT", "Coat", taxes={"19": 1_900}, category="Clothes")
MUG = Sold(3_000, 3, "MUG", "Mug", taxes={"19": 479})
TAG = {"id": "tag", "promise": "Unworn, with its tag", "question": "The tag on?", "unmet": "reduced"}
BOX = {"id": "box", "promise": "In its box", "question": "In its box?", "unmet": "reduced", "points": 1_000}
USED = {"id": "used", "label": "Used goods", "grades": ["C"], "fixed": {"EUR": 2_000}}


@pytest.fixture
def trade(shop: Shop) -> Iterator[Trade]:
    """Orders are placed once the policy is in force."""
    trade = Trade(shop)
    conditions = [{**one, "match": {"categories": ["Clothes"]}} for one in (TAG, BOX)]
    trade.rule(policy(conditions=conditions, fees=[USED]))
    with clock.at(clock.now() + timedelta(days=10)):
        yield trade


def rows(client: ShopClient, return_: uuid.UUID) -> list[str]:
    page = read(client.get(f"/s/{status_token(return_)}").text)
    sections = [e for e in page.all("section") if e.get("aria-labelledby") == "explained"]
    return [row.text for section in sections for row in section.all("tr")]


def mail(trade: Trade) -> str:
    with trade.shop.transaction(reading=True):
        return next(one.text for one in mailbox() if "We have sent your refund" in one.text)


def adds_up(trade: Trade, id: uuid.UUID) -> bool:
    with trade.shop.transaction(reading=True):
        return_ = find(Return, id)
        coming = coming_of(return_)
        explained, money = explained_of(return_, coming), money_of(return_, coming)
        assert explained and money
        shown = [amount for group in explained.groups for kind, _, _, amount in group if kind != "head"]
        return sum(shown) == explained.explanation.total == money.total


def test_a_condition_and_a_fee_by_grade_are_named_with_their_amounts(
    trade: Trade, client: ShopClient
) -> None:
    return_ = trade.ask(trade.order(COAT, MUG), {1: 1, 2: 2})
    trade.receive(return_)
    assert rows(client, return_) == []
    trade.inspect(return_, Grade.USED, met=False)
    told = [
        *("1 × Coat €39.50", "Planned for it €119.00", "Not as agreed: Unworn, with its tag −€59.50"),
        *("Fee: Used goods −€20.00", "2 × Mug €0.00", "Planned for it €20.00", "Fee: Used goods −€20.00"),
        *("Return label −€4.90", "It comes to €34.60"),
    ]
    assert rows(client, return_) == told and adds_up(trade, return_)
    trade.approve(return_)
    assert rows(client, return_) == told and adds_up(trade, return_)
    trade.work()
    assert rows(client, return_) == told
    lines = mail(trade).splitlines()
    assert [line[2:] for line in lines if line.startswith("- ")][1:] == [
        *("1 × Coat, planned for it: €119.00", "Not as agreed: Unworn, with its tag: -€59.50"),
        *("Fee: Used goods: -€20.00", "2 × Mug, planned for it: €20.00", "Fee: Used goods: -€20.00"),
        "Return label: -€4.90",
    ]
    assert "Do you see it differently? Write to us and say why." in mail(trade)


def test_what_was_accepted_as_less_is_told_apart_from_the_condition(trade: Trade, client: ShopClient) -> None:
    return_ = trade.ask(trade.order(COAT), {1: 1})
    trade.receive(return_)
    trade.inspect(return_, met=False)
    trade.answer(trade.reduce(return_, amount=1_000))
    assert rows(client, return_)[2:4] == [
        "Not as agreed: Unworn, with its tag −€59.50",
        "Parts are missing −€10.00",
    ]
    trade.approve(return_)
    assert adds_up(trade, return_)


def test_nothing_is_explained_where_all_is_as_planned(trade: Trade, client: ShopClient) -> None:
    return_ = trade.go_whole_way(trade.order(COAT), {1: 1})
    trade.work()
    assert rows(client, return_) == []
    assert "differently" not in mail(trade)


def test_the_way_to_object_leads_to_the_messages(trade: Trade, client: ShopClient) -> None:
    return_ = trade.ask(trade.order(COAT), {1: 1})
    trade.receive(return_)
    trade.inspect(return_, met=False)
    page = read(client.get(f"/s/{status_token(return_)}").text)
    assert "#talk" in [a.get("href") for a in page.all("a")] and page.one(id="talk")
