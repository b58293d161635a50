"""Letters with every value that a template may ask for."""

from dataclasses import replace
from datetime import UTC, date, datetime

from portal.i18n import Amount, say
from portal.notices import Letter, Line

EVENTS = """requested approved denied received refunded refund_failed refund_stopped message gift link account
invitation
new_password""".split()
EVIL = 'Boots <b>&amp;</b> "x"\r\nBcc: evil@example.org\x00'


def letter(text: str = "Boots", to: str = "annelie@posteo.example", name: str = "Annelie", **other) -> Letter:
    items = (Line(text, 2, text), Line("Socks"))
    values = {
        "number": "RMA-7K2M-Q9XD-K",
        "items": items,
        "declined": items[:1],
        "reason": text,
        "to": [text, "24939 Flensburg"],
        "answer_by": date(2026, 11, 26),
        "hand_in_by": date(2026, 11, 26),
        "sending": "label",
        "sent_on": date(2026, 11, 5),
        "parts": (Line(say("Card ending {digits}", digits="4417"), amount=Amount(14922, "EUR")),),
        "total": Amount(14922, "EUR"),
        "goodwill": Amount(500, "EUR"),
        "counted": None,
        "ahead": False,
        "explained": (
            Line(say("{article}, planned for it", article=text), amount=Amount(11900, "EUR")),
            Line(say("Not as agreed: {promise}", promise=text), amount=Amount(-5950, "EUR")),
        ),
        "amount": Amount(5950, "EUR"),
        "arrived": (Line(text, amount=Amount(100, "EUR")),),
        "coming": (Line(text, amount=Amount(100, "EUR")),),
        "stopped": (Line(text, amount=Amount(5950, "EUR")),),
        "comes_to": Amount(5950, "EUR"),
        "lines": text.splitlines(),
        "order": text,
        "gift": False,
        "minutes": 30,
        "role": say("Agent"),
        "until": datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
    }
    return replace(Letter(to, values, name, link="s/abc"), **other)
