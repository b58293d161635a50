"""Made-up letters, with every value that a mail to shoppers may say: to look at a mail before it is sent."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal import clock
from portal.i18n import Amount, say
from portal.notices.letters import Letter, Line
from portal.notices.wording import PLACES
from portal.tenants import Tenant

NAME, NUMBER, ORDER = "Mira Sandström", "RMA-7K2M-Q9XD-K", "1001"
SECRETS = {"link": "l/example", "account": "a/example", "gift": "g/example", "gift_card": "c/example"}
NAMELESS = frozenset({"gift"})
COST, LOWER, EXTRA = 8_990, 6_990, 1_500


def specimen(event: str, shop: Tenant, language: str) -> Letter:
    """A letter of the event to somebody who does not exist, in a language."""
    about, values = "number" in PLACES[event], _values(shop)
    return Letter(
        to="mira@example.com",
        values=values if about else {**values, "number": ""},
        name="" if event in NAMELESS else NAME,
        language=language,
        link=SECRETS.get(event, "s/example"),
        policy=1 if about else 0,
    )


def _values(shop: Tenant) -> Mapping[str, Any]:
    coat, mug = Line(say("Raincoat"), detail="M"), Line(say("Mug"), 2)
    soon = clock.now() + timedelta(days=7)
    return {
        **{"number": NUMBER, "order": ORDER, "gift": False, "minutes": 30, "until": soon, "ends": None},
        **{"items": [coat, mug], "declined": (), "awaited": (), "reason": say("Too small")},
        **{"answer_by": soon, "hand_in_by": soon, "unasked": True, "exchange": False, "credit": False},
        **{"to": shop.return_address, "lines": [say("Is the zip broken?")], "bank": list(shop.bank_details)},
        **_found(shop.currency),
        "asked": say("Please pay {amount} by {day}.", amount=Amount(EXTRA, shop.currency), day=soon.date()),
        **{"carrier": "", "tracking": "00340434161094042557", "tracked_at": ""},
    }


def _found(currency: str) -> Mapping[str, Any]:
    total = Amount(COST, currency)
    return {
        "sums": {"before": total, "after": Amount(LOWER, currency)},
        "ground": say("Its condition"),
        "note": say("The zip is torn."),
        "answer": say("The picture shows it."),
        "looks": say("A blue scarf"),
        "parts": [Line(say("Original payment"), amount=total)],
        "total": total,
        "arrived": (),
        "coming": (),
        "stopped": [Line(say("Original payment"), amount=Amount(EXTRA, currency))],
        "amount": Amount(EXTRA, currency),
        "goodwill": None,
        "counted": None,
        **{"paid": True, "unpaid": None, "unwanted": False, "sent": False, "ahead": False},
        "explained": (),
        "comes_to": total,
        "sending": "label",
        "sent_on": clock.now() - timedelta(days=21),
    }
