"""Internal notes: kept, shown with who and when, and never with a card's number."""

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.harness.client import ShopClient
from tests.harness.sales import requested, sell
from tests.harness.shops import Shop
from tests.web.desk.working import follow, main, notes, record

NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_note_is_kept_and_says_whose_it_is(
    shop: Shop, agent: ShopClient, at: Callable[[datetime], None], htmx: bool
) -> None:
    at(NOON)
    id = requested(shop, sell(shop))
    answer = agent.send(record(agent, id), "/notes", text=" Called twice.\nNobody there. ", htmx=htmx)
    page = follow(agent, answer, htmx=htmx)
    assert notes(page) == ["Kept as an internal note."]
    kept = main(page).one("blockquote").text
    assert kept == "Called twice. Nobody there. Internal note, Agent, Fri 20 Nov 2026, 13:00"
    assert "Note written" in main(page).text


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "Write what you want to note."),
        ("   ", "Write what you want to note."),
        ("Visa 4111-1111-1111-1111, call back", "This looks like a card number."),
        ("x" * 2001, "At most 2000 characters."),
    ],
)
def test_a_note_that_cannot_be_kept_stays_in_its_field(
    shop: Shop, agent: ShopClient, text: str, wrong: str
) -> None:
    id = requested(shop, sell(shop))
    answer = agent.send(record(agent, id), "/notes", text=text)
    assert answer.status_code == 422 and wrong in main(answer).text
    assert text.strip() in main(answer).one("textarea").text and not main(answer).all("blockquote")


@pytest.mark.sqlite
def test_two_notes_one_after_the_other_are_both_kept(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop))
    for text in ("One.", "One."):
        assert agent.send(record(agent, id), "/notes", text=text).status_code == 303
    assert len(main(record(agent, id)).all("blockquote")) == 2


@pytest.mark.sqlite
def test_a_note_written_while_something_else_happened_stays_in_its_field(
    shop: Shop, agent: ShopClient, manager: ShopClient
) -> None:
    id = requested(shop, sell(shop))
    page = record(agent, id)
    manager.send(record(manager, id), "/notes", text="Mine first.")
    late = agent.send(page, "/notes", text="Mine, too.")
    assert late.status_code == 409 and "Mine first." in main(late).text
    assert main(late).one("textarea").text == "Mine, too."
    assert agent.send(late, "/notes", text="Mine, too.").status_code == 303
