"""A shop's own words in its mails: what they may say, how they are filled, and what they can never do."""

from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.i18n import LANGUAGES, Voice
from portal.notices.letters import Letter
from portal.notices.naming import MAILS
from portal.notices.specimens import NUMBER, specimen
from portal.notices.wording import LONGEST, PARTS, PLACES, Words, fill, wrong
from portal.notices.writing import Content, content, message
from portal.tenants import this_shop
from tests.harness.shops import Shop

HEADERS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]
RETURN, DAY, AMOUNT = "name shop number order", "day", "amount"


@pytest.mark.parametrize(
    ("event", "places"),
    [
        ("requested", f"{RETURN} {DAY}"),
        ("approved", f"{RETURN} {DAY}"),
        ("kept", RETURN),
        ("hand_in_soon", f"{RETURN} {DAY}"),
        ("hand_in_last", f"{RETURN} {DAY}"),
        ("expired", f"{RETURN} {DAY}"),
        ("not_arrived", f"{RETURN} {DAY}"),
        ("parcel_lost", f"{RETURN} {DAY}"),
        ("denied", RETURN),
        ("received", RETURN),
        ("refunded", f"{RETURN} {AMOUNT}"),
        ("refund_failed", RETURN),
        ("refund_stopped", f"{RETURN} {AMOUNT}"),
        ("unannounced", f"{RETURN} {DAY}"),
        ("case_opened", RETURN),
        ("case_send_back", RETURN),
        ("case_ask", RETURN),
        ("case_accept", RETURN),
        ("case_dispose", RETURN),
        ("reduction_proposed", f"{RETURN} {DAY}"),
        ("reduction_upheld", RETURN),
        ("reduction_changed", RETURN),
        ("reduction_withdrawn", RETURN),
        ("message", RETURN),
        ("credit_offered", f"{RETURN} {AMOUNT}"),
        ("payment_asked", f"{RETURN} {DAY} {AMOUNT}"),
        ("payment_lapsed", f"{RETURN} {DAY} {AMOUNT}"),
        ("payment_waived", f"{RETURN} {AMOUNT}"),
        ("exchange_shipped", RETURN),
        ("exchange_waits", RETURN),
        ("exchange_ended", RETURN),
        ("account_asked", f"{RETURN} {AMOUNT}"),
        ("gift_card", f"name shop order {AMOUNT}"),
        ("link", "name shop order"),
        ("account", "name shop"),
        ("gift", "name shop order"),
    ],
)
def test_each_mail_has_its_places(event: str, places: str) -> None:
    assert " ".join(PLACES[event]) == places


def test_the_table_is_whole() -> None:
    assert set(PLACES) == set(MAILS) and len(MAILS) == 36


@pytest.mark.parametrize(
    ("part", "text", "why"),
    [
        ("subject", "{number}: {{ok}} from {shop}", ""),
        ("opening", "Two\n\nparagraphs, {name}", ""),
        ("opening", "שלום {name}", ""),
        ("subject", "{", "A brace stands alone. One that is meant as such is doubled: {{."),
        ("subject", "}", "A brace stands alone. One that is meant as such is doubled: }}."),
        ("subject", "{{{{{", "A brace stands alone"),
        ("subject", "{{{name}}}", ""),
        ("subject", "{}", "{} is no place of this mail."),
        ("subject", "{ name }", "{ name } is no place of this mail."),
        ("subject", "{name!r}", "{name!r} is no place of this mail."),
        ("subject", "{name.__class__}", "{name.__class__} is no place of this mail."),
        ("subject", "{name[0]}", "{name[0]} is no place of this mail."),
        ("subject", "{name:>9}", "{name:>9} is no place of this mail."),
        ("subject", "{NAME}", "{NAME} is no place of this mail."),
        (
            "subject",
            "{amount}",
            "{amount} is no place of this mail. It has {name}, {shop}, {number}, {order}.",
        ),
        ("subject", "two\nlines", "A subject is one line."),
        ("subject", "Bcc\rx", "There is a control character in it"),
        ("closing", "a\x00", "There is a control character in it"),
        ("closing", "a\u2028b", "There is a control character in it"),
        ("closing", "a\x85b", "There is a control character in it"),
        ("subject", "x" * 151, "At most 150 characters."),
        ("opening", "x" * 1001, "At most 1000 characters."),
    ],
)
def test_what_words_may_say(part: str, text: str, why: str) -> None:
    assert str(wrong(part, text, PLACES["received"]) or "").startswith(why)
    assert bool(why) == (wrong(part, text, PLACES["received"]) is not None)


VALUES = {"name": "", "shop": "Fjell", "number": NUMBER, "order": "1001"}


@pytest.mark.parametrize(
    ("opening", "said", "greets"),
    [
        ("Moin {name}!", [], False),
        ("Moin {name}!\n\nDa ist {number}.", [f"Da ist {NUMBER}."], False),
        ("Moin!\n\nLiebe {name}, da ist es.", ["Moin!"], True),
        ("Moin!\n \n\n{shop}\nzwei", ["Moin!", "Fjell\nzwei"], True),
        ("{{{shop}}} {{name}}", ["{Fjell} {name}"], True),
        ("", [], False),
    ],
)
def test_a_paragraph_about_what_is_not_known_is_left_out(opening: str, said: list[str], greets: bool) -> None:
    filled = fill(Words(subject="An {name}", opening=opening), "received", VALUES, Voice("de"))
    assert (filled.opening, filled.greets, filled.subject) == (said, greets, "")


