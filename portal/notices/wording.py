"""A shop's own words in its mails: a subject, an opening and a closing for an event and a language. Pure.

They are text with places in braces, and nothing else: no markup, no links, no conditions. All that a mail is
sent for (articles, amounts, days, links, the number) is the product's and stands there in any case.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.i18n import Amount, Message, Voice, say
from portal.i18n.characters import UNFIT
from portal.notices.naming import MAILS

PARTS = ("subject", "opening", "closing")
LONGEST = {"subject": 150, "opening": 1000, "closing": 1000}
EVERYWHERE = ("name", "shop")
ABOUT = {"gift_card": ("order",), "link": ("order",), "account": (), "gift": ("order",)}  # no return
DAYS = {
    "requested": "answer_by",
    "approved": "hand_in_by",
    "hand_in_soon": "hand_in_by",
    "hand_in_last": "hand_in_by",
    "expired": "hand_in_by",
    "not_arrived": "until",
    "parcel_lost": "sent_on",
    "unannounced": "answer_by",
    "reduction_proposed": "until",
    "payment_asked": "until",
    "payment_lapsed": "until",
}
AMOUNTS = {
    "refunded": "total",
    "refund_stopped": "amount",
    "credit_offered": "amount",
    "payment_asked": "amount",
    "payment_lapsed": "amount",
    "payment_waived": "amount",
    "account_asked": "amount",
    "gift_card": "amount",
}
PLACES: Mapping[str, tuple[str, ...]] = {
    event: (
        *EVERYWHERE,
        *ABOUT.get(event, ("number", "order")),
        *(("day",) if event in DAYS else ()),
        *(("amount",) if event in AMOUNTS else ()),
    )
    for event in MAILS
}
"""What may stand in braces in the words of each event's mail."""

NEEDLESS = frozenset({"received", "case_opened", "exchange_shipped"})
"""Mails that a shop may do without: no label, money, consent, deadline or link of their own hangs on them."""

PIECE = re.compile(r"{{|}}|{([^{}]*)}|[{}]")
HIDDEN = {"Cc", "Cs", "Zl", "Zp"}  # controls, half characters, and line ends that are none in a mail


@dataclass(frozen=True)
class Words:
    """Own words in a language; what is empty is said by the product."""

    subject: str = ""
    opening: str = ""
    closing: str = ""


@dataclass(frozen=True)
class Own:
    """What a shop lays down about an event's mail: words by language, and whether it is sent at all."""

    words: Mapping[str, Words] = field(default_factory=dict)
    sent: bool = True


@dataclass(frozen=True)
class Filled:
    """Own words with their places filled. Subject: one line, or "" for the product's. `greets`: whether they
    take the place of the product's greeting."""

    subject: str = ""
    opening: Sequence[str] = ()
    closing: Sequence[str] = ()
    greets: bool = False


Look = Callable[[str], Own]
_looks: list[Look] = []


def own_words(look: Look) -> Look:
    """Register who knows what the shop at work lays down about an event's mail when it is written."""
    _looks[:] = [look]
    return look


def own_of(event: str) -> Own:
    return _looks[0](event) if _looks and event in MAILS else Own()


def wrong(part: str, text: str, places: Sequence[str]) -> Message | None:
    """Why a text cannot be the subject, opening or closing of a mail with these places; None where it can."""
    if len(text) > LONGEST[part]:
        return say("At most {n} characters.", n=LONGEST[part])
    if part == "subject" and "\n" in text:
        return say("A subject is one line.")
    if UNFIT.search(text) or any(unicodedata.category(c) in HIDDEN for c in text if c != "\n"):
        return say("There is a control character in it, which cannot be seen. Type it anew.")
    return next(_misplaced(text, places), None)


def _misplaced(text: str, places: Sequence[str]) -> Iterator[Message]:
    known = ", ".join("{" + place + "}" for place in places)
    for piece in PIECE.finditer(text):
        if piece[1] is not None and piece[1] not in places:
            yield say("{place} is no place of this mail. It has {known}.", place=piece[0], known=known)
        if piece[0] in ("{", "}"):
            twice = 2 * piece[0]
            yield say("A brace stands alone. One that is meant as such is doubled: {brace}.", brace=twice)


def fill(words: Words, event: str, values: Mapping[str, Any], voice: Voice) -> Filled:
    """The words for a letter's values. A paragraph with a place of which nothing is known is left out."""
    given = _given(event, values, voice)
    opening = [_put(part, given) for part in _paragraphs(words.opening)]
    return Filled(
        subject=_put(words.subject, given) or "",
        opening=[part for part in opening if part],
        closing=[part for text in _paragraphs(words.closing) if (part := _put(text, given))],
        greets=bool(opening and opening[0]),
    )


def _given(event: str, values: Mapping[str, Any], voice: Voice) -> dict[str, str]:
    """Each place as it is said; "" where nothing is known, and for amounts that a gift's recipient must not
    read."""
    day, amount = values.get(DAYS.get(event, "")), values.get(AMOUNTS.get(event, ""))
    said = {name: str(values.get(name) or "") for name in ("name", "shop", "number", "order")}
    said["day"] = voice.day(day) if day else ""
    shown = isinstance(amount, Amount) and not values.get("gift")
    said["amount"] = voice.money(amount.minor, amount.currency) if amount and shown else ""
    return {name: voice.apart(line(text)) for name, text in said.items() if name in PLACES[event]}


def _put(text: str, given: Mapping[str, str]) -> str | None:
    if any(piece[1] is not None and not given.get(piece[1]) for piece in PIECE.finditer(text)):
        return None
    return PIECE.sub(lambda piece: given[piece[1]] if piece[1] is not None else piece[0][0], text)


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part]


def line(text: str) -> str:
    """On one line, without controls."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})
