"""Two systems of a shop that tell of its products at once."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.catalogue import Variant, importing, taking
from portal.catalogue.directory import Directory
from portal.errors import Refusal
from portal.i18n import say
from portal.web.ritual import Portal
from tests.catalogue.given import pieces, product, variant
from tests.harness.keys import Till, key_for
from tests.harness.trading import Trade
from tests.races.racing import DONE, PATIENCE, REFUSED, Ground, Racer, drop, race

pytestmark = pytest.mark.race


def tell(trade: Trade, secret: str, id: str, on_hand: int = 1) -> None:
    """Raises Refusal where the product is refused, and what the answer said where there is none."""
    body = product(id, variant("HAT-S", on_hand=on_hand))
    answer = Till(trade.shop, secret).ask("/products", "POST", json=body)
    assert answer.status_code == 200, answer.text
    if answer.json["counts"]["refused"]:
        assert answer.json["products"][0]["errors"][0]["why"] == "the SKU HAT-S is offered as Hat already"
        raise Refusal(say("The product was refused."))


def offered(trade: Trade) -> int:
    with trade.shop.transaction(reading=True) as own:
        return own.scalar(sa.select(sa.func.count(Variant.id)).where(Variant.offered)) or 0


def looks_then_writes(between: Any) -> None:
    """Nobody waits for another import; each sees the catalogue as it was before both."""
    of = Directory.of

    def look(products: Any) -> Directory:
        found = of(products)
        between.wait(PATIENCE)
        return found

    Directory.of = look  # type: ignore[method-assign, assignment]
    importing.on_postgresql = lambda: False  # type: ignore[attr-defined]
    taking.record = lambda *args, **facts: []  # type: ignore[attr-defined]  # the trail has a lock of its own


def test_of_two_products_with_one_sku_the_later_is_refused(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    secret = key_for(trade.shop)
    assert race(ground, *(Racer(tell, [secret, id]) for id in ("hat", "cap"))) == [DONE, REFUSED]
    assert offered(trade) == 1 and broken() == set()


def test_without_the_lock_and_the_index_both_are_offered(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    secret = key_for(trade.shop)
    drop(app, "uq_variant_sold")
    race(ground, *(Racer(tell, [secret, id], careless=looks_then_writes) for id in ("hat", "cap")))
    assert offered(trade) == 2 and "I26" in broken()


def test_one_product_told_twice_at_once_is_one_product(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    secret = key_for(trade.shop)
    assert race(ground, *(Racer(tell, [secret, "hat", n], threads=2) for n in (3, 4))) == [DONE] * 4
    assert offered(trade) == 1 and pieces(trade.shop)["HAT-S"] in (3, 4)
    assert broken() == set()
