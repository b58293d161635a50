"""Shop and shopper write to each other about a return, and nobody writes past anybody."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from portal.notices import mailbox
from portal.returns.links import status_token
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.sales import requested, sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.web.desk.working import follow, main, notes, rail, record, rows

NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
EVIL = "<script>alert(1)</script>\n{{ 7*7 }} \u202e{name}\n=cmd|' /C calc'!A0"


@pytest.fixture
def nils(app: Portal) -> ShopClient:
    """The shopper, with the link to the return."""
    return ShopClient(app)


def said(page: TestResponse) -> list[str]:
    return [one.text for one in main(page).all("li", class_="said")]


def status(client: ShopClient, id: uuid.UUID) -> TestResponse:
    return client.get(f"/s/{status_token(id)}")


def letters(shop: Shop) -> list[str]:
    with shop.transaction(reading=True):
        return [mail.text for mail in reversed(mailbox()) if mail.subject.startswith("A message")]


def lamp(page: TestResponse) -> bool:
    """Whether the rail's lamp burns beside the messages."""
    links = read(page.text).one(id="rail").all("a")
    (link,) = [a for a in links if a.text.startswith("Message to answer")]
    return bool(link.all("span", class_="lamp"))


def box(page: TestResponse) -> Element:
    return main(page).one("textarea", id="message")


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_message_is_mailed_answered_and_answered_again(
    shop: Shop, agent: ShopClient, nils: ShopClient, worker: Callable[[], int], htmx: bool
) -> None:
    id = requested(shop, sell(shop))
    answer = agent.send(record(agent, id), "/messages", message=" Which size?\nM or L? ", htmx=htmx)
    page = follow(agent, answer, htmx=htmx)
    assert notes(page) == ["Your message is on its way to the shopper."]
    (one,) = said(page)
    assert one.startswith("Agent ") and one.endswith(" Which size? M or L?")
    worker()
    (text,) = letters(shop)
    assert "    Which size?\n    M or L?\n" in text and f"/acme/s/{status_token(id)}" in text
    assert "Agent" not in text

    page = status(nils, id)
    (one,) = said(page)
    assert one.startswith("Fjell & Faden ") and one.endswith(" Which size? M or L?")
    answer = nils.send(page, "/message", message="L, please.", htmx=htmx)
    page = nils.get(answer.location, htmx=htmx)
    assert "Your message is with us." in page.text and said(page)[1].startswith("You ")

    board = agent.get("/desk?view=unanswered")
    assert rail(board)["Message to answer"] == 1 and lamp(board) and len(rows(board)) == 1
    assert "Message to answer" in main(board).one("table").text
    page = record(agent, id)
    assert "The shopper waits for an answer" in notes(page)[0]
    agent.send(page, "/messages", message="It is on its way.", htmx=htmx)
    page = record(agent, id)
    assert not notes(page)[1:] and not lamp(page) and len(said(page)) == 3
    worker()
    assert len(letters(shop)) == 2
    assert main(page).text.count("Message written") == 3


