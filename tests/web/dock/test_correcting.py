"""A mis-tap is taken back with a reason, until the refund is approved."""

import uuid

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.db import session
from portal.policies import Grade
from portal.returns.lifecycle import ItemState
from portal.returns.models import Note
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, approve_ready, inspected, look, sell
from tests.harness.shops import Shop
from tests.web.dock.working import MUGS, check, follow, heading, main, note, scan


def open_first(shop: Shop, clerk: ShopClient, id: uuid.UUID) -> TestResponse:
    """The correction of the first unit, from the link on the done page."""
    done = clerk.get(f"/dock/returns/{id}/done")
    link = next(a for a in main(done).all("a") if a["href"].endswith("/correction"))
    return clerk.get(link["href"])


@pytest.mark.parametrize("htmx", [False, True])
def test_a_mis_tap_is_taken_back_and_checked_again(shop: Shop, clerk: ShopClient, htmx: bool) -> None:
    id = inspected(shop, sell(shop, BOOTS))
    page = open_first(shop, clerk, id)
    answer = clerk.send(page, "/correction", why="key", htmx=htmx)
    page = follow(clerk, answer, htmx=htmx)
    assert note(page) == "Taken back: 1. Check again." and heading(page) == "Wanderstiefel"
    assert look(shop, id).items[0].state is ItemState.RECEIVED
    follow(clerk, check(clerk, page, "C"))
    assert look(shop, id).items[0].grade is Grade.USED
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(Note.text)).all() == ["Pressed the wrong key"]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_reason_is_asked_for(shop: Shop, clerk: ShopClient, htmx: bool) -> None:
    id = inspected(shop, sell(shop, BOOTS))
    page = open_first(shop, clerk, id)
    answer = clerk.send(page, "/correction", htmx=htmx)
    assert answer.status_code == 422 and "Choose what was wrong." in main(answer).text
    answer = clerk.send(page, "/correction", why="other", htmx=htmx)
    assert answer.status_code == 422 and "Say in a few words" in main(answer).text
    assert "checked" in read(answer.text).one("input", name="why", value="other").attributes
    assert look(shop, id).items[0].state is ItemState.INSPECTED
    assert clerk.send(page, "/correction", why="other", words="Another lamp").status_code == 303


def test_units_that_were_checked_alike_are_taken_back_together(shop: Shop, clerk: ShopClient) -> None:
    id = inspected(shop, sell(shop, MUGS))
    page = open_first(shop, clerk, id)
    assert [e["value"] for e in main(page).all("input", name="same")] == ["1", "2", "3", "4", "5"]
    clerk.send(page, "/correction", why="again", same="4")
    states = [i.state for i in look(shop, id).items]
    assert states.count(ItemState.RECEIVED) == 4
    assert "4 units" in main(clerk.get("/dock")).text


def test_an_approved_refund_stands(shop: Shop, clerk: ShopClient) -> None:
    id = inspected(shop, sell(shop, SOCKS))
    page = open_first(shop, clerk, id)
    approve_ready(shop, id)
    late = follow(clerk, clerk.send(page, "/correction", why="key"))
    assert late.request.path.endswith("/done") and "refund" in note(late)
    assert {i.state for i in look(shop, id).items} == {ItemState.INSPECTED}
    again = follow(clerk, clerk.get(page.request.path))
    assert again.request.path.endswith("/done") and "its check stands" in note(again)


def test_a_double_press_takes_back_once(shop: Shop, clerk: ShopClient) -> None:
    id = inspected(shop, sell(shop, BOOTS))
    page = open_first(shop, clerk, id)
    answers = [clerk.send(page, "/correction", why="key") for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303] and answers[0].location == answers[1].location
    with shop.transaction(reading=True):
        assert len(session.scalars(sa.select(Note)).all()) == 1


def test_a_unit_that_was_not_checked_is_not_corrected(shop: Shop, clerk: ShopClient) -> None:
    id = inspected(shop, sell(shop, BOOTS))
    page = open_first(shop, clerk, id)
    clerk.send(page, "/correction", why="key")
    assert heading(follow(clerk, clerk.get(page.request.path))) == "Wanderstiefel"
    assert scan(clerk, "1001").request.path.endswith(f"/items/{look(shop, id).items[0].id}")
