"""A till asks for balances, spends and releases, by its reference once; what it sends is repeated nowhere."""

import pytest
import sqlalchemy as sa

from portal.audit import Actor, Trail
from portal.db import find
from portal.ids import gift_code, print_gift
from portal.people import KeyScope
from portal.people.keys import revoke_key
from portal.people.models import ApiKey
from portal.policies import Resolution
from portal.refunds.models import GiftCard
from portal.web.api import blueprint
from tests.harness.keys import Till, key_for
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade

LAMP = Sold(5000, unit_cost=900)


def code_of(shop: Shop) -> str:
    trade = Trade(shop)
    trade.go_whole_way(trade.order(LAMP), {1: 1}, resolution=Resolution.GIFT_CARD)
    trade.work()
    with shop.transaction(reading=True) as session:
        card = session.scalars(sa.select(GiftCard.id)).one()
    return print_gift(trade.show_card(card))


def test_a_till_spends_a_gift_card_once_and_releases_it(shop: Shop, till: Till) -> None:
    code = code_of(shop)
    sale = {"code": code, "amount": "30.00", "currency": "EUR", "reference": "S-1"}
    first = till.ask("/gift-cards/spend", "POST", json=sale)
    assert first.status_code == 200, first.text
    assert (first.json["left"], first.json["again"]) == ("15.10", False)
    assert till.ask("/gift-cards/spend", "POST", json=sale).json == {**first.json, "again": True}
    assert till.ask("/gift-cards/spend", "POST", json={**sale, "amount": "1.00"}).status_code == 409
    held = till.ask("/gift-cards/balance", "POST", json={"code": code}).json
    assert held == {"balance": "15.10", "currency": "EUR", "state": "open", "until": None}
    assert till.ask("/gift-cards/release", "POST", json={"reference": "S-1"}).json["again"] is False
    assert till.ask("/gift-cards/release", "POST", json={"reference": "S-1"}).json["again"] is True
    assert till.ask("/gift-cards/balance", "POST", json={"code": code}).json["balance"] == "45.10"
    with shop.transaction(reading=True) as session:
        kinds = session.scalars(sa.select(Trail.actor_kind).where(Trail.event == "gift_card.spent")).all()
    assert kinds == ["api"]
    assert broken(shop.app) == {}


def test_a_till_spends_store_credit_and_releases_it(shop: Shop, till: Till) -> None:
    trade = Trade(shop)
    trade.go_whole_way(trade.order(LAMP), {1: 1}, resolution=Resolution.STORE_CREDIT)
    trade.work()
    owner = {"email": "Nils@Ek.example", "currency": "EUR"}
    sale = {**owner, "amount": "45.10", "reference": "S-1"}
    assert till.ask("/store-credit/spend", "POST", json=sale).json["left"] == "0.00"
    assert till.ask("/store-credit/spend", "POST", json=sale).json["again"]
    assert till.ask("/store-credit/release", "POST", json={"reference": "S-1"}).status_code == 200
    assert till.ask("/store-credit/balance", "POST", json=owner).json["balance"] == "45.10"
    assert broken(shop.app) == {}


def test_what_cannot_be_is_refused_and_a_code_is_not_repeated(shop: Shop, till: Till) -> None:
    unknown = print_gift(gift_code(b"k", "nobody's"))
    sale = {"code": unknown, "amount": "1.00", "currency": "EUR", "reference": "S-1"}
    assert till.ask("/gift-cards/spend", "POST", json=sale).status_code == 422
    wrong = till.ask("/gift-cards/spend", "POST", json={**sale, "amount": "1,00", "extra": unknown})
    assert wrong.status_code == 422 and unknown not in wrong.text
    for bad in ("1.001", "-1.00", "0", "1e3", "٣"):
        answer = till.ask("/gift-cards/spend", "POST", json={**sale, "amount": bad})
        assert answer.status_code == 422, bad
    assert till.ask("/gift-cards/balance", "POST", json={"code": "GIFT-0000"}).status_code == 422
    assert till.ask("/gift-cards/release", "POST", json={"reference": "S-9"}).status_code == 422
    assert till.ask("/store-credit/balance", "POST", json={"email": "x@y.example"}).status_code == 422


def test_the_scope_is_needed(shop: Shop) -> None:
    orders = Till(shop, key_for(shop, [KeyScope.WRITE_ORDERS]))
    assert orders.ask("/gift-cards/release", "POST", json={"reference": "S-1"}).status_code == 403


def test_a_key_that_is_revoked_while_its_request_waits_spends_nothing(
    shop: Shop, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, real = code_of(shop), blueprint.acts

    def revoked(actor: Actor) -> None:
        with shop.transaction():
            revoke_key(find(ApiKey, actor.id or shop.id), shop.actor())
        real(actor)

    monkeypatch.setattr(blueprint, "acts", revoked)
    sale = {"code": code, "amount": "30.00", "currency": "EUR", "reference": "S-1"}
    assert till.ask("/gift-cards/spend", "POST", json=sale).status_code == 401
    with shop.transaction(reading=True) as session:
        assert session.scalars(sa.select(GiftCard.balance)).one() == 4510
