"""Amounts as people type them: in the currency's own decimals, and never in two ways."""

import pytest

from portal.money import BadAmount
from portal.web.desk.forms import typed
from portal.web.forms import in_two_ways, no_amount, typed_number


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12", "EUR", 1_200),
        ("12.5", "EUR", 1_250),
        ("12,50", "EUR", 1_250),
        ("-3,1", "EUR", -310),
        ("1200", "JPY", 1_200),
        ("1.500", "KWD", 1_500),
        ("1,50", "KWD", 1_500),
    ],
)
def test_a_comma_stands_for_the_point(text: str, currency: str, minor: int) -> None:
    assert typed(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1,500", "KWD"),
        ("1,500", "EUR"),
        ("1,500", "JPY"),
        ("1.500", "EUR"),
        ("1.5", "JPY"),
        ("1,234.50", "EUR"),
        ("1.234,50", "EUR"),
        ("1,", "EUR"),
        (",5", "EUR"),
        ("", "EUR"),
    ],
)
def test_what_can_be_read_in_two_ways_is_no_amount(text: str, currency: str) -> None:
    with pytest.raises(BadAmount):
        typed(text, currency)


@pytest.mark.parametrize("places", [0, 2, 3, 4])
def test_a_comma_before_three_digits_is_no_number(places: int) -> None:
    assert typed_number("1,500", places) is None and in_two_ways(" 1,500 ")
    assert typed_number("1.500", 3) == 1_500 and not in_two_ways("1,50") and not in_two_ways("1,5000")


@pytest.mark.parametrize(
    ("currency", "plainly", "thousands"),
    [("EUR", "5.00", "1500.00"), ("JPY", "500", "1500"), ("KWD", "0.500", "1500.000")],
)
def test_examples_are_in_the_currencys_own_decimals(currency: str, plainly: str, thousands: str) -> None:
    assert dict(no_amount("x", currency).args)["example"] == plainly
    assert dict(no_amount("1,500", currency).args)["example"] == thousands
