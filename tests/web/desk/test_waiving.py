"""Letting go what a shopper owes for an exchange, at the desk."""

import uuid

import pytest

from portal.refunds import demands
from portal.refunds.demands import Demand
from portal.returns.models import Return
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap
from tests.harness.trading import policy
from tests.web.desk.working import follow, main, notes, record

pytestmark = pytest.mark.sqlite


@pytest.fixture
def swap(shop: Shop) -> Swap:
    trade = Swap(shop)
    trade.rule(policy(goodwill_budget={"EUR": 2_000}))
    return trade


@pytest.fixture
def return_(swap: Swap) -> uuid.UUID:
    """Its exchange costs 15.00 more."""
    return swap.ready(swap.stock("HAT", 4_500, 3))


def page_of(swap: Swap, return_: uuid.UUID) -> str:
    with swap.shop.transaction(reading=True) as session:
        held = session.get_one(Return, return_)
        (owed,) = demands.demands_of(held)
        return f"/desk/returns/{return_}/owed/{owed.id}/waive"


def test_it_is_let_go_once_for_a_reason_and_said(swap: Swap, return_: uuid.UUID, manager: ShopClient) -> None:
    address = page_of(swap, return_)
    assert address in record(manager, return_).text
    form = manager.get(address)
    assert "Let €15.00 go?" in main(form).text and "€20.00" in main(form).text
    wrong = manager.send(form, "/waive", reason="", note="A word <b>")
    assert wrong.status_code == 422 and "Choose a reason." in main(wrong).text
    assert "A word &lt;b&gt;" in wrong.text
    other = manager.send(form, "/waive", reason="other", note="")
    assert other.status_code == 422 and "Say why." in main(other).text
    answers = [manager.send(form, "/waive", reason="loyalty", note="An old friend") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert notes(follow(manager, answers[0], htmx=False)) == ["€15.00 is let go. The shopper is told."]
    swap.work()
    page = main(record(manager, return_)).text
    assert "let go, as goodwill" in page and "Let it go…" not in page
    assert "What was owed let go" in page and "€15.00" in page
    assert swap.exchange(return_).state == "to_ship"
    assert "Let €15.00 go?" not in main(manager.get(address)).text
    assert broken(swap.shop.app) == {}


def test_above_the_budget_nothing_is_let_go(swap: Swap, manager: ShopClient) -> None:
    return_ = swap.ready(swap.stock("CAP", 9_000, 3))
    form = manager.get(page_of(swap, return_))
    answer = manager.send(form, "/waive", reason="late", note="It came late")
    assert answer.status_code == 422 and "€20.00 of your goodwill for this month is left." in answer.text
    assert "It came late" in read(answer.text).one("textarea").text
    with swap.shop.transaction(reading=True) as session:
        assert session.query(Demand).one().state == "open"
