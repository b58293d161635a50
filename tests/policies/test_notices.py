"""The document of the mails: what it takes, with the place of all that is wrong, and how it is told."""

from collections.abc import Iterable
from typing import Any

import pytest

from portal.config import ROOT
from portal.i18n import Voice
from portal.notices.naming import MAILS
from portal.notices.wording import AMOUNTS, DAYS, NEEDLESS, Words
from portal.policies import Configuration
from portal.policies.checking import odd
from portal.policies.differing import words
from portal.policies.notices import MOST, Notices
from portal.policies.writing import Unreadable, difference, read, written
from tests.harness.trading import policy, whole

BASE = whole(policy())
MOIN = {"de": {"subject": "Da: {number}", "opening": "Moin {name},\n\nda ist es.\nDanke!"}}


def saying(texts: dict[str, Any], **more: Any) -> Configuration:
    return BASE.model_copy(update={"notices": Notices.model_validate({"texts": texts, **more})})


def faults(notices: str) -> list[str]:
    text = written(BASE).replace("notices: {}\n", notices)
    with pytest.raises(Unreadable) as refused:
        read(text.encode())
    return [f"{fault.place}: {fault.why}" for fault in refused.value.faults]


def test_what_is_written_is_read_again_to_the_byte_and_several_lines_stay_lines() -> None:
    wanted = saying({"received": MOIN}, unsent=["exchange_shipped", "received"])
    text = written(wanted)
    assert read(text.encode()) == wanted and written(read(text.encode())) == text
    assert "      de:\n        subject: 'Da: {number}'\n        opening: |-\n          Moin {name},\n" in text
    assert "- received\n  - exchange_shipped\n" in text  # in the order of the mails
    assert read(text.replace("\n", "\r\n").encode()) == wanted


def test_empty_words_are_none_and_spaces_around_are_left_out() -> None:
    assert saying({"received": {"en": {}, "de": {"closing": " \n "}}}).notices == BASE.notices
    said = saying({"received": {"de": {"closing": "  a  \r\n\tb \n"}}})
    assert said.notices.texts["received"]["de"].closing == "a\n b"
    assert said.notices.own("received").words == {"de": Words(closing="a\n b")}


@pytest.mark.parametrize(
    ("yaml", "told"),
    [
        ("notices: {texts: {received: {de: {subject: '{nummer}'}}}}\n",
         ["notices.texts.received.de.subject: {nummer} is no place of this mail. It has {name}, {shop}, {number}, {order}."]),
        ("notices: {texts: {link: {en: {subject: '{number}', closing: '}'}}, foo: {}, gift: {xx: {}}}}\n",
         ["notices.texts.link.en.subject: {number} is no place of this mail. It has {name}, {shop}, {order}.",
          "notices.texts.link.en.closing: A brace stands alone. One that is meant as such is doubled: }}.",
          "notices.texts.foo: no mail to shoppers is called so",
          "notices.texts.gift.xx: a language is one of en, de, he"]),
        ("notices: {texts: {invitation: {en: {subject: x}}}}\n",
         ["notices.texts.invitation: no mail to shoppers is called so"]),
        ("notices: {unsent: [received, approved]}\n",
         ["notices.unsent.2: approved is always sent; without it goes only case_opened, exchange_shipped, received"]),
        ("notices: {texts: {received: {en: {greeting: x}}}}\n",
         ["notices.texts.received.en.greeting: nothing is called so"]),
        ('notices: {texts: {received: {en: {subject: "a\\nb", closing: "\\e"}}}}\n',
         ["notices.texts.received.en.subject: A subject is one line.",
          "notices.texts.received.en.closing: There is a control character in it, which cannot be seen. Type it anew."]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_told_with_its_place(yaml: str, told: list[str]) -> None:
    assert faults(yaml) == told


def test_the_line_is_told_too() -> None:
    text = written(saying({"received": MOIN})).replace("{number}", "{no}")
    with pytest.raises(Unreadable) as refused:
        read(text.encode())
    lines = text.splitlines()
    assert refused.value.faults[0].line == lines.index("        subject: 'Da: {no}'") + 1


def test_all_words_together_have_a_bound() -> None:
    events = ["received", "approved", "denied", "kept", "message", "expired", "refunded", "case_ask", "link"]
    much = {event: {code: {"opening": "x" * 1000, "closing": "y" * 1000} for code in ("en", "de", "he")}
            for event in events}  # fmt: skip
    assert len(written(saying(much)).encode()) < 256 * 1024
    more = much | dict.fromkeys(("gift", "account"), much["link"])
    with pytest.raises(ValueError, match=f"more than {MOST}"):
        saying(more)


def test_the_manual_names_every_mail_and_which_have_a_day_and_an_amount() -> None:
    page = (ROOT / "docs/policy.md").read_text()
    assert (
        f"The events: {quoted(MAILS)}." in page
        and f"`unsent` may name {quoted(['received', 'case_opened'])}" in page
    )
    for place, events in (("day", DAYS), ("amount", AMOUNTS)):
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{{{place}}}`"))
        assert row.split("|")[3].strip() == quoted(event for event in MAILS if event in events)


def quoted(events: Iterable[str]) -> str:
    return ", ".join(f"`{event}`" for event in events)


def test_only_mails_on_which_nothing_hangs_can_be_switched_off() -> None:
    assert {"received", "case_opened", "exchange_shipped"} == NEEDLESS
    own = saying({}, unsent=["received"]).notices
    assert not own.own("received").sent and own.own("approved").sent


SUBJECT, OPENING = (f"{part} of the mail “Parcel received” in German" for part in ("Subject", "Opening"))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {}, []),
        ({}, {"texts": {"received": MOIN}},
         [f"{SUBJECT}: our words → “Da: {{number}}”", f"{OPENING}: our words → “Moin {{name}}, da ist es. Danke!”"]),
        ({"texts": {"received": MOIN}}, {"texts": {"received": {"de": {"subject": "Da!"}}}},
         [f"{SUBJECT}: “Da: {{number}}” → “Da!”", f"{OPENING}: “Moin {{name}}, da ist es. Danke!” → our words"]),
        ({"texts": {"received": {"de": {"subject": "x" * 99}}}}, {}, [f"{SUBJECT}: “{'x' * 69}…” → our words"]),
        ({"unsent": ["received"]}, {"unsent": ["case_opened"]},
         ["The mail “Parcel received” is sent again", "The mail “Something else was in the parcel” is no longer sent"]),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_plain_words(before: Any, after: Any, told: list[str]) -> None:
    old, new = (BASE.model_copy(update={"notices": Notices.model_validate(said)}) for said in (before, after))
    assert [Voice("en").text(sentence) for sentence in words(old, new)] == told
    assert bool(difference(old, new)) is bool(told)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({}, []),
        ({"received": {code: {"subject": "x"} for code in ("en", "de", "he")}}, []),
        ({"received": MOIN}, ["No mail has words of your own in English.", "No mail has words of your own in Hebrew."]),
        ({"received": MOIN, "kept": {"en": {"subject": "x"}}},
         ["No mail has words of your own in Hebrew.",
          "The mail “It need not come back” has no words of your own in German.",
          "The mail “Parcel received” has no words of your own in English."]),
    ],
)  # fmt: skip
def test_words_in_some_languages_alone_are_told(texts: dict[str, Any], told: list[str]) -> None:
    found = odd(saying(texts))
    assert [Voice("en").text(one.text) for one in found] == told
    assert all(one.place.startswith("notices.texts") for one in found)
