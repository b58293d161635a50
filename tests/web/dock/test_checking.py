"""Checking: conditions, grade, and where the rules send a unit; for one, or for all that are alike."""

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.audit import Operation
from portal.db import locked, session
from portal.people.roles import Role
from portal.policies import Disposition, Grade
from portal.returns.lifecycle import ItemState, Outcome
from portal.returns.models import Note, Return
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.sales import BOOTS, SOCKS, approve_ready, look, received, requested, sell, take_in
from tests.harness.shops import Shop
from tests.web.dock.working import (
    MUGS,
    PLUGS,
    SHIRTS,
    answered,
    asked,
    check,
    follow,
    heading,
    main,
    note,
    scan,
    sign_in,
    take_all,
)


def proposal(text: str) -> Element:
    (found,) = [e for e in read(text).all("section") if e.get("id").startswith("proposal-")]
    return found


@pytest.mark.parametrize("htmx", [False, True])
def test_units_are_checked_one_after_another_until_the_parcel_is_done(
    shop: Shop, clerk: ShopClient, htmx: bool
) -> None:
    id = received(shop, sell(shop, BOOTS, SOCKS))
    page = scan(clerk, "1001", htmx=htmx)
    assert heading(page) == "Wanderstiefel" and asked(page) == ["condition-box_there"]
    page = follow(clerk, check(clerk, page, "A", met=False, htmx=htmx), htmx=htmx)
    assert note(page) == "Checked: 1 × Wanderstiefel, grade A. Restock as new."
    assert heading(page) == "Alpaka-Kuschelsocken" and asked(page) == []
    page = follow(clerk, check(clerk, page, "B", htmx=htmx), htmx=htmx)
    page = follow(clerk, check(clerk, page, "D", htmx=htmx), htmx=htmx)
    assert heading(page) == "Parcel done"
    assert [(i.grade, i.outcome, i.disposition) for i in look(shop, id).items] == [
        (Grade.NEW, Outcome.REDUCED, Disposition.RESTOCK),
        (Grade.OPENED, Outcome.ACCEPTED, Disposition.OPEN_BOX),
        (Grade.DAMAGED, Outcome.ACCEPTED, Disposition.QUARANTINE),
    ]


@pytest.mark.sqlite
def test_all_that_is_wrong_is_told_at_once(shop: Shop, clerk: ShopClient) -> None:
    received(shop, sell(shop, BOOTS))
    page = scan(clerk, "1001")
    for less in ("much", "12,345", "101"):
        wrong = check_with(clerk, page, less=less, grade="")
        assert wrong.status_code == 422
        told = {a["href"] for a in main(wrong).all("a") if a.get("href").startswith("#")}
        assert told == {"#condition-box_there", "#grade", "#less", "#found"}
        assert "from 0 to 100, such as 12.5." in main(wrong).one(id="less-error").text
    assert "#found" not in check_with(clerk, page, less="", grade="").text


def check_with(clerk: ShopClient, page: TestResponse, **typed: str) -> TestResponse:
    return clerk.send(page, page.request.path, **typed)


def test_nothing_is_answered_beforehand(shop: Shop, clerk: ShopClient) -> None:
    received(shop, sell(shop, BOOTS))
    ticked = [e for e in main(scan(clerk, "1001")).all("input", type="radio") if "checked" in e.attributes]
    assert ticked == []


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_missing_is_asked_for_and_what_was_said_stays(
    shop: Shop, clerk: ShopClient, htmx: bool
) -> None:
    id = received(shop, sell(shop, BOOTS))
    page = scan(clerk, "1001")
    answer = clerk.send(page, page.request.path, grade="B", note="Smells of smoke", htmx=htmx)
    assert answer.status_code == 422
    links = [a["href"] for a in read(answer.text).one(role="alert").all("a")]
    assert links == ["#condition-box_there"]
    assert "checked" in read(answer.text).one("input", name="grade", value="B").attributes
    assert "Smells of smoke" in answer.text
    assert look(shop, id).items[0].state is ItemState.RECEIVED
    empty = read(clerk.send(page, page.request.path, htmx=htmx).text).one(role="alert")
    assert [a["href"] for a in empty.all("a")] == ["#condition-box_there", "#grade"]
    answer = clerk.send(page, page.request.path, **{"condition-box_there": "yes"}, htmx=htmx)
    assert answer.status_code == 422 and "Choose a grade." in main(answer).text


