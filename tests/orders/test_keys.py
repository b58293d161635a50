"""How typing is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.orders.keys import email_key, number_key, postcode_key


@pytest.mark.parametrize(
    "typed",
    [
        "1001",
        "#1001",
        " #1001 ",
        "# 1001",
        "＃１００１",
        "1001\u200b",
        "\ufeff1001",
        "10\u00ad01",
        "1001\x00",
    ],
)
def test_an_order_number_is_found_as_people_type_it(typed: str) -> None:
    assert number_key(typed) == "1001"


def test_other_numbers_stay_apart() -> None:
    assert number_key("ff-20418") == "FF-20418"
    assert number_key("1001-A") != number_key("1001A")
    assert number_key("100") != number_key("1001")


@pytest.mark.parametrize("typed", ["ann@example.com", " Ann@Example.COM ", "ann@example.com\u200b"])
def test_an_address_is_found_as_people_type_it(typed: str) -> None:
    assert email_key(typed) == "ann@example.com"


@pytest.mark.parametrize(
    "one, other",
    [
        ("SW1A 1AA", "sw1a1aa"),
        ("12345-6789", "12345"),
        ("1234 AB", "1234ab"),
        ("D-10115", "d 10115"),
        ("１０１１５", "10115"),
    ],
)
def test_a_postcode_is_found_as_people_type_it(one: str, other: str) -> None:
    assert postcode_key(one) == postcode_key(other) != ""


@given(st.text(max_size=400))
def test_keys_are_short_and_can_be_stored_whatever_is_typed(typed: str) -> None:
    for key, longest in ((number_key, 60), (email_key, 254), (postcode_key, 20)):
        made = key(typed)
        assert len(made) <= longest
        assert "\0" not in made
        made.encode()
