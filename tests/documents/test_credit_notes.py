from dataclasses import replace
from datetime import date

import pytest

from portal.documents.credit_notes import credit_note
from portal.documents.values import Address, CreditLine, CreditPaper, Paper, TaxOf, Way
from portal.i18n import Voice, say
from tests.documents.papers import HOME, VOICE, WAREHOUSE
from tests.documents.reading import millimetres, pages, places

BOOTS = CreditLine(
    1, "Wasserdichte Wanderstiefel „Hochgebirgspfad“", "39½", "FF-BOOT-395", 12_000, 2_280, 500
)
BOOK = CreditLine(2, "Νέα Ελληνικά Книга", "", "FF-BOOK", 2_000, 140, cut=3)
NOTE = CreditPaper(
    number="CN-000123",
    issued=date(2026, 11, 26),
    shop=WAREHOUSE,
    buyer=HOME,
    order="FF-20418",
    ordered=date(2026, 11, 3),
    rma="RMA-7K2M-Q9XD-K",
    currency="EUR",
    lines=(BOOTS, BOOK),
    delivery=(500, 95),
    net=14_500,
    taxes=(TaxOf("19", 12_500, 2_375), TaxOf("7", 2_000, 140)),
    fees=1_200,
    shipping=490,
    total=15_325,
    ways=(Way("Visa ending 4417", 10_000), Way(say("Store credit"), 5_325)),
)


def words(note: CreditPaper, voice: Voice = VOICE) -> str:
    return " ".join(pages(credit_note(note, voice)))


def test_a_credit_note_says_who_what_how_much_and_where_it_went() -> None:
    read = words(NOTE)
    for said in (
        *("Credit note", "CN-000123", "Thursday 26 November 2026", "FF-20418", "Tuesday 3 November 2026"),
        *("RMA-7K2M-Q9XD-K", WAREHOUSE.name, *WAREHOUSE.lines, HOME.name, *HOME.lines),
        *("1 ×", BOOTS.title, BOOTS.variant, BOOTS.sku, "€120.00", "€22.80", "€142.80"),
        *("€5.00 less for what was found", "2 ×", BOOK.title, "€0.03 less: no longer refundable"),
        *("Delivery", "€5.00", "€0.95", "Net", "€145.00", "Tax 19 % on €125.00", "€23.75"),
        *("Tax 7 % on €20.00", "€1.40", "Restocking fee, kept", "-€12.00", "Return label, kept", "-€4.90"),
        *("Credited", "€153.25", "Visa ending 4417: €100.00", "Store credit: €53.25", "Page 1 of 1"),
    ):
        assert said in read, said


def test_what_takes_a_credit_note_back_says_which() -> None:
    minus = replace(NOTE, number="CN-000124", net=-14_500, total=-15_325, ways=(), fees=-1_200, shipping=0)
    read = words(replace(minus, cancels=("CN-000123", date(2026, 11, 26)), lines=()))
    assert "Cancellation of a credit note" in read and "CN-000124" in read
    assert "Cancels credit note CN-000123 of Thursday 26 November 2026." in read
    assert "-€153.25" in read and "€12.00" in read and "Goes to" not in read


@pytest.mark.parametrize(
    ("currency", "said"), [("JPY", "¥14,500"), ("EUR", "€145.00"), ("KWD", "KWD 14.500")]
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, said: str) -> None:
    assert said in words(replace(NOTE, currency=currency))


def test_it_speaks_its_language() -> None:
    read = words(NOTE, Voice("de"))
    assert "Rechnungskorrektur" in read and "Steuer 19 % auf 125,00 €" in read
    assert "Donnerstag, 26. November 2026" in read and "Wiedereinlagerungsgebühr, einbehalten" in read
    assert "CN-000123" in words(NOTE, Voice("he"))


def test_what_the_fonts_lack_prints_as_a_box_and_no_text_is_markup() -> None:
    odd = replace(NOTE, buyer=Address("<b>田中</b> & Sohn", ("=1+1",)))
    assert "<b>□□</b> & Sohn" in words(odd) and "=1+1" in words(odd)


def test_long_names_and_a_thousand_lines_fold_over_pages_and_none_is_lost() -> None:
    lines = tuple(CreditLine(1, f"Article {n} " * 9, "", f"SKU-{n:04}-E", 10**12, 10**11) for n in range(300))
    long = Address("Sonderanfertigung " * 60, ("Z" * 400,) * 12)
    read = pages(credit_note(replace(NOTE, lines=lines, shop=long, buyer=long, net=3 * 10**14), VOICE))
    assert all(f"Page {n} of {len(read)}" in page and "CN-000123" in page for n, page in enumerate(read, 1))
    assert [line.sku for line in lines if line.sku not in " ".join(read)] == []


def test_the_same_note_is_the_same_bytes_and_comes_on_letter_paper_too() -> None:
    assert credit_note(NOTE, VOICE) == credit_note(NOTE, VOICE)
    assert millimetres(credit_note(NOTE, VOICE, Paper.LETTER)) == (216, 279)


def test_a_sheet_in_hebrew_is_mirrored_and_its_amounts_are_not() -> None:
    left, right = (places(credit_note(NOTE, Voice(language))) for language in ("en", "he"))
    number = NOTE.number
    assert left[WAREHOUSE.name] < left["Credit note"] and right[WAREHOUSE.name] > right["הודעת זיכוי"]
    assert left[number] < left["Page 1 of 1"] and right[number] > right["עמוד"]
    assert left["Article"] < left["Net"] < left["Tax"] < left["Amount"]
    assert right["יחידות"] > right["פריט"] > right["נטו"] > right["מס"] > right["סכום"]
    assert left["Credited"] < left["€153.25"] and right["זוכה"] > right["153.25 €"]
    assert right["19 %"] and right["125.00 €"] and HOME.name in right


@pytest.mark.parametrize(("language", "said"), [("en", "Tax number: DE 1"), ("de", "Steuernummer: DE 1")])
def test_the_shops_tax_number_stands_below_its_address(language: str, said: str) -> None:
    voice = Voice(language)
    assert said in words(replace(NOTE, tax_number="DE 1"), voice)
    assert said.split(":", maxsplit=1)[0] not in words(NOTE, voice)
