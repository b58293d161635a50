"""What one configuration says otherwise than another, in plain words."""

from typing import Any

import pytest

from portal.i18n import Voice
from portal.policies.differing import words
from tests.harness.trading import policy, whole

PARTS = policy()
OPENED, BULKY = PARTS["fees"]
E, B = "Restocking fee “Opened electronics”", "Restocking fee “Bulky goods”"
CHEAP = {"EUR": 990, "GBP": 1500}
LIMIT = PARTS["agent_limit"]
REASONS = PARTS["reasons"]


def window(days: int, transit_days: int) -> dict[str, int]:
    return {"days": days, "transit_days": transit_days}


def told(language: str = "en", before: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    old = {**PARTS, **(before or {})}
    voice = Voice(language)
    return [voice.text(sentence) for sentence in words(whole(old), whole({**old, **changes}))]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"window": window(45, 5)}, ["To send back: 30 days → 45 days"]),
        ({"window": window(1, 0)}, ["To send back: 30 days → 1 day", "Days that a parcel takes: 5 days → 0 days"]),
        ({"fees": [{**OPENED, "points": 1000}, BULKY]}, [f"{E}: 15 % → 10 %"]),
        ({"fees": [{**OPENED, "label": "X"}, BULKY]}, ["Restocking fee “X”, label: Opened electronics → X"]),
        ({"fees": [OPENED, {**BULKY, "fixed": CHEAP}]}, [f"{B}: €15.00 → €9.90", f"{B}: $15.00 → nothing"]),
        ({"fees": [{**OPENED, "match": {"tags": ["a", "b"]}}, BULKY]},
         [f"{E}, Tags: electronics → a, b", f"{E}, Categories: Electronics → nothing"]),
        ({"fees": [BULKY]}, [f"{E} is gone"]),
        ({"fees": [OPENED, BULKY, {**OPENED, "id": "x", "label": "X"}]}, ["Restocking fee “X” is new"]),
        ({"fees": []}, [f"{E} is gone", f"{B} is gone"]),
        ({"reasons": [REASONS[1], REASONS[0], *REASONS[2:]]}, ["Reasons: in another order"]),
        ({"reasons": [{**REASONS[0], "photo": "required"}, *REASONS[1:]]},
         ["Reason “Too small”, photos: not asked for → needed"]),
        ({"return_shipping": {"EUR": 590}},
         ["Return label: €4.90 → €5.90", "Return label: £4.50 → nothing", "Return label: $5.90 → nothing"]),
        ({"resolutions": ["original", "gift_card"]},
         ["What shoppers choose between: Money back, Another article, Store credit, Gift card → "
              "Money back, Gift card"]),
        ({"credit_bonus": 550}, ["Bonus on store credit: 0 % → 5.5 %"]),
        ({"valid_months": {"gift_card": 36}}, ["Months that a gift card lasts: for ever → 36"]),
        ({"second_review": False}, ["A second person reviews the configuration: yes → no"]),
        ({"off_quote": {"points": 100}}, ["Per cent off the quote: no limit → 1 %"]),
        ({"second_person_above": {"EUR": 20000}}, ["Two people approve above: no limit → €200.00"]),
        ({"dispositions": {"A": "restock", "B": "donate", "C": "refurbish", "D": "quarantine", "E": "destroy"}},
         ["Where a unit goes, Opened, like new: Open box → Donated"]),
        ({"gift_card_bonus": 200}, ["Bonus on gift cards: 0 % → 2 %"]),
        ({"agent_limit": {**LIMIT, "EUR": 5000}}, ["An agent approves up to: €100.00 → €50.00"]),
    ],
)  # fmt: skip
def test_every_difference_is_told(changes: dict[str, Any], said: list[str]) -> None:
    assert sorted(told(**changes)) == sorted(said)


def test_it_is_told_in_the_readers_language() -> None:
    assert told("de", hand_in_days=21) == ["Abgabe des Pakets: 14 Tage → 21 Tage"]


def test_nothing_that_differs_is_left_out() -> None:
    """Whatever the model comes to hold: a change of any leaf is told."""
    documents = whole(PARTS).documents
    for part, value in documents["policy"].items():
        if isinstance(value, int):
            assert told(**{part: value + 1}), part
