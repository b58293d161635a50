"""What the way back costs, row by row."""

from typing import Any

import pytest

from portal.policies import Resolution
from tests.policies.facts import ruled

WAY: dict[str, Any] = {
    "by_country": [
        {"id": "alps", "countries": ["CH", "LI"], "amounts": {"EUR": 1290, "CHF": 1200}},
        {"id": "near", "countries": ["AT"],       "amounts": {"EUR": 0}},
    ],
    "free_from": {"EUR": 10_000, "JPY": 0},
    "free_for": ["store_credit"],
}  # fmt: skip
RULED = ruled(return_shipping={"EUR": 490, "JPY": 800}, way_back=WAY)


@pytest.mark.parametrize(
    ("what", "country", "currency", "value", "cost"),
    [
        ("the usual",                        "DE", "EUR",  9_999,   490),
        ("no country known",                 "",   "EUR",  9_999,   490),
        ("from a country with its own",      "CH", "EUR",  9_999, 1_290),
        ("the second country of it",         "LI", "CHF",  9_999, 1_200),
        ("free from a country",              "AT", "EUR",  9_999,     0),
        ("just the amount",                  "DE", "EUR", 10_000,     0),
        ("above it, from afar",              "CH", "EUR", 10_001,     0),
        ("no amount in the currency",        "DE", "CHF", 99_999,     0),
        ("a currency without a limit",       "CH", "CHF", 99_999, 1_200),
        ("its own, not in the currency",     "CH", "JPY",     -1,     0),
        ("always free in a currency",        "DE", "JPY",      0,     0),
    ],
)  # fmt: skip
def test_the_way_back_costs_so_much(what: str, country: str, currency: str, value: int, cost: int) -> None:
    assert RULED.shipping(country, currency, value) == cost


@pytest.mark.parametrize(
    ("resolution", "exchange", "free"),
    [
        ("original",     True,  False),
        ("store_credit", True,  True),
        ("store_credit", False, True),
        ("gift_card",    True,  False),
        ("exchange",     True,  True),
        ("exchange",     False, False),
    ],
)  # fmt: skip
def test_it_is_free_for_what_is_named(resolution: str, exchange: bool, free: bool) -> None:
    policy = ruled(way_back=WAY, exchange={"free_way_back": exchange})
    assert policy.ships_free(Resolution(resolution)) is free


def test_a_country_that_is_there_twice_is_refused() -> None:
    for one, other in (("a", ["CH"]), ("b", ["AT"])):
        twice = [
            {"id": "b", "countries": ["CH"], "amounts": {}},
            {"id": one, "countries": other, "amounts": {}},
        ]
        with pytest.raises(ValueError):
            ruled(way_back={"by_country": twice})
