"""Free text: no card numbers, and not without end."""

import pytest

from portal.errors import Refusal
from portal.returns.words import checked


@pytest.mark.parametrize(
    "text",
    [
        "4242 4242 4242 4242", "4111-1111-1111-1111", "4111111111111111", "378282246310005",
        "5555.5555.5555.4444", "my card is 2223003122003222, ok", "6011111111111117", "30569309025904",
    ],
)  # fmt: skip
def test_a_card_number_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(Refusal, match="card number"):
        checked(text, "text")


@pytest.mark.parametrize(
    "text",
    [
        "4242 4242 4242 4241",  # the check digit is wrong
        "00340434161094837265",  # a parcel
        "RMA-7K2M-Q9XD-4, order 20418, 0171 2345678",
        "1234567890123456",  # no card begins so
        "42424242424242424242424242",  # too long
        "",
    ],
)
def test_other_numbers_are_kept(text: str) -> None:
    assert checked(f" {text} ", "text") == text


def test_a_text_has_an_end() -> None:
    assert len(checked("x" * 2000, "text")) == 2000
    with pytest.raises(Refusal):
        checked("x" * 2001, "text")
