"""Refunding without the goods, at the desk: who may, what is asked, and what everybody then reads."""

from collections.abc import Callable

import pytest

from portal.people.roles import Role
from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.sales import SOCKS, look, requested, sell, take_in
from tests.harness.shops import Shop
from tests.web.desk.working import acts, ask, follow, heading, main, notes, record

Staff = Callable[[Role], ShopClient]


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_manager_lets_the_shopper_keep_it_and_approves(shop: Shop, manager: ShopClient, htmx: bool) -> None:
    id = requested(shop, sell(shop, SOCKS), units=[2])
    assert "Refund without goods…" in acts(record(manager, id))
    page = follow(manager, ask(manager, id, "keep", reason="Not worth it.", htmx=htmx), htmx=htmx)
    assert notes(page) == ["The shopper keeps it and is told so. Its refund can be approved."]
    text = main(page).text
    assert "Kept by the shopper" in text and "Not worth it. Why it need not come back, Manager" in text
    assert "Approve €34.02 now" in text
    with shop.transaction(reading=True):
        token = status_token(id)
    theirs = manager.get(f"/s/{token}")
    assert heading(theirs) == "You keep it" and "2 × Alpaka-Kuschelsocken" in main(theirs).text
    assert "Send it" not in main(theirs).text and "Not worth it." not in theirs.text


@pytest.mark.sqlite
def test_some_are_kept_and_the_others_still_expected(shop: Shop, manager: ShopClient) -> None:
    id = requested(shop, sell(shop, SOCKS), units=[2])
    line = look(shop, id).items[0].return_line_id
    page = follow(manager, ask(manager, id, "keep", reason="One is enough.", **{f"keep-{line}": "1"}))
    assert "Kept by the shopper" in main(page).text and "Expected" in main(page).text


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("n", "reason", "wrong"),
    [
        ("0", "So.", "Choose at least one unit."),
        ("3", "So.", "Choose from 0 to 2."),
        ("x", "So.", "Type a whole number."),
        ("1", "", "Say why it need not come back."),
        ("1", "4111 1111 1111 1111", "This looks like a card number."),
    ],
)
def test_what_is_not_right_is_shown_again(
    shop: Shop, manager: ShopClient, n: str, reason: str, wrong: str
) -> None:
    id = requested(shop, sell(shop, SOCKS), units=[2])
    line = look(shop, id).items[0].return_line_id
    answer = ask(manager, id, "keep", reason=reason, **{f"keep-{line}": n})
    assert answer.status_code == 422 and wrong in main(answer).text
    assert heading(answer) == "What does the shopper keep?"


def test_a_parcel_that_arrives_meanwhile_is_a_conflict(shop: Shop, manager: ShopClient) -> None:
    id = requested(shop, sell(shop, SOCKS), units=[2])
    page = manager.get(f"/desk/returns/{id}/keep")
    take_in(shop, id)
    late = manager.send(page, "/keep", reason="Not worth it.")
    assert late.status_code == 409 and "On the dock" in main(late).text


def test_sent_twice_it_happens_once(shop: Shop, manager: ShopClient) -> None:
    id = requested(shop, sell(shop, SOCKS), units=[2])
    page = manager.get(f"/desk/returns/{id}/keep")
    answers = [manager.send(page, "/keep", reason="Not worth it.") for _ in range(2)]
    assert {(a.status_code, a.location) for a in answers} == {(303, f"/acme/desk/returns/{id}")}


@pytest.mark.sqlite
def test_an_agent_may_not(shop: Shop, staff: Staff) -> None:
    id = requested(shop, sell(shop, SOCKS), units=[2])
    agent = staff(Role.AGENT)
    assert "Refund without goods…" not in acts(record(agent, id))
    assert agent.get(f"/desk/returns/{id}/keep").status_code == 403
