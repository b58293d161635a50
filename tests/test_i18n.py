"""How amounts, days and sentences are said."""

from datetime import date

import pytest

from portal.i18n import Voice, say, voice_in


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


def test_a_sentence_is_said_with_its_arguments_in_the_same_language() -> None:
    sentence = say("Hand the parcel in by {day}.", day=date(2026, 12, 3))
    assert Voice("de-AT").text(sentence) == "Geben Sie das Paket bis Donnerstag, 3. Dezember 2026 ab."
    assert "יום חמישי, 3 בדצמבר 2026" in Voice("he").text(sentence)
    assert Voice("fi").gettext("Order") == "Order"


def test_a_number_chooses_its_form() -> None:
    assert Voice("de").ngettext("{n} return", "{n} returns", 1) == "{n} Rücksendung"
    assert Voice("de").ngettext("{n} return", "{n} returns", 0) == "{n} Rücksendungen"
    assert Voice("en").ngettext("{n} return", "{n} returns", 1) == "{n} return"


def test_what_is_filled_in_stands_apart_only_where_lines_run_from_right_to_left() -> None:
    sentence = say("Order {number}", number="#1001")
    assert Voice("de").text(sentence) == "Bestellung #1001"
    assert Voice("he").text(sentence) == "הזמנה \u2068#1001\u2069"


def test_the_first_language_that_is_spoken_is_taken() -> None:
    assert voice_in(None, "", "fr", "de-CH", "he").language == "de-CH"
    assert voice_in("fr", "nonsense").language == "en"
