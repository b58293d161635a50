"""A shop's own systems that say the same thing twice at once."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail, operations
from portal.errors import Refusal
from portal.i18n import say
from portal.orders.models import Order
from portal.policies import Resolution
from portal.refunds.models import GiftCard
from tests.harness.keys import Till, key_for
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, race

pytestmark = pytest.mark.race
ORDER = {
    **{"number": "FF-1", "placed_at": "2026-05-01T09:58:12+02:00", "currency": "EUR"},
    **{"prices_include_tax": True, "payments": [{"captured": "20.00", "kind": "card"}]},
    "lines": [{"title": "Mug", "quantity": 2, "subtotal": "20.00"}],
}


def send(trade: Trade, secret: str) -> None:
    """Raises what the answer said where the order was not taken as a new one."""
    answer = Till(trade.shop, secret).send(ORDER, key="once")
    outcomes = [one["outcome"] for one in answer.json["orders"]] if answer.status_code == 200 else answer.text
    assert outcomes == ["imported"], json.dumps(outcomes)


def spend(trade: Trade, secret: str, code: str, reference: str) -> None:
    asked = {"code": code, "amount": "30.00", "currency": "EUR", "reference": reference}
    answer = Till(trade.shop, secret).ask("/gift-cards/spend", "POST", json=asked)
    if answer.status_code in {409, 422}:
        raise Refusal(say("The till was refused."))
    assert answer.status_code == 200, answer.text


def taken(shop: Shop) -> tuple[int, int]:
    """Orders, and imports in the trail."""
    told = sa.select(sa.func.count()).where(Trail.event == Event.ORDERS_IMPORTED)
    with shop.transaction(reading=True) as own:
        return own.scalars(sa.select(sa.func.count(Order.id))).one(), own.scalars(told).one()


def forgets_what_it_said(between: Any) -> None:
    """Nobody looks whether a request came before, nor keeps its answer."""
    operations.begin = lambda *args: None
    operations.finish = lambda *args: None


def test_a_request_with_its_key_sent_twice_at_once_is_one_import_with_one_answer(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    secret = key_for(trade.shop)
    assert race(ground, *[Racer(send, [secret], threads=2)] * 2) == [DONE] * 4
    assert taken(trade.shop) == (1, 1)
    assert broken() == set()


def test_without_its_key_the_second_gets_another_answer(trade: Trade, ground: Ground) -> None:
    """The control of the race above."""
    secret = key_for(trade.shop)
    found = race(ground, *[Racer(send, [secret], careless=forgets_what_it_said)] * 2)
    assert found.count(DONE) < 2


def test_two_tills_that_ask_over_the_api_do_not_spend_one_balance_twice(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """Its control stands beside the verbs, in test_stored_value.py."""
    order = trade.order(Sold(5000, unit_cost=900))
    trade.go_whole_way(order, {1: 1}, resolution=Resolution.GIFT_CARD)
    trade.work()
    with trade.shop.transaction(reading=True) as own:
        card = own.scalars(sa.select(GiftCard.id).where(GiftCard.order_id == order)).one()
    code = trade.show_card(card)
    secrets = [key_for(trade.shop), key_for(trade.shop)]
    racers = [Racer(spend, [secret, code, f"T-{uuid.uuid4().hex[:8]}"]) for secret in secrets]
    assert race(ground, *racers) == [DONE, REFUSED]
    assert broken() == set()
