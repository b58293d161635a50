"""What a whole configuration may say and hardly means: limits that leave out a currency."""

from typing import Any

import pytest

from portal.i18n import Voice
from portal.policies.checking import odd
from portal.policies.configuration import configured
from tests.policies.facts import ruled

BIG, DAY, OFF = "any refund, however large", "as much a day", "any distance from a quote"


@pytest.mark.parametrize(
    ("limits", "used", "told"),
    [
        ({}, {"EUR", "SEK"}, []),
        ({"second_person_above": {"EUR": 1}}, {"EUR"}, []),
        ({"second_person_above": {"EUR": 1}}, {"EUR", "SEK"}, [("second_person_above", "SEK", BIG)]),
        ({"second_person_above": {"EUR": 1, "SEK": 0}}, {"EUR", "SEK"}, []),
        ({"alone_per_day": {"EUR": 1}}, {"SEK", "JPY"}, [("alone_per_day", "JPY", DAY), ("alone_per_day", "SEK", DAY)]),
        ({"off_quote": {"amounts": {"SEK": 1}}}, {"EUR"}, [("off_quote.amounts", "EUR", OFF)]),
        ({"off_quote": {"amounts": {"SEK": 1}, "points": 100}}, {"EUR"}, []),
        ({"off_quote": {"points": 100}}, {"EUR"}, []),
        ({"second_person_above": {"EUR": 1}, "agent_limit": {"USD": 1}}, (), [("second_person_above", "USD", BIG)]),
        ({"second_person_above": {"EUR": 1}, "alone_per_day": {"KWD": 1, "EUR": 1}}, (), [("second_person_above", "KWD", BIG)]),
    ],
)  # fmt: skip
def test_a_limit_that_leaves_out_a_currency_of_the_shop_is_told(
    limits: dict[str, Any], used: Any, told: list[tuple[str, str, str]]
) -> None:
    amounts = {"return_shipping": {"EUR": 490}, "authorization": {"automatic_up_to": {"EUR": 1}, "days": 2}}
    found = odd(configured(ruled(**amounts, fees=[], returnless=[]), {"limits": limits}), used)
    limited = [one for one in found if one.place.startswith("limits.")]
    assert [one.place.removeprefix("limits.") for one in limited] == [place for place, _, _ in told]
    for one, (_, currency, words) in zip(limited, told, strict=True):
        text = Voice("en").text(one.text)
        assert f"In {currency} " in text and words in text