@pytest.mark.parametrize("htmx", [False, True])
def test_the_rules_propose_as_soon_as_everything_is_answered(
    shop: Shop, clerk: ShopClient, htmx: bool
) -> None:
    id = received(shop, sell(shop, BOOTS))
    page = scan(clerk, "1001")
    assert "follows from the answers" in proposal(page.text).text
    for typed, where in (
        ({"grade": "B"}, "follows from the answers"),
        (answered(page, "B"), "Restock as open box"),
        (answered(page, "E", met=False), "Destroy"),
        ({**answered(page, "B"), "disposition": "donate"}, "Donate"),
    ):
        address = f"/acme/dock/items/{look(shop, id).items[0].id}/proposal"
        assert main(page).one("button", formaction=address)["hx-post"] == address
        sent = {"csrf_token": main(page).all("input", name="csrf_token")[0]["value"], **typed}
        answer = clerk.post(address, data=sent, htmx=htmx)
        assert answer.status_code == 200 and where in proposal(answer.text).text
        assert ("<html" in answer.text) is not htmx and bool(read(answer.text).all("h1")) is not htmx
        if not htmx and "grade" in typed:
            assert "checked" in main(answer).one("input", name="grade", value=typed["grade"]).attributes
    assert look(shop, id).items[0].state is ItemState.RECEIVED
    with shop.transaction(reading=True):
        assert session.scalar(sa.select(sa.func.count()).select_from(Operation)) == 0


def test_a_person_may_send_it_elsewhere_with_a_note(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, BOOTS))
    check(clerk, scan(clerk, "1001"), "B", disposition="donate", note="For the shelter.")
    assert look(shop, id).items[0].disposition is Disposition.DONATE
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(Note.text)).all() == ["For the shelter."]


def test_a_note_of_any_length_is_not_kept(shop: Shop, clerk: ShopClient) -> None:
    received(shop, sell(shop, BOOTS))
    answer = check(clerk, scan(clerk, "1001"), "B", note="x" * 501)
    assert answer.status_code == 422 and "At most 500 characters." in main(answer).text


def test_a_disposition_that_is_none_is_refused(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, BOOTS))
    for word in ("send_back", "sell", "restock\n"):
        assert check(clerk, scan(clerk, "1001"), "B", disposition=word).status_code == 422
    assert look(shop, id).items[0].state is ItemState.RECEIVED


def test_what_is_refused_goes_back_and_nobody_may_send_it_elsewhere(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, PLUGS))
    page = scan(clerk, "1001")
    sent = {"csrf_token": main(page).all("input", name="csrf_token")[0]["value"]}
    item = look(shop, id).items[0].id
    shown = clerk.post(f"/dock/items/{item}/proposal", data={**sent, **answered(page, "C", met=False)})
    assert "Send back to the shopper" in proposal(shown.text).text
    assert read(shown.text).all("input", name="disposition") == []
    done = follow(clerk, check(clerk, page, "C", met=False, disposition="restock"))
    assert look(shop, id).items[0].disposition is Disposition.SEND_BACK
    assert "Nothing waits for a refund" in main(done).text


def test_units_that_are_alike_are_checked_in_one_go(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, SHIRTS, BOOTS))
    page = scan(clerk, "1001")
    keys = [e["value"] for e in main(page).all("input", name="same")]
    assert keys == ["1", "2", "3", "4", "5", "10", "20", "50", "80"]
    page = follow(clerk, check(clerk, page, "C", same="3"))
    assert main(page).all("input", name="same")[-1]["value"] == "77"
    page = follow(clerk, check(clerk, page, "A", same="77"))
    assert note(page) == "Checked: 77 × Bio-T-Shirt, grade A. Restock as new."
    assert heading(page) == "Wanderstiefel"
    grades = [i.grade for i in look(shop, id).items]
    assert (grades.count(Grade.USED), grades.count(Grade.NEW), grades.count(None)) == (3, 77, 1)