def test_what_needs_no_answer_is_marked_and_nobody_is_mailed(
    shop: Shop, agent: ShopClient, worker: Callable[[], int]
) -> None:
    trade, id = Trade(shop), requested(shop, sell(shop))
    trade.write(id, "Thank you!", shopper=True)
    page = record(agent, id)
    answers = [agent.send(page, "/messages/seen") for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    page = record(agent, id)
    assert not lamp(page) and "Message needs no answer" in main(page).text
    assert "/messages/seen" not in page.text
    worker()
    assert letters(shop) == []


@pytest.mark.sqlite
def test_two_who_answer_at_once_are_told_of_each_other(
    shop: Shop, agent: ShopClient, manager: ShopClient
) -> None:
    trade, id = Trade(shop), requested(shop, sell(shop))
    trade.write(id, "Is it there?", shopper=True)
    page = record(agent, id)
    manager.send(record(manager, id), "/messages", message="It is.")
    late = agent.send(page, "/messages", message="It is not.")
    assert late.status_code == 409
    assert "Manager wrote at the same moment" in notes(late)[0]
    assert box(late).text == "It is not." and "It is." in said(late)[1]
    assert agent.send(late, "/messages", message="Mine, too.").status_code == 303
    assert len(said(record(agent, id))) == 3


@pytest.mark.sqlite
def test_nobody_writes_or_marks_past_a_message_of_the_shopper(shop: Shop, agent: ShopClient) -> None:
    trade, id = Trade(shop), requested(shop, sell(shop))
    trade.write(id, "Is it there?", shopper=True)
    page = record(agent, id)
    trade.write(id, "Forget it.", shopper=True)
    for late in (agent.send(page, "/messages", message="Yes."), agent.send(page, "/messages/seen")):
        assert late.status_code == 409 and "The shopper wrote at the same moment" in notes(late)[0]
    assert lamp(record(agent, id))


@pytest.mark.sqlite
def test_a_shopper_is_told_that_the_shop_wrote_meanwhile(shop: Shop, nils: ShopClient) -> None:
    trade, id = Trade(shop), requested(shop, sell(shop))
    page = status(nils, id)
    trade.write(id, "Which size?")
    late = nils.send(page, "/message", message="Where is it?")
    assert late.status_code == 409 and "The shop wrote at the same moment" in late.text
    assert box(late).text == "Where is it?" and nils.send(late, "/message").status_code == 303


def test_a_message_that_is_sent_twice_is_kept_and_mailed_once(
    shop: Shop, agent: ShopClient, nils: ShopClient, worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop))
    page = record(agent, id)
    assert {agent.send(page, "/messages", message="Hello.").status_code for _ in range(3)} == {303}
    page = status(nils, id)
    assert {nils.send(page, "/message", message="Hello.").status_code for _ in range(3)} == {303}
    worker()
    assert len(said(record(agent, id))) == 2 and len(letters(shop)) == 1


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "Write your message."),
        ("  \n ", "Write your message."),
        ("Visa 4111-1111-1111-1111", "This looks like a card number."),
        ("x" * 2001, "At most 2000 characters."),
    ],
)
def test_what_cannot_be_kept_stays_in_its_field_on_both_sides(
    shop: Shop, agent: ShopClient, nils: ShopClient, text: str, wrong: str
) -> None:
    id = requested(shop, sell(shop))
    for answer in (
        agent.send(record(agent, id), "/messages", message=text),
        nils.send(status(nils, id), "/message", message=text),
    ):
        assert answer.status_code == 422 and wrong in main(answer).text
        assert text.strip() in box(answer).text and said(answer) == []


@pytest.mark.sqlite
def test_hostile_text_is_only_text_on_both_sides_and_in_the_mail(
    shop: Shop, agent: ShopClient, nils: ShopClient, worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop))
    agent.send(record(agent, id), "/messages", message=EVIL)
    nils.send(status(nils, id), "/message", message=EVIL)
    for page in (record(agent, id), status(nils, id)):
        assert len([one for one in said(page) if "<script>alert(1)</script> {{ 7*7 }}" in one]) == 2
    worker()
    with shop.transaction(reading=True):
        (mail,) = [mail for mail in mailbox() if mail.subject.startswith("A message")]
        assert "<script>" not in mail.html and "{{ 7*7 }}" in mail.html and "{name}" in mail.text


@pytest.mark.sqlite
def test_a_shopper_cannot_write_without_end_and_may_later(
    shop: Shop, nils: ShopClient, at: Callable[[datetime], None]
) -> None:
    at(NOON)
    id = requested(shop, sell(shop))
    for n in range(10):
        assert nils.send(status(nils, id), "/message", message=f"{n}").status_code == 303
    answer = nils.send(status(nils, id), "/message", message="One more")
    assert answer.status_code == 422 and "You have written very often." in main(answer).text
    at(NOON + timedelta(hours=1, minutes=1))
    assert nils.send(answer, "/message", message="One more").status_code == 303
    assert "1 older message" in main(status(nils, id)).text


@pytest.mark.sqlite
def test_without_an_address_nobody_can_be_written_to(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop, email="", email_key=""))
    page = record(agent, id)
    assert not main(page).all("textarea", id="message")
    assert "has no e-mail address, so nobody can be written to" in main(page).text
