"""Many returns are authorized at once: each by itself, each once, and what changed is left alone."""

import uuid
from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from portal.audit.models import Trail
from portal.db import locked
from portal.people.roles import Role
from portal.returns import Return, ReturnState
from portal.returns.deciding import cancel
from portal.returns.noting import write_note
from tests.harness.client import ShopClient
from tests.harness.pages import read, sent_by
from tests.harness.sales import look, requested, sell
from tests.harness.shops import Shop, find_shop
from tests.web.desk.test_in_a_browser import rma, sign_in, three
from tests.web.desk.working import follow, heading, main, notes, spent

DECISIONS = sa.select(Trail).where(Trail.event == "return.authorized", Trail.subject_kind == "return")


def asked(client: ShopClient, ids: Sequence[uuid.UUID]) -> TestResponse:
    """The page that asks, as the board's form leads to it."""
    return client.get("/desk/authorize", query_string={"return": [str(id) for id in ids], "view": "all"})


def press(client: ShopClient, page: TestResponse, *, htmx: bool = False) -> TestResponse:
    """Its button; a hidden field may stand there several times."""
    form = read(page.text).one("form", action="/acme/desk/authorize")
    fields = [(e["name"], e["value"]) for e in form.all("input")]
    sent = {name: [v for n, v in fields if n == name] for name, _ in fields}
    assert sent.keys() == sent_by(form).keys()
    return client.post("/desk/authorize", data=sent, htmx=htmx)


def states(shop: Shop, ids: Sequence[uuid.UUID]) -> list[ReturnState]:
    return [look(shop, id).return_.state for id in ids]


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_all_that_were_selected_are_authorized(shop: Shop, agent: ShopClient, htmx: bool) -> None:
    ids = three(shop)
    page = asked(agent, ids)
    assert heading(page) == "Authorize 3 returns?"
    answer = follow(agent, press(agent, page, htmx=htmx), htmx=htmx)
    assert "Authorized: 3." in notes(answer)[0]
    assert states(shop, ids) == [ReturnState.AUTHORIZED] * 3
    with shop.transaction(reading=True) as session:
        told = session.scalars(DECISIONS).all()
        assert {row.actor_id for row in told} == {shop.actor(Role.AGENT).id} and len(told) == 3


def test_a_double_click_authorizes_once_and_says_the_same(shop: Shop, agent: ShopClient) -> None:
    ids = three(shop)
    page = asked(agent, ids)
    first, second = (notes(follow(agent, press(agent, page)))[0] for _ in range(2))
    assert first == second and "Authorized: 3." in first
    with shop.transaction(reading=True) as session:
        assert len(session.scalars(DECISIONS).all()) == 3


def test_what_changed_meanwhile_is_left_alone_and_told(shop: Shop, agent: ShopClient) -> None:
    ids = three(shop)
    noted, cancelled, _ = ids
    page = asked(agent, ids)
    with shop.transaction():
        write_note(locked(Return, noted), "Wait for the photo.", shop.actor())
        cancel(locked(Return, cancelled), shop.actor())
    answer = follow(agent, press(agent, page))
    assert "Authorized: 1. Not authorized: 2," in notes(answer)[0]
    assert states(shop, ids) == [ReturnState.REQUESTED, ReturnState.CANCELLED, ReturnState.AUTHORIZED]
    assert heading(answer) == "Authorize 1 return?"
    tables = main(answer).all("table")
    assert rma(shop, noted) in tables[0].text
    assert "Cancelled" in tables[1].text and "Authorized" in tables[1].text
    follow(agent, press(agent, answer))
    assert states(shop, [noted]) == [ReturnState.AUTHORIZED]


@pytest.mark.sqlite
def test_another_shops_returns_are_neither_shown_nor_authorized(shop: Shop, agent: ShopClient) -> None:
    other = find_shop(shop.app, "other")
    theirs, mine = requested(other, sell(other), reason="other"), requested(shop, sell(shop), reason="other")
    page = asked(agent, [mine, theirs])
    assert str(theirs) not in page.text
    token = read(page.text).all("input", name="csrf_token")[0]["value"]
    op = str(uuid.uuid5(theirs, f"authorize/{look(other, theirs).return_.version}"))
    sent = {"csrf_token": token, "return": str(theirs), f"op-{theirs}": op}
    assert "Authorized: 0." in notes(follow(agent, agent.post("/desk/authorize", data=sent)))[0]
    assert states(other, [theirs]) == [ReturnState.REQUESTED]


@pytest.mark.sqlite
@pytest.mark.parametrize("op", ["", "x", str(uuid.UUID(int=0))])
def test_without_the_right_operation_nothing_is_authorized(shop: Shop, agent: ShopClient, op: str) -> None:
    id = requested(shop, sell(shop), reason="other")
    token = read(asked(agent, [id]).text).all("input", name="csrf_token")[0]["value"]
    agent.post("/desk/authorize", data={"csrf_token": token, "return": [str(id), "x"], f"op-{id}": op})
    assert states(shop, [id]) == [ReturnState.REQUESTED]


@pytest.mark.sqlite
def test_the_permission_is_read_again_when_the_button_is_pressed(
    shop: Shop, staff: Callable[[Role], ShopClient], agent: ShopClient
) -> None:
    auditor = staff(Role.AUDITOR)
    assert asked(auditor, three(shop)).status_code == 403
    assert "Authorize…" in agent.get("/desk").text and "Authorize…" not in auditor.get("/desk").text
    assert "Export as CSV" not in agent.get("/desk").text and "Export as CSV" in auditor.get("/desk").text


@pytest.mark.sqlite
def test_nothing_selected_is_told_and_many_cost_no_more_to_show(shop: Shop, agent: ShopClient) -> None:
    assert "No return is selected" in main(agent.get("/desk/authorize")).text
    ids = three(shop)
    few = spent(shop, agent, lambda: asked(agent, ids[:1]))
    assert spent(shop, agent, lambda: asked(agent, ids)) == few <= 15


@pytest.mark.browser
def test_an_agent_selects_on_the_board_and_authorizes_together(shop: Shop, desktop: Page) -> None:
    ids = three(shop)
    page = sign_in(desktop, Role.AGENT)
    for id in ids[:2]:
        page.get_by_role("checkbox", name=f"Select {rma(shop, id)}").check()
    page.get_by_role("button", name="Authorize…").click()
    expect(page.locator("h1")).to_have_text("Authorize 2 returns?")
    page.get_by_role("button", name="Authorize 2 returns").click()
    expect(page.locator("#main .note").first).to_contain_text("Authorized: 2.")
    expect(page.locator("#rail")).to_contain_text("Requested 1")
    page.reload()
    expect(page.locator("h1")).to_have_text("Selected returns")
