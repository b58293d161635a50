"""Working through a view of the board: from record to record, without going back."""

import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from tests.harness.browser import Visitor
from tests.harness.client import ShopClient
from tests.harness.sales import inspected, look, sell
from tests.harness.shops import Shop
from tests.web.desk.test_in_a_browser import rma, sign_in, three
from tests.web.desk.working import follow, heading, main, notes, rows, spent


def leads(page: TestResponse, rel: str) -> str | None:
    """The address of the link to the return before or after."""
    found = [a["href"] for a in main(page).all("a") if a.get("rel") == rel]
    return found[0] if found else None


def opened(client: ShopClient, id: uuid.UUID, query: str) -> TestResponse:
    return client.get(f"/desk/returns/{id}?{query}")


@pytest.mark.sqlite
def test_the_boards_links_lead_through_its_view(shop: Shop, agent: ShopClient) -> None:
    numbers = [rma(shop, id) for id in three(shop)]
    board = agent.get("/desk?view=requested")
    page = agent.get(main(board).all("a", class_="code")[0]["href"])
    assert leads(page, "prev") is None
    seen = [heading(page).split()[0]]
    while after := leads(page, "next"):
        page = agent.get(after)
        seen.append(heading(page).split()[0])
    assert seen == numbers == rows(board)
    assert "Nothing else comes after this one" in main(page).text
    assert heading(agent.get(leads(page, "prev") or "")).startswith(numbers[1])


@pytest.mark.sqlite
def test_the_filter_and_the_order_go_along_and_lead_back(shop: Shop, agent: ShopClient) -> None:
    three(shop)
    asked = "view=open&within=7&sort=oldest"
    first = main(agent.get(f"/desk?{asked}")).all("a", class_="code")[0]["href"]
    page = agent.get(first)
    assert parse_qs(urlsplit(leads(page, "next") or "").query) == parse_qs(asked)
    back = main(page).all("header")[0].all("a")[0]["href"]
    assert parse_qs(urlsplit(back).query) == parse_qs(asked)


@pytest.mark.sqlite
def test_a_record_that_was_opened_by_itself_has_no_neighbours(shop: Shop, agent: ShopClient) -> None:
    newest, *_ = three(shop)
    page = agent.get(f"/desk/returns/{newest}")
    assert leads(page, "next") is None and "Nothing else" not in main(page).text
    assert "?" not in main(page).one("form", hx_post=f"/acme/desk/returns/{newest}/authorize")["action"]
    found = agent.get("/desk", query_string={"q": rma(shop, newest)})
    assert found.location == f"/acme/desk/returns/{newest}"


@pytest.mark.sqlite
def test_a_view_that_nobody_knows_does_not_break_the_record(shop: Shop, agent: ShopClient) -> None:
    newest, *_ = three(shop)
    page = opened(agent, newest, "view=%3Cb%3E&within=x&wants=y&sort=z")
    assert page.status_code == 200 and "view=open" in (leads(page, "next") or "")


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_after_an_act_the_next_of_the_view_is_one_step_away(
    shop: Shop, agent: ShopClient, htmx: bool
) -> None:
    _, second, third = three(shop)
    page = opened(agent, second, "view=requested")
    answer = agent.send(page, "/authorize", htmx=htmx)
    assert answer.location == f"/acme/desk/returns/{second}?view=requested"
    page = follow(agent, answer, htmx=htmx)
    assert "Authorized." in notes(page)[0]
    assert leads(page, "next") == f"/acme/desk/returns/{third}?view=requested"


@pytest.mark.sqlite
def test_every_act_keeps_the_view(shop: Shop, manager: ShopClient) -> None:
    waiting, *_ = three(shop)
    ready = inspected(shop, sell(shop, number="9"))
    page = opened(manager, waiting, "view=requested")
    assert manager.send(page, "/notes", text="Called.").location.endswith("?view=requested")
    asking = manager.get(f"/desk/returns/{waiting}/deny?view=requested")
    empty = manager.send(asking, "/deny", reason="")
    assert empty.status_code == 422 and "view=requested" in empty.text
    assert manager.send(empty, "/deny", reason="Worn.").location.endswith("?view=requested")
    page = opened(manager, ready, "view=to_pay")
    assert manager.send(page, "/refund").location.endswith("?view=to_pay")
    assert look(shop, ready).return_.stage == "checked"


@pytest.mark.sqlite
def test_a_second_tabs_refusal_is_shown_inside_the_view(shop: Shop, agent: ShopClient) -> None:
    newest, second, _ = three(shop)
    asking = agent.get(f"/desk/returns/{newest}/deny?view=requested")
    agent.send(opened(agent, newest, "view=requested"), "/authorize")
    late = agent.send(asking, "/deny", reason="Late.")
    assert late.status_code == 409
    assert leads(late, "next") == f"/acme/desk/returns/{second}?view=requested"


@pytest.mark.sqlite
def test_the_neighbours_cost_one_statement(shop: Shop, agent: ShopClient) -> None:
    _, second, _ = three(shop)
    alone = spent(shop, agent, lambda: opened(agent, second, ""))
    within = spent(shop, agent, lambda: opened(agent, second, "view=requested"))
    assert within == alone + 1 <= 15


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_an_agent_goes_on_to_the_next(shop: Shop, visitor: Visitor, javascript: bool) -> None:
    newest, second, oldest = three(shop)
    page = sign_in(visitor.page("desktop", javascript=javascript))
    page.get_by_role("link", name="Requested 3").click()
    page.get_by_role("link", name=rma(shop, newest)).click()
    page.get_by_role("button", name="Authorize").click()
    expect(page.locator("#main .note").first).to_contain_text("Authorized.")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("h1")).to_contain_text(rma(shop, second))
    expect(page.locator("#rail [aria-current]")).to_contain_text("Requested 2")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("h1")).to_contain_text(rma(shop, oldest))
    page.get_by_role("link", name="Requested", exact=True).click()
    expect(page.locator("h1")).to_have_text("Requested")


@pytest.mark.browser
def test_j_and_k_go_through_the_records(shop: Shop, desktop: Page) -> None:
    newest, second, oldest = three(shop)
    page = sign_in(desktop)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for key, id in (("", newest), ("j", second), ("j", oldest), ("j", oldest), ("k", second)):
        if key:
            page.keyboard.press(key)
        expect(page.locator("h1")).to_contain_text(rma(shop, id))
    expect(page.locator("h1")).to_be_focused()
