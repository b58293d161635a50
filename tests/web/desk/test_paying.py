"""Money at the desk: approved as shown, taken back, sent again."""

import uuid
from collections.abc import Callable
from functools import partial

import pytest
from werkzeug.test import TestResponse

from portal import config
from portal.policies import Grade
from portal.refunds.gateways.bank import Bank, Mode, Switch
from portal.refunds.lifecycle import LegState
from portal.returns import ReturnState
from tests.harness.client import ShopClient
from tests.harness.sales import SOCKS, Sold, approve_ready, approved, check, inspected, look, received, sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy
from tests.web.desk.working import acts, follow, main, notes, record, spent

BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
COAT = Sold(20000, 1, "DJ-POL", "Daunenjacke", taxes={"19": 3193})


def amounts(shop: Shop, id: uuid.UUID) -> list[int]:
    return [refund.amount for refund in look(shop, id).refunds]


def legs(shop: Shop, id: uuid.UUID) -> list[LegState]:
    return [leg.state for refund in look(shop, id).refunds for leg in refund.legs]


def bank(shop: Shop, mode: Mode) -> None:
    line = Bank(config.current().bank_file, str(shop.id))
    line.switch = Switch(mode)


@BOTH
def test_a_refund_is_approved_as_it_is_shown_and_then_sent(
    shop: Shop, agent: ShopClient, worker: Callable[[], int], htmx: bool
) -> None:
    id = inspected(shop, sell(shop))
    answer = agent.send(record(agent, id), "/refund", htmx=htmx)
    page = follow(agent, answer, htmx=htmx)
    assert notes(page) == ["€29.12 approved. It is sent in a moment."]
    assert "waits to be sent" in main(page).text and legs(shop, id) == [LegState.APPROVED]
    worker()
    page = record(agent, id)
    assert "Visa ending 4417 sent" in main(page).text and "re_test_" in main(page).text
    assert look(shop, id).return_.state is ReturnState.CLOSED


def test_a_double_click_approves_once(shop: Shop, agent: ShopClient) -> None:
    id = inspected(shop, sell(shop))
    page = record(agent, id)
    answers = [agent.send(page, "/refund") for _ in range(3)]
    assert {(a.status_code, a.location) for a in answers} == {(303, f"/acme/desk/returns/{id}")}
    assert amounts(shop, id) == [2912]


@BOTH
def test_what_changed_under_the_page_is_not_approved(shop: Shop, agent: ShopClient, htmx: bool) -> None:
    id = received(shop, sell(shop))
    check(shop, id)
    page = agent.get(f"/desk/returns/{id}", htmx=htmx)
    approve_ready(shop, id)
    late = agent.send(page, "/refund", htmx=htmx)
    assert late.status_code == 409 and amounts(shop, id) == [2912]
    assert "Refund 1" in main(late).text and "Approve refund" not in acts(late)


@pytest.mark.sqlite
@pytest.mark.parametrize("shown", ["2913", "0", "", "-1", "1e4", "99999999999999999999"])
def test_another_amount_than_the_plans_is_refused_with_the_plan(
    shop: Shop, agent: ShopClient, shown: str
) -> None:
    id = inspected(shop, sell(shop))
    answer = agent.send(record(agent, id), "/refund", shown=shown)
    assert answer.status_code == (409 if shown else 422) and amounts(shop, id) == []
    assert "Approve €29.12 now" in main(answer).text


def test_an_agent_cannot_go_above_the_limit_by_sending_the_form_anyway(
    shop: Shop, agent: ShopClient, manager: ShopClient
) -> None:
    id = inspected(shop, sell(shop, COAT))
    form = record(manager, id)
    token = record(agent, id).text.split('name="csrf_token" value="')[1].split('"')[0]
    forged = agent.send(form, "/refund", csrf_token=token)
    assert forged.status_code == 422 and amounts(shop, id) == []
    assert "You may approve up to €100.00. Ask a manager." in notes(forged)
    assert manager.send(form, "/refund").status_code == 303 and amounts(shop, id) == [19510]


