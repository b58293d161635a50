"""Deciding at the desk: each form once, however often it is sent; the later of two tabs sees what is so."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.audit import Trail
from portal.audit.actors import SYSTEM
from portal.db import find
from portal.people import User, set_role
from portal.people.roles import Role
from portal.policies import Grade
from portal.refunds.lifecycle import LegState
from portal.refunds.models import RefundLeg
from portal.returns import ItemState, ReturnState
from tests.harness.client import ShopClient
from tests.harness.sales import (
    BOOTS,
    SOCKS,
    Sold,
    approved,
    inspected,
    look,
    received,
    requested,
    sell,
)
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.web.desk.working import acts, ask, follow, heading, main, notes, record, some_in, spent

BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


def asked(shop: Shop, *lines: Sold, number: str = "1001") -> uuid.UUID:
    """A return that waits for a decision."""
    return requested(shop, sell(shop, *lines, number=number), reason="other")


def states(shop: Shop, id: uuid.UUID) -> list[ItemState]:
    return [item.state for item in look(shop, id).items]


@BOTH
def test_a_request_is_authorized(shop: Shop, agent: ShopClient, htmx: bool) -> None:
    id = asked(shop)
    answer = agent.send(record(agent, id), "/authorize", htmx=htmx)
    assert (answer.status_code, answer.location) == (303, f"/acme/desk/returns/{id}")
    page = follow(agent, answer, htmx=htmx)
    assert notes(page) == ["Authorized. The shopper gets the label by mail."]
    assert look(shop, id).return_.state is ReturnState.AUTHORIZED


@BOTH
def test_a_request_is_denied_as_a_whole(shop: Shop, agent: ShopClient, htmx: bool) -> None:
    id = asked(shop, SOCKS, BOOTS)
    page = agent.get(f"/desk/returns/{id}/deny", htmx=htmx)
    answer = agent.send(page, "/deny", reason="Worn outdoors.", htmx=htmx)
    seen = follow(agent, answer, htmx=htmx)
    assert notes(seen) == ["Denied. The shopper gets the reason by mail."]
    assert look(shop, id).return_.state is ReturnState.DENIED
    assert "Worn outdoors. Reason told to the shopper, Agent" in main(seen).text


def test_some_units_of_some_lines_are_declined(shop: Shop, agent: ShopClient) -> None:
    id = asked(shop, SOCKS, BOOTS)
    seen = look(shop, id)
    socks = next(line for line in seen.return_.lines if line.quantity == 2)
    boots = next(line for line in seen.return_.lines if line.quantity == 1)
    answer = ask(agent, id, "deny", reason="One is worn.", **{f"no-{socks.id}": "1", f"no-{boots.id}": "0"})
    assert notes(follow(agent, answer))[0].startswith("Authorized in part.")
    assert look(shop, id).return_.state is ReturnState.PARTIALLY_AUTHORIZED
    assert states(shop, id) == [ItemState.AUTHORIZED, ItemState.DECLINED, ItemState.AUTHORIZED]


@BOTH
@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"reason": " "}, "Give the shopper a reason."),
        ({"reason": "Worn.", "no": "3"}, "Choose from 0 to 2."),
        ({"reason": "Worn.", "no": "two"}, "Type a whole number."),
        ({"reason": "Worn.", "no": "0"}, "Decline at least one unit, or authorize the return."),
        ({"reason": "x" * 2001}, "At most 2000 characters."),
        ({"reason": "Card 4242 4242 4242 4242"}, "This looks like a card number."),
    ],
)
@pytest.mark.sqlite
def test_what_is_not_right_is_said_and_what_was_typed_stays(
    shop: Shop, agent: ShopClient, htmx: bool, typed: dict[str, str], wrong: str
) -> None:
    id = asked(shop)
    line = look(shop, id).return_.lines[0].id
    fields = {f"no-{line}" if name == "no" else name: text for name, text in typed.items()}
    answer = agent.send(agent.get(f"/desk/returns/{id}/deny", htmx=htmx), "/deny", htmx=htmx, **fields)
    assert answer.status_code == 422 and wrong in main(answer).text
    kept = main(answer)
    assert kept.one("textarea")["id"] == "reason" and typed["reason"].strip() in kept.one("textarea").text
    if typed.get("no") not in {None, "two"}:
        assert kept.one("input", name=f"no-{line}")["value"] == typed["no"]
    assert look(shop, id).return_.state is ReturnState.REQUESTED
    again = agent.send(answer, "/deny", reason="Worn.", **{f"no-{line}": "2"})
    assert again.status_code == 303


def test_a_double_click_decides_once_and_both_get_the_same_answer(shop: Shop, agent: ShopClient) -> None:
    id = asked(shop)
    page = record(agent, id)
    first, second = (agent.send(page, "/authorize") for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    told = [e for e in trail(shop, id) if e == "return.authorized"]
    assert len(told) == 1 + len(states(shop, id))


def trail(shop: Shop, id: uuid.UUID) -> list[str]:
    with shop.transaction(reading=True) as session:
        return [row.event for row in session.query(Trail).where(Trail.chain == id).order_by(Trail.no)]


@BOTH
def test_the_later_of_two_tabs_sees_what_is_so(
    shop: Shop, agent: ShopClient, manager: ShopClient, htmx: bool
) -> None:
    id = asked(shop)
    mine, theirs = record(agent, id), manager.get(f"/desk/returns/{id}/deny", htmx=htmx)
    assert agent.send(mine, "/authorize").status_code == 303
    late = manager.send(theirs, "/deny", reason="Worn outdoors.", htmx=htmx)
    assert late.status_code == 409
    assert "This was changed in the meantime." in notes(late)[0]
    assert "Authorized" in main(late).text and "Cancel…" in main(late).text
    assert look(shop, id).return_.state is ReturnState.AUTHORIZED


@pytest.mark.sqlite
def test_another_answer_under_the_same_form_is_refused_with_what_was_typed(
    shop: Shop, agent: ShopClient
) -> None:
    id = asked(shop, SOCKS, BOOTS)
    page = agent.get(f"/desk/returns/{id}/deny")
    assert agent.send(page, "/deny", reason="One.").status_code == 303
    second = agent.send(page, "/deny", reason="Another.")
    assert second.status_code == 409 and "Denied" in main(second).text


def test_a_return_is_cancelled_before_anything_is_sent(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop))
    assert heading(agent.get(f"/desk/returns/{id}/cancel")) == "Cancel this return?"
    assert notes(follow(agent, ask(agent, id, "cancel"))) == ["Cancelled."]
    assert look(shop, id).return_.state is ReturnState.CANCELLED


@pytest.mark.sqlite
def test_a_question_that_is_no_longer_open_shows_the_return(shop: Shop, agent: ShopClient) -> None:
    id = received(shop, sell(shop))
    for act in ("cancel", "stop", "deny"):
        page = agent.get(f"/desk/returns/{id}/{act}")
        assert heading(page).startswith(look(shop, id).return_.rma)


@pytest.mark.sqlite
def test_a_parcel_that_came_while_somebody_was_asked_stops_the_cancelling(
    shop: Shop, agent: ShopClient
) -> None:
    id = requested(shop, sell(shop))
    page = agent.get(f"/desk/returns/{id}/cancel")
    some_in(shop, id, 1)
    late = agent.send(page, "/cancel")
    assert late.status_code == 409 and heading(late).startswith(look(shop, id).return_.rma)
    assert ItemState.CANCELLED not in states(shop, id)


def test_nobody_waits_any_longer_for_what_does_not_come(
    shop: Shop, agent: ShopClient, manager: ShopClient
) -> None:
    id = requested(shop, sell(shop))
    some_in(shop, id, 1)
    assert notes(follow(agent, ask(agent, id, "stop"))) == ["No longer waiting for the rest."]
    assert states(shop, id) == [ItemState.INSPECTED, ItemState.CANCELLED]


def test_a_closed_return_is_opened_again_with_a_reason(
    shop: Shop, agent: ShopClient, manager: ShopClient, worker: Callable[[], int]
) -> None:
    id = approved(shop, sell(shop))
    worker()
    assert agent.get(f"/desk/returns/{id}/reopen").status_code == 403
    assert ask(manager, id, "reopen", reason="").status_code == 422
    page = follow(manager, ask(manager, id, "reopen", reason="The shopper sent a photo."))
    assert "The shopper sent a photo. Why it was opened again, Manager" in main(page).text
    assert look(shop, id).return_.state is ReturnState.AUTHORIZED


def test_what_was_opened_without_need_is_closed_again_by_who_may_open_it(
    shop: Shop, agent: ShopClient, manager: ShopClient, worker: Callable[[], int]
) -> None:
    id = approved(shop, sell(shop))
    worker()
    ask(manager, id, "reopen", reason="The wrong one.")
    assert acts(record(manager, id)) == {"Close…"} and acts(record(agent, id)) == set()
    assert agent.get(f"/desk/returns/{id}/close").status_code == 403
    page = manager.get(f"/desk/returns/{id}/close")
    answer = manager.send(page, "/close")
    assert notes(follow(manager, answer)) == ["Closed."]
    assert look(shop, id).return_.state is ReturnState.CLOSED
    again = manager.send(page, "/close")
    assert (again.status_code, again.location) == (303, answer.location)
    assert acts(record(manager, id)) == {"Open again…"}
    assert broken(shop.app) == {}


def test_a_return_of_which_something_is_open_is_not_closed(
    shop: Shop, agent: ShopClient, manager: ShopClient, worker: Callable[[], int]
) -> None:
    id = approved(shop, sell(shop))
    worker()
    ask(manager, id, "reopen", reason="The wrong one.")
    page = manager.get(f"/desk/returns/{id}/close")
    open_money(shop, id)
    late = manager.send(page, "/close")
    assert late.status_code == 409 and "still open" in main(late).text
    assert look(shop, id).return_.state is ReturnState.AUTHORIZED
    assert "Close…" not in acts(record(manager, id))


def open_money(shop: Shop, id: uuid.UUID) -> None:
    """As if a leg of its refund were not answered yet."""
    with shop.transaction() as session:
        session.execute(sa.update(RefundLeg).values(state=LegState.PENDING))


def test_a_check_is_taken_back_for_some_of_those_that_are_alike(
    shop: Shop, manager: ShopClient, agent: ShopClient
) -> None:
    id = inspected(shop, sell(shop, Sold(5000, 5)), grade=Grade.DAMAGED)
    assert agent.get(f"/desk/returns/{id}/correction").status_code == 403
    page = manager.get(f"/desk/returns/{id}/correction")
    assert "5 × Alpaka-Kuschelsocken, Quarantine" in main(page).text
    assert manager.send(page, "/correction", units="6", reason="Looked wrong.").status_code == 422
    answer = manager.send(page, "/correction", units="2", reason="Looked wrong.")
    assert "The check is taken back." in notes(follow(manager, answer))[0]
    assert sorted(states(shop, id)) == [ItemState.INSPECTED] * 3 + [ItemState.RECEIVED] * 2
    again = manager.send(page, "/correction", units="2", reason="Looked wrong.")
    assert (again.status_code, again.location) == (303, answer.location)
    assert states(shop, id).count(ItemState.RECEIVED) == 2


@pytest.mark.sqlite
def test_units_that_were_paid_meanwhile_are_not_taken_back(
    shop: Shop, manager: ShopClient, agent: ShopClient
) -> None:
    id = inspected(shop, sell(shop))
    page = manager.get(f"/desk/returns/{id}/correction")
    agent.send(record(agent, id), "/refund")
    assert manager.send(page, "/correction", units="1", reason="Wrong.").status_code == 409
    assert states(shop, id) == [ItemState.INSPECTED] * 2


@pytest.mark.sqlite
@pytest.mark.parametrize("act", ["authorize", "deny", "cancel", "stop", "notes", "refund"])
def test_an_auditor_reads_and_does_nothing(
    shop: Shop, staff: Callable[[Role], ShopClient], agent: ShopClient, act: str
) -> None:
    id = asked(shop)
    auditor = staff(Role.AUDITOR)
    token = auditor.get("/desk").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert auditor.post(f"/desk/returns/{id}/{act}", data={"csrf_token": token}).status_code == 403


def test_permission_is_read_when_the_form_is_sent(shop: Shop, agent: ShopClient, manager: ShopClient) -> None:
    id = asked(shop)
    page = record(agent, id)
    with shop.transaction():
        user = find(User, shop.actor(Role.AGENT).id)  # type: ignore[arg-type]
        set_role(user, Role.AUDITOR, SYSTEM)
    assert agent.send(page, "/authorize").status_code == 403
    assert look(shop, id).return_.state is ReturnState.REQUESTED


def test_an_act_costs_the_same_for_few_units_and_for_many(shop: Shop, agent: ShopClient) -> None:
    costs = []
    for n, units in enumerate((2, 200)):
        goods = Sold(units * 1000, units, "TS-ORG", "Bio-T-Shirt")
        costs.append(acts_cost(shop, agent, goods, str(n)))
    assert costs[0] == costs[1] and max(costs[0]) <= 30


def acts_cost(shop: Shop, client: ShopClient, goods: Sold, number: str) -> list[int]:
    """How many statements it takes to decline half, to authorize, to stop waiting and to approve."""
    half, whole = asked(shop, goods, number=f"{number}1"), asked(shop, goods, number=f"{number}2")
    line, n = look(shop, half).return_.lines[0].id, goods.quantity // 2
    pages = [
        (client.get(f"/desk/returns/{half}/deny"), "/deny", {f"no-{line}": str(n), "reason": "Worn."}),
        (record(client, whole), "/authorize", {}),
    ]
    found = [cost(shop, client, *page) for page in pages]
    some_in(shop, whole, n)
    for page, to in ((f"/desk/returns/{whole}/stop", "/stop"), (f"/desk/returns/{whole}", "/notes")):
        found.append(cost(shop, client, client.get(page), to, {"text": "So."} if to == "/notes" else {}))
    return found


def cost(shop: Shop, client: ShopClient, page: TestResponse, to: str, typed: dict[str, str]) -> int:
    return spent(shop, client, lambda: client.send(page, to, **typed), 303)
