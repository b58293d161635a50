"""Internal notes: kept, shown with who and when, and never with a card's number."""

from collections.abc import Callable
from datetime import datetime

import pytest
from werkzeug.test import TestResponse

from tests.harness.client import ShopClient, form_of
from tests.harness.pages import read, sent_by
from tests.harness.sales import check, requested, sell, take_in
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


def typed(page: TestResponse) -> str:
    """What stands in the note's field."""
    return form_of(main(page), "/notes").one("textarea").text


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
    assert text.strip() in typed(answer) and not main(answer).all("blockquote")


@pytest.mark.sqlite
def test_two_notes_one_after_the_other_are_both_kept(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop))
    for text in ("One.", "One."):
        assert agent.send(record(agent, id), "/notes", text=text).status_code == 303
    assert len(main(record(agent, id)).all("blockquote")) == 2


def test_a_note_that_is_sent_twice_is_kept_once(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop))
    page = record(agent, id)
    answers = [agent.send(page, "/notes", text="Called.") for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, answers[0].location)}
    assert len(main(record(agent, id)).all("blockquote")) == 1


@pytest.mark.sqlite
def test_a_form_that_was_sent_does_not_keep_another_note_unseen(shop: Shop, agent: ShopClient) -> None:
    """Somebody went back to the page as it was, and wrote on."""
    id = requested(shop, sell(shop))
    page = record(agent, id)
    agent.send(page, "/notes", text="Called.")
    late = agent.send(page, "/notes", text="Called twice.")
    assert late.status_code == 409 and typed(late) == "Called twice."
    assert agent.send(late, "/notes", text="Called twice.").status_code == 303
    assert len(main(record(agent, id)).all("blockquote")) == 2


@pytest.mark.sqlite
def test_a_note_is_kept_whatever_happened_to_the_return_while_it_was_written(
    shop: Shop, agent: ShopClient, manager: ShopClient, worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop))
    page = record(agent, id)
    manager.send(record(manager, id), "/notes", text="Mine first.")
    take_in(shop, id)
    check(shop, id)
    worker()
    assert agent.send(page, "/notes", text="Mine, too.").status_code == 303
    assert len(main(record(agent, id)).all("blockquote")) == 2


@pytest.mark.sqlite
@pytest.mark.parametrize("nonce", ["", "x", None])
def test_a_note_without_a_form_of_ours_is_not_kept(shop: Shop, agent: ShopClient, nonce: str | None) -> None:
    id = requested(shop, sell(shop))
    assert agent.send(record(agent, id), "/notes", text="Hm.", nonce=nonce).status_code == 422
    assert not main(record(agent, id)).all("blockquote")


@pytest.mark.sqlite
def test_a_note_cannot_take_another_forms_operation(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop), reason="other")
    page = record(agent, id)
    fields = sent_by(form_of(read(page.text), "/authorize"))
    agent.send(page, "/notes", text="Hm.", nonce=fields["op"])
    assert agent.send(record(agent, id), "/authorize").status_code == 303
