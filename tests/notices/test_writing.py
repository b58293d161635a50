from dataclasses import replace

import pytest
from jinja2 import UndefinedError

from portal.notices.letters import Letter
from portal.notices.writing import Content, content, message
from portal.tenants import locked_shop, this_shop
from tests.harness.shops import Shop, staffed
from tests.notices.words import EVENTS, EVIL, letter

pytestmark = pytest.mark.sqlite


def write(shop: Shop, event: str, words: Letter) -> Content:
    with shop.transaction(reading=True):
        return content(event, words, this_shop())


def headed(shop: Shop, words: Letter, said: Content):
    with shop.transaction(reading=True):
        return message(words, said, this_shop(), "notice/1")


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_subject_a_text_and_a_page(shop: Shop, event: str) -> None:
    said = write(shop, event, letter())
    assert said.subject
    assert "Hello Annelie," in said.text
    assert "Hello Annelie," in said.html
    assert "http://127.0.0.1:8000/acme/s/abc" in said.text
    assert 'href="http://127.0.0.1:8000/acme/s/abc"' in said.html


@pytest.mark.parametrize("event", EVENTS)
def test_nothing_typed_becomes_markup_or_a_header(shop: Shop, event: str) -> None:
    words = letter(EVIL, name=EVIL)
    said = write(shop, event, words)
    assert "<b>&amp;" not in said.html
    assert "\x00" not in said.text + said.html
    assert "\nBcc" not in said.subject + said.text
    mail = headed(shop, words, said)
    assert mail["Bcc"] is None
    assert "\r\nBcc:" not in mail.as_bytes().partition(b"\r\n\r\n")[0].decode()


@pytest.mark.parametrize(
    "text", ["=?utf-8?q?=0ABcc:_x@y.example?=", "a =?UTF-8?B?DQpCY2M6IHg=?= b", "==??q?=0Ax?="]
)
def test_nothing_is_decoded_into_a_header(shop: Shop, text: str) -> None:
    words = letter(name=text)
    mail = headed(shop, words, replace(write(shop, "link", words), subject=text))
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    assert b"\n" not in head.replace(b"\r\n", b"") and b"\r\nBcc" not in head
    assert str(mail["Subject"]) == mail["To"].addresses[0].display_name == text.replace("=?", "= ?")


def test_a_contact_that_is_no_address_keeps_no_mail_back(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    said = write(shop, "approved", letter())
    assert headed(shop, letter(), said)["Reply-To"] and not caplog.records
    with shop.transaction():
        locked_shop().contact = "büro@fjell.example"  # as was taken once
    mail = headed(shop, letter(), said)
    assert mail["Reply-To"] is None and mail["To"] and "its contact is no e-mail address" in caplog.text


def test_it_is_told_whose_address_is_none(shop: Shop) -> None:
    said = write(shop, "approved", letter())
    with pytest.raises(ValueError, match="the recipient is not one address"):
        headed(shop, replace(letter(), to="in..fo@x.example"), said)
    with shop.transaction():
        locked_shop().sender = "info.@fjell.example"
    with pytest.raises(ValueError, match="the sender is not one address"):
        headed(shop, letter(), said)


def test_a_mail_says_what_happened(shop: Shop) -> None:
    approved = write(shop, "approved", letter())
    assert approved.subject == "Your return RMA-7K2M-Q9XD-K is approved"
    for said in ("2 ×", "Boots", "Socks", "24939 Flensburg", "Thursday 26 November 2026", "cannot take back"):
        assert said in approved.text
        assert said in approved.html
    refunded = write(shop, "refunded", letter())
    for said in ("Card ending 4417", "€149.22"):
        assert said in refunded.text
        assert said in refunded.html


def test_an_rma_number_is_not_broken_over_lines(shop: Shop) -> None:
    said = write(shop, "approved", letter()).html
    whole = '<span style="white-space:nowrap">RMA-7K2M-Q9XD-K</span>'
    assert f"Your return {whole} is approved</font></h1>" in said
    assert "<title>Your return RMA-7K2M-Q9XD-K is approved</title>" in said


def test_a_letter_that_lacks_a_value_is_not_sent_with_a_gap(shop: Shop) -> None:
    short = replace(letter(), values={"number": "RMA-7K2M-Q9XD-K"})
    with pytest.raises(UndefinedError):
        write(shop, "denied", short)


def test_a_shop_with_a_domain_is_linked_there_and_not_by_host(app) -> None:
    own = staffed(app, slug="own", domain="returns.own.example", owner="owner@own.example")
    assert "http://returns.own.example:8000/s/abc" in write(own, "link", letter()).text


def test_an_untranslated_language_gets_english_throughout(shop: Shop) -> None:
    said = write(shop, "requested", letter(language="fi"))
    assert "Thursday 26 November 2026" in said.text
    assert '<html lang="en" dir="ltr">' in said.html


def test_a_mail_is_from_the_shop_to_one_person_and_says_that_a_machine_wrote_it(shop: Shop) -> None:
    words = letter(name="Büşra Ağca")
    mail = headed(shop, words, write(shop, "link", words))
    [sender], [to] = mail["From"].addresses, mail["To"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Fjell & Faden", "returns@fjell.example")
    assert (to.display_name, to.addr_spec) == ("Büşra Ağca", "annelie@posteo.example")
    assert mail["Message-ID"] == "<notice/1@127.0.0.1>"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "to",
    [
        "a@b.example, evil@example.org",
        "a@b.example\r\nBcc: evil@example.org",
        "a@b.example;evil@example.org",
        "<a@b.example> <evil@example.org>",
        "",
        "a",
        "a@" + "x" * 70 + ".example",
    ],
)
def test_a_recipient_is_exactly_one_address(shop: Shop, to: str) -> None:
    words = letter(to=to)
    with pytest.raises(ValueError, match=r"address|label"):
        headed(shop, words, write(shop, "link", words))


def test_a_host_of_other_letters_goes_out_in_ascii(shop: Shop) -> None:
    words = letter(to="annelie@bücher.example")
    mail = headed(shop, words, write(shop, "link", words))
    assert mail["To"].addresses[0].addr_spec == "annelie@xn--bcher-kva.example"


def test_an_endless_subject_is_cut(shop: Shop) -> None:
    said = write(shop, "requested", replace(letter(), values={**letter().values, "number": "9" * 5000}))
    assert len(said.subject) <= 200