def test_what_is_filled_in_is_not_filled_again() -> None:
    filled = fill(Words(closing="{name}"), "received", {**VALUES, "name": "{shop} {{x}} {"}, Voice("en"))
    assert filled.closing == ["{shop} {{x}} {"]


def test_places_keep_their_direction_in_hebrew() -> None:
    filled = fill(Words("{number} התקבלה"), "received", VALUES, Voice("he"))
    assert filled.subject == f"\u2068{NUMBER}\u2069 התקבלה"


def test_the_recipient_of_a_gift_reads_no_amount(shop: Shop) -> None:
    words = Words("Here: {amount}", "{amount}!", "Bye, {amount}")
    with shop.transaction(reading=True):
        letter = specimen("refunded", this_shop(), "en")
        said = content("refunded", letter, this_shop(), {"en": words})
        assert said.subject == "Here: €89.90" and "€89.90!" in said.text
        gift = Letter(letter.to, {**letter.values, "gift": True}, "Ida", "en", letter.link)
        said = content("refunded", gift, this_shop(), {"en": words})
        assert "€" not in said.subject + said.text + said.html and "Hello Ida," in said.text


class Tags(HTMLParser):
    """What a browser sees: elements with their attributes, and what is written."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.written = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.written += data

    def but_paragraphs(self) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
        return [one for one in self.tags if one[0] not in {"p", "br", "span"}]


EVIL = (
    *(
        "{name}",
        "{shop}",
        "{{",
        "}}",
        "\n",
        "\n\n",
        "\n-- \n",
        "\nBcc: x@y.example",
        "<script>alert(1)</script>",
    ),
    *("</p></td></table>", "<h1 style='x'>", "&lt;", "'", '"', '" style="x', "\u202e", "\u2066", "\u200f"),
    *("=?utf-8?q?=0ABcc:_x?=", "http://evil.example/", "<a href='//x'>", "{% raw %}", "%s", "\\1"),
)
LETTERS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="{}"), max_size=9
)


def texts(part: str) -> st.SearchStrategy[str]:
    """Whatever may be saved, and much that somebody would try."""
    said = st.lists(st.sampled_from(EVIL) | LETTERS, max_size=5).map("".join)
    return said.map(lambda text: " ".join(text.split("\n")) if part == "subject" else text)


@pytest.mark.sqlite
def test_no_words_break_out_of_a_mail_or_take_from_it_what_it_is_sent_for(shop: Shop) -> None:
    with shop.transaction(reading=True):
        here = this_shop()

        @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(
            event=st.sampled_from(sorted(MAILS)),
            language=st.sampled_from(LANGUAGES),
            words=st.builds(Words, **{part: texts(part) for part in PARTS}),
        )
        def check(event: str, language: str, words: Words) -> None:
            letter = specimen(event, here, language)
            ours, own = (content(event, letter, here, said) for said in ({}, {language: words}))
            assert_whole(ours, own, letter)
            mail = message(letter, own, here, "notice/1")
            assert [name for name in mail if name != "Content-Type"] == HEADERS
            head = mail.as_bytes().partition(b"\r\n\r\n")[0].decode()
            assert "\r\nBcc:" not in head and len(mail["Subject"].splitlines()) <= 1

        check()


def assert_whole(ours: Content, own: Content, letter: Letter) -> None:
    """The same elements in the same order, and every line of ours but the subject and the greeting."""
    before, after = Tags(ours.html), Tags(own.html)
    assert before.but_paragraphs() == after.but_paragraphs()
    assert len(own.subject) <= 200 and "\n" not in own.subject
    number = letter.values["number"]
    assert number in after.written and number in own.subject + own.text
    assert set(ours.text.split("\n")[1:]) <= set(own.text.split("\n"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.sqlite
def test_every_mail_in_every_language_says_the_shops_words_and_ours(shop: Shop, language: str) -> None:
    words = Words("S {shop}", "O <1>\nO2\n\nO3", "C & C")
    with shop.transaction(reading=True):
        here = this_shop()
        for event in MAILS:
            letter = specimen(event, here, language)
            ours, own = (content(event, letter, here, said) for said in ({}, {language: words}))
            other = content(event, letter, here, {"fr": words})
            assert other == ours
            assert "Fjell & Faden" in own.subject and own.text.startswith("O <1>\nO2\n\nO3\n\n")
            assert "<p>O &lt;1&gt;<br>O2</p>\n<p>O3</p>" in own.html and "<p>C &amp; C</p>" in own.html
            assert f"/acme/{letter.link}" in own.text and f'/acme/{letter.link}"' in own.html
            lines = ours.text.split("\n")
            assert [line for line in lines[1:] if line not in own.text.split("\n")] == []


def test_words_are_no_longer_than_a_subject_may_be() -> None:
    assert LONGEST["subject"] + 50 <= 200
