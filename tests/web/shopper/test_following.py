"""After the request: papers to print, one link to follow it by, and a way out until it is sent."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from portal.returns import ReturnState, Stage
from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import (
    BOOTS,
    Sold,
    approve_ready,
    approved,
    check,
    inspected,
    look,
    received,
    requested,
    sell,
    take_in,
)
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.web.shopper.walking import alert, find, heading, main, status_link, to_done

HARMLESS = pytest.mark.sqlite


def link_of(shop: Shop, return_: object) -> str:
    return f"/s/{status_token(return_)}"  # type: ignore[arg-type]


def pdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


@HARMLESS
def test_the_papers_are_to_be_had_by_the_link_alone(shop: Shop, client: ShopClient) -> None:
    sell(shop, BOOTS)
    done = to_done(client)
    link = status_link(done)
    rma = re.search(r"RMA-\w{4}-\w{4}-\w", done.text)[0]  # type: ignore[index]
    stranger = ShopClient(client.application)
    for name, words in (("label", ["Werftstraße 114", rma]), ("slip", ["Wanderstiefel", rma, "#1001"])):
        answer = stranger.get(f"{link}/{name}.pdf")
        assert answer.mimetype == "application/pdf" and answer.headers["Referrer-Policy"] == "no-referrer"
        assert f"{rma}-{name}.pdf" in answer.headers["Content-Disposition"]
        assert all(word in pdf(answer.data) for word in words)


@HARMLESS
@pytest.mark.parametrize(
    ("paper", "width"), [("a6", 298), ("letter", 612), ("100x150", 283), ("a4", 595), ("wall", 595)]
)
def test_a_label_comes_on_the_paper_that_is_asked_for(
    shop: Shop, client: ShopClient, paper: str, width: int
) -> None:
    return_ = requested(shop, sell(shop))
    answer = client.get(f"{link_of(shop, return_)}/label.pdf?paper={paper}")
    assert round(float(PdfReader(BytesIO(answer.data)).pages[0].mediabox.width)) == width


@HARMLESS
def test_a_link_that_was_not_made_here_leads_nowhere(
    shop: Shop, other_shop: Shop, client: ShopClient
) -> None:
    right = link_of(shop, requested(shop, sell(shop)))
    theirs = link_of(other_shop, requested(other_shop, sell(other_shop)))
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    for link in (wrong, theirs, "/s/x", "/s/" + "0" * 64, right + "0", "/s/ä"):
        assert client.get(link).status_code == 404, link
        assert client.get(f"{link}/label.pdf").status_code == 404
        assert client.post(f"{link}/cancel").status_code in {400, 404}
    assert client.get(right).status_code == 200


@HARMLESS
def test_a_visit_to_one_order_shows_no_return_of_another(shop: Shop, client: ShopClient) -> None:
    mine, theirs = sell(shop), sell(shop, number="2002")
    return_ = requested(shop, theirs)
    find(client)
    assert client.get(f"/orders/{mine}/returns/{return_}").status_code == 404
    assert client.get(f"/orders/{theirs}/returns/{return_}").location == "/acme/find"


@HARMLESS
def test_a_link_tells_nobody_where_it_is(shop: Shop, client: ShopClient) -> None:
    answer = client.get(link_of(shop, requested(shop, sell(shop))))
    assert (
        answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
    )
    assert "annelie" not in answer.text.lower() and "Große Straße" not in answer.text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_shopper_says_that_it_is_sent(shop: Shop, client: ShopClient, htmx: bool) -> None:
    return_ = requested(shop, sell(shop))
    link = link_of(shop, return_)
    answer = client.send(client.get(link), "/sent", tracking="00340434 1610", htmx=htmx)
    assert (answer.status_code, answer.location) == (303, f"/acme{link}")
    page = client.get(link)
    assert heading(page) == "On its way" and "We look out for it" in page.text
    assert look(shop, return_).return_.parcels[0].tracking == "00340434 1610"
    assert not read(page.text).all("button", class_="button danger")


@HARMLESS
def test_a_tracking_number_that_is_none_is_refused_at_its_field(shop: Shop, client: ShopClient) -> None:
    link = link_of(shop, requested(shop, sell(shop)))
    answer = client.send(client.get(link), "/sent", tracking="?")
    assert answer.status_code == 422 and "5 to 60" in alert(answer) and 'value="?"' in answer.text


def test_it_can_be_cancelled_until_it_is_sent_and_begun_again(shop: Shop, client: ShopClient) -> None:
    return_ = requested(shop, sell(shop))
    link = link_of(shop, return_)
    page = client.get(link)
    assert client.send(page, "/cancel").status_code == 303
    assert client.send(page, "/cancel").status_code == 303, "a repeat has the same answer"
    after = client.get(link)
    left = [form["action"].rpartition("/")[2] for form in read(after.text).all("form")]
    assert heading(after) == "Cancelled" and left == ["message"]
    assert look(shop, return_).return_.state is ReturnState.CANCELLED
    assert client.get(f"{link}/label.pdf").status_code == 404
    assert heading(to_done(client)) == "Ready to send"


def test_who_cancels_what_is_sent_already_sees_that(shop: Shop, client: ShopClient) -> None:
    return_ = requested(shop, sell(shop))
    link = link_of(shop, return_)
    page = client.get(link)
    client.send(page, "/sent", tracking="")
    answer = client.send(page, "/cancel")
    assert answer.status_code == 409 and heading(answer) == "On its way"
    assert look(shop, return_).return_.stage is Stage.ON_ITS_WAY


@HARMLESS
def test_the_six_words_follow_the_return(shop: Shop, client: ShopClient) -> None:
    order = sell(shop, BOOTS)
    return_ = requested(shop, order)
    link, seen = link_of(shop, return_), []

    def read_word() -> None:
        page = client.get(link)
        assert page.status_code == 200
        seen.append((heading(page), main(page).one("li", aria_current="step").text.split(" ")[0]))

    read_word()
    take_in(shop, return_)
    read_word()
    check(shop, return_)
    read_word()
    approve_ready(shop, return_)
    read_word()
    assert seen == [
        ("Approved", "Approved"),
        ("Received", "Received"),
        ("Checked", "Checked"),
        ("Checked", "Checked"),
    ]
    text = main(client.get(link)).text
    assert "Visa ending 4417 on its way €165.20" in text and text.count("Refund approved") == 1


@HARMLESS
def test_what_happened_is_told_once_for_all_units(shop: Shop, client: ShopClient) -> None:
    link = link_of(shop, received(shop, sell(shop, Sold(9000, 6))))
    page = read(client.get(link).text)
    told = [item.one("b").text for item in page.one("ol", class_="timeline").all("li")]
    assert told == ["Parcel received", "Approved", "Return requested"]


@HARMLESS
def test_a_denied_return_says_why_in_the_shops_words(shop: Shop, client: ShopClient) -> None:
    return_ = requested(shop, sell(shop, Sold(90000)))
    assert heading(client.get(link_of(shop, return_))) == "Requested"
    Trade(shop).deny(return_)
    page = client.get(link_of(shop, return_))
    assert heading(page) == "Not accepted" and "No such luck." in page.text
    assert "You get back" not in page.text
    ways = [form["action"].rpartition("/")[2] for form in read(page.text).all("form", method="post")]
    assert ways == ["message"]  # nothing to do but to write


@HARMLESS
def test_a_draft_has_no_status_page(shop: Shop, client: ShopClient) -> None:
    draft = Trade(shop).draft(sell(shop), {1: 1})
    assert client.get(link_of(shop, draft)).status_code == 404


@HARMLESS
def test_the_credit_note_is_there_once_the_refund_is_approved(shop: Shop, client: ShopClient) -> None:
    return_ = inspected(shop, sell(shop))
    other = approved(shop, sell(shop, number="2"))
    link = link_of(shop, return_)
    assert "Credit note" not in client.get(link).text
    refund = approve_ready(shop, return_)
    page = read(client.get(link).text)
    (address,) = [a["href"] for a in page.all("a") if "/credit-notes/" in a["href"]]
    answer = client.get(address)
    assert answer.mimetype == "application/pdf" and answer.headers["Referrer-Policy"] == "no-referrer"
    assert "CN-000002" in pdf(answer.data) and "Große Straße 48" in pdf(answer.data)
    wrong = address.replace(link.rpartition("/")[2], link_of(shop, other).rpartition("/")[2])
    assert client.get(wrong).status_code == 404
    Trade(shop).cancel_refund(refund)
    text = main(client.get(link)).text
    assert "Credit note CN-000002" in text and "Cancellation of a credit note CN-000003" in text
