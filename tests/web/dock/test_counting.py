"""Receiving: what is in the parcel is counted, fewer too, and a second parcel later."""

import pytest
import sqlalchemy as sa

from portal.audit import Operation
from portal.db import session
from portal.returns.lifecycle import ItemState, ParcelState, Stage
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, look, received, requested, sell
from tests.harness.shops import Shop
from tests.web.dock.working import (
    SHIRTS,
    check,
    count,
    counts,
    follow,
    heading,
    main,
    note,
    scan,
    take_all,
)


@pytest.mark.parametrize("htmx", [False, True])
def test_fewer_than_announced_are_received_and_the_rest_stays_awaited(
    shop: Shop, clerk: ShopClient, htmx: bool
) -> None:
    id = requested(shop, sell(shop, BOOTS, SOCKS))
    answer = count(clerk, scan(clerk, "1001", htmx=htmx), 1, 1, htmx=htmx)
    assert answer.status_code == 303
    page = follow(clerk, answer, htmx=htmx)
    assert note(page) == "Received: 2. Still awaited: 1; they may come in another parcel."
    assert heading(page) == "Wanderstiefel"
    seen = look(shop, id)
    assert [i.state for i in seen.items] == [ItemState.RECEIVED, ItemState.RECEIVED, ItemState.AUTHORIZED]
    assert seen.return_.stage is Stage.RECEIVED


def test_a_second_parcel_brings_the_rest(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop, BOOTS, SOCKS))
    count(clerk, scan(clerk, "1001"), 1, 1)
    page = scan(clerk, "1001")
    assert "2 units of an earlier parcel wait for their check" in main(page).text
    assert len(counts(page)) == 1 and "It is here" in main(page).text
    answer = take_all(clerk, page)
    assert note(follow(clerk, answer)) == "Received: 1. That is all of this return."
    seen = look(shop, id)
    assert [p.state for p in seen.return_.parcels] == [ParcelState.RECEIVED] * 2
    assert len({i.parcel_id for i in seen.items}) == 2


def test_a_parcel_after_a_checked_one_says_so(shop: Shop, clerk: ShopClient) -> None:
    requested(shop, sell(shop, BOOTS, SOCKS))
    check(clerk, follow(clerk, count(clerk, scan(clerk, "1001"), 1, 0)))
    assert "This is the parcel after 1 other" in main(scan(clerk, "1001")).text


def test_one_press_receives_everything(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop, BOOTS, SOCKS))
    page = scan(clerk, "1001")
    assert "All 3 are here" in main(page).text
    take_all(clerk, page)
    assert {i.state for i in look(shop, id).items} == {ItemState.RECEIVED}


def test_nothing_is_counted_beforehand(shop: Shop, clerk: ShopClient) -> None:
    requested(shop, sell(shop, BOOTS, SOCKS))
    page = scan(clerk, "1001")
    assert [e for e in main(page).all("input", type="radio") if "checked" in e.attributes] == []


@pytest.mark.parametrize("htmx", [False, True])
def test_a_line_that_nobody_counted_is_asked_for_and_the_rest_stays(
    shop: Shop, clerk: ShopClient, htmx: bool
) -> None:
    id = requested(shop, sell(shop, BOOTS, SOCKS))
    page = scan(clerk, "1001")
    boots, socks = counts(page)
    answer = clerk.send(page, page.request.path, htmx=htmx, **{socks: "2"})
    assert answer.status_code == 422
    assert read(answer.text).one(role="alert").all("a")[0]["href"] == f"#{boots}"
    assert "Choose how many of Wanderstiefel came, 0 if none." in main(answer).text
    ticked = [e["value"] for e in main(answer).all("input", name=socks) if "checked" in e.attributes]
    assert ticked == ["2"]
    assert {i.state for i in look(shop, id).items} == {ItemState.AUTHORIZED}
    assert clerk.send(answer, page.request.path, htmx=htmx, **{boots: "1"}).status_code == 303


@pytest.mark.parametrize("units", ["81", "-1", "1.5", "eighty", "", "٣", "1e1"])
def test_more_than_nine_are_typed_and_only_a_true_number_counts(
    shop: Shop, clerk: ShopClient, units: str
) -> None:
    id = requested(shop, sell(shop, SHIRTS))
    page = scan(clerk, "1001")
    field = main(page).one("input", type="number")
    assert (field["min"], field["max"], field["inputmode"]) == ("0", "80", "numeric")
    answer = clerk.send(page, page.request.path, **{field["name"]: units})
    assert answer.status_code == 422 and f'value="{units}"' in answer.text
    assert {i.state for i in look(shop, id).items} == {ItemState.AUTHORIZED}
    assert clerk.send(answer, page.request.path, **{field["name"]: "78"}).status_code == 303
    assert [i.state for i in look(shop, id).items].count(ItemState.RECEIVED) == 78


def test_an_empty_parcel_is_not_received(shop: Shop, clerk: ShopClient) -> None:
    requested(shop, sell(shop))
    answer = count(clerk, scan(clerk, "1001"), 0)
    assert answer.status_code == 422 and "Count at least one unit." in note(answer)


@pytest.mark.parametrize("everything", [False, True])
def test_a_double_press_is_one_receipt_with_one_answer(
    shop: Shop, clerk: ShopClient, everything: bool
) -> None:
    id = requested(shop, sell(shop))
    page = scan(clerk, "1001")
    answers = [take_all(clerk, page) if everything else count(clerk, page, 1) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(look(shop, id).return_.parcels) == 1
    with shop.transaction(reading=True):
        assert session.scalar(sa.select(sa.func.count()).select_from(Operation)) == 1


def test_a_second_tab_that_counts_otherwise_sees_what_is_now_so(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop, SOCKS))
    tabs = [scan(clerk, "1001") for _ in range(2)]
    follow(clerk, count(clerk, tabs[0], 1))
    late = count(clerk, tabs[1], 2)
    assert late.status_code == 409 and "changed in the meantime" in note(late)
    assert "1 awaited" in main(late).text
    assert [i.state for i in look(shop, id).items].count(ItemState.RECEIVED) == 1


def test_a_second_tab_finds_the_unit_to_check_when_nothing_is_awaited_any_more(
    shop: Shop, clerk: ShopClient
) -> None:
    requested(shop, sell(shop, SOCKS))
    tabs = [scan(clerk, "1001") for _ in range(2)]
    follow(clerk, take_all(clerk, tabs[0]))
    late = follow(clerk, count(clerk, tabs[1], 1))
    assert "at the same moment" in note(late) and heading(late) == "Alpaka-Kuschelsocken"


def test_a_form_without_its_operation_changes_nothing(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop, SOCKS))
    page = scan(clerk, "1001")
    for op in ("", "no uuid", None):
        typed = {counts(page)[0]: "1", "op": op}
        assert clerk.send(page, page.request.path, **typed).status_code == 422
    assert look(shop, id).return_.parcels[0].received_at is None


def test_the_page_names_no_person_and_no_amount(shop: Shop, clerk: ShopClient) -> None:
    requested(shop, sell(shop, BOOTS))
    received(shop, sell(shop, SOCKS, number="2002"))
    for page in (scan(clerk, "1001"), scan(clerk, "2002"), clerk.get("/dock")):
        for word in ("Brückner", "posteo", "24937", "Große Straße", "€", "170.10", "85.00"):
            assert word not in page.text