def test_a_limit_that_is_lowered_binds_at_once_for_returns_of_before(shop: Shop, agent: ShopClient) -> None:
    id = inspected(shop, sell(shop))
    page = record(agent, id)
    Trade(shop).rule(policy(agent_limit={"EUR": 1_000}))
    late = agent.send(page, "/refund")
    assert late.status_code == 422 and amounts(shop, id) == []
    assert "You may approve up to €10.00. Ask a manager." in notes(late)
    Trade(shop).rule(policy(agent_limit={"EUR": 3_000}))
    assert agent.send(record(agent, id), "/refund").status_code == 303 and amounts(shop, id) == [2912]


@BOTH
def test_an_approval_is_taken_back_before_it_goes(shop: Shop, agent: ShopClient, htmx: bool) -> None:
    id = approved(shop, sell(shop))
    answer = agent.send(record(agent, id), "/cancel", htmx=htmx)
    page = follow(agent, answer, htmx=htmx)
    assert notes(page) == ["The approval is taken back. Nothing was sent."]
    assert legs(shop, id) == [LegState.CANCELLED] and acts(page) == {"Approve refund"}
    assert look(shop, id).order.reserved == 0


def test_what_has_gone_cannot_be_taken_back(shop: Shop, agent: ShopClient, worker: Callable[[], int]) -> None:
    id = approved(shop, sell(shop))
    page = record(agent, id)
    worker()
    late = agent.send(page, "/cancel")
    assert late.status_code == 409 and legs(shop, id) == [LegState.SUCCEEDED]
    assert "Take the approval back" not in main(late).text


def test_what_failed_is_sent_again_by_those_who_may(
    shop: Shop, agent: ShopClient, manager: ShopClient, worker: Callable[[], int]
) -> None:
    id = approved(shop, sell(shop))
    bank(shop, Mode.DECLINE)
    worker()
    page = record(agent, id)
    assert "A refund did not arrive" in notes(page)[0] and "failed" in main(page).text
    ways = next(a for a in main(page).all("a") if "/stopped/" in a.get("href"))
    (text,) = ways.all("span")  # a button spaces its parts, so none of the sentence may be one
    assert text.text == ways.text.strip() and "€29.12" in text.text
    assert "again" not in {b.text for b in main(page).all("button")} and not again(page)
    bank(shop, Mode.NORMAL)
    answers = [manager.send(page_, *again(page_)) for page_ in [record(manager, id)] * 2]
    assert {(a.status_code, a.location) for a in answers} == {(303, f"/acme/desk/returns/{id}")}
    worker()
    assert legs(shop, id) == [LegState.FAILED, LegState.SUCCEEDED]
    assert look(shop, id).return_.state is ReturnState.CLOSED
    assert not again(record(manager, id))


def again(page: TestResponse) -> list[str]:
    """Where the forms go that send a leg again."""
    found = [form.get("action") for form in main(page).all("form")]
    return [action for action in found if "/legs/" in action and action.endswith("/again")]


@pytest.mark.sqlite
def test_a_refund_or_leg_of_another_return_is_not_found_here(
    shop: Shop, manager: ShopClient, agent: ShopClient
) -> None:
    id = approved(shop, sell(shop, number="1"))
    other = inspected(shop, sell(shop, number="2"), grade=Grade.OPENED)
    refund = look(shop, id).refunds[0]
    token = record(manager, other).text.split('name="csrf_token" value="')[1].split('"')[0]
    for path in (f"refunds/{refund.id}/cancel", f"legs/{refund.legs[0].id}/again"):
        answer = manager.post(f"/desk/returns/{other}/{path}", data={"csrf_token": token})
        assert answer.status_code == 404


def test_approving_costs_the_same_for_few_units_and_for_many(shop: Shop, manager: ShopClient) -> None:
    costs = []
    for n, units in enumerate((2, 200)):
        id = inspected(shop, sell(shop, Sold(units * 1000, units), number=str(n)))
        page = record(manager, id)
        costs.append(spent(shop, manager, partial(manager.send, page, "/refund"), 303))
    assert costs[0] == costs[1] <= 30


def test_the_page_shows_the_same_sums_that_the_books_get(
    shop: Shop, agent: ShopClient, worker: Callable[[], int]
) -> None:
    id = inspected(shop, sell(shop, SOCKS))
    agent.send(record(agent, id), "/refund")
    worker()
    money = main(record(agent, id)).one("section", aria_labelledby="h-money").text
    assert "2 units €5.43 tax goes back €34.02" in money and "Return label −€4.90" in money
    assert "Refund €29.12" in money and "re_test_" in money
