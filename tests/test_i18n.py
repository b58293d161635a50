"""How amounts are said."""

import pytest

from portal.i18n import Voice


@pytest.mark.parametrize(
    ("language", "minor", "currency", "said"),
    [
        ("en", 1990, "EUR", "€19.90"),
        ("en", 9450, "KWD", "KWD\N{NO-BREAK SPACE}9.450"),
        ("en", -500, "SEK", "-SEK\N{NO-BREAK SPACE}5.00"),
        ("en", 123456789, "JPY", "¥123,456,789"),
        ("de", 9450, "KWD", "9,450\N{NO-BREAK SPACE}KWD"),
        ("de", 1990, "EUR", "19,90\N{NO-BREAK SPACE}€"),
    ],
)
def test_an_amount_has_all_its_places_and_letters_keep_off_its_figures(
    language: str, minor: int, currency: str, said: str
) -> None:
    assert Voice(language).money(minor, currency) == said
