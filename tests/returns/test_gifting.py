"""A gift's return is its recipient's, and nobody's before the address is proven."""

import pytest

from portal.audit import Actor
from portal.db import locked
from portal.errors import Refusal
from portal.policies import Resolution
from portal.refunds.quoting import quote
from portal.returns.keeping import keepable
from portal.returns.models import Return
from portal.returns.submitting import submit
from tests.harness.sales import SOCKS, ZONE
from tests.harness.shops import Shop
from tests.harness.trading import Trade

pytestmark = pytest.mark.sqlite


def test_an_unproven_gift_is_not_requested(shop: Shop) -> None:
    trade = Trade(shop)
    draft = trade.gift(trade.order(SOCKS), {1: 1})
    with pytest.raises(Refusal, match="Open the link"), shop.transaction():
        held = locked(Return, draft)
        amount = quote(held, Resolution.STORE_CREDIT).amount
        submit(held, amount, ZONE, Actor("recipient", held.gift))


def test_a_gift_is_not_let_be_kept(shop: Shop) -> None:
    """Its value goes to whoever has the article, and only the article shows that."""
    trade = Trade(shop)
    back = trade.give_back(trade.order(SOCKS), {1: 1})
    with shop.transaction():
        assert keepable(locked(Return, back)) == {}