def test_few_units_have_a_key_each(shop: Shop, clerk: ShopClient) -> None:
    received(shop, sell(shop, MUGS))
    page = scan(clerk, "1001")
    assert [e["value"] for e in main(page).all("input", name="same")] == ["1", "2", "3", "4", "5"]


def test_no_more_are_checked_than_wait(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, MUGS))
    for many in ("6", "0", "-1", "x"):
        assert check(clerk, scan(clerk, "1001"), same=many).status_code == 422
    assert {i.state for i in look(shop, id).items} == {ItemState.RECEIVED}


def test_a_double_press_is_one_check_with_one_answer(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, SOCKS))
    page = scan(clerk, "1001")
    answers = [check(clerk, page, "A") for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303] and answers[0].location == answers[1].location
    assert [i.inspections for i in look(shop, id).items] == [1, 0]


def test_a_second_tab_that_grades_otherwise_is_told(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, SOCKS))
    tabs = [scan(clerk, "1001") for _ in range(2)]
    follow(clerk, check(clerk, tabs[0], "A"))
    late = check(clerk, tabs[1], "E")
    page = follow(clerk, late)
    assert "at the same moment" in note(page)
    assert [i.grade for i in look(shop, id).items] == [Grade.NEW, None]


def test_two_clerks_check_two_units_of_one_return(shop: Shop, app: Portal, clerk: ShopClient) -> None:
    """A unit's form is about the unit, so work beside it is no conflict."""
    id = received(shop, sell(shop, BOOTS, SOCKS))
    first, second, _ = look(shop, id).items
    other = sign_in(ShopClient(app), Role.MANAGER)
    pages = [clerk.get(f"/dock/items/{first.id}"), other.get(f"/dock/items/{second.id}")]
    assert check(clerk, pages[0], "A").status_code == 303
    assert check(other, pages[1], "B").status_code == 303
    assert [i.grade for i in look(shop, id).items] == [Grade.NEW, Grade.OPENED, None]


def test_a_unit_that_is_not_on_the_dock_leads_to_its_return(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop))
    page = follow(clerk, clerk.get(f"/dock/items/{look(shop, id).items[0].id}"))
    assert page.request.path == f"/acme/dock/returns/{id}/done"


def test_what_is_ready_at_the_desk_is_an_amount_only_for_who_may_see_it(
    shop: Shop, app: Portal, clerk: ShopClient
) -> None:
    requested(shop, sell(shop, BOOTS))
    done = follow(clerk, check(clerk, follow(clerk, take_all(clerk, scan(clerk, "1001")))))
    assert "1 unit ready for its refund at the desk" in main(done).text and "€" not in done.text
    manager = sign_in(ShopClient(app), Role.MANAGER)
    assert "€165.20 ready at the desk" in main(manager.get(done.request.path)).text


def test_the_done_page_says_what_goes_where_and_what_is_awaited(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop, BOOTS, MUGS))
    with shop.transaction():
        locked(Return, id)
    take_in(shop, id)
    page = scan(clerk, "1001")
    page = follow(clerk, check(clerk, page, "A"))
    page = follow(clerk, check(clerk, page, "B", same="4"))
    page = clerk.get(f"/dock/returns/{id}/done")
    assert heading(page) == "Not all checked yet" and "1 unit to check" in main(page).text
    rows = [row.text for row in main(page).all("ul")[0].all("li")]
    assert rows[0].startswith("A Wanderstiefel Restock as new")
    assert rows[1].startswith("B 4 × Emaillebecher Restock as open box")


def test_an_approved_unit_offers_no_correction(shop: Shop, clerk: ShopClient) -> None:
    id = received(shop, sell(shop, SOCKS))
    check(clerk, scan(clerk, "1001"), "A")
    approve_ready(shop, id)
    page = clerk.get(f"/dock/returns/{id}/done")
    assert "The refund is approved." in main(page).text and "Correct…" not in main(page).text
