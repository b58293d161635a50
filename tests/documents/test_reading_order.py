import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.documents.labels import return_label
from portal.documents.reading_order import drawn
from portal.documents.slips import packing_slip
from portal.documents.values import Paper, SlipLine
from portal.i18n import Voice
from portal.ids import read_rma
from tests.documents.papers import NUMBER, VOICE, label, slip
from tests.documents.reading import codes, pages

HEBREW = Voice("he")


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a shoe (new)", "a shoe (new)"),
        ("שלום עולם", "םלוע םולש"),
        ("הזמנה #1001 מיום 3.12.2026", "3.12.2026 םוימ #1001 הנמזה"),
        ("סכום 19.90 € בלבד", "דבלב € 19.90 םוכס"),
        ("Boots (שחור)", "Boots (רוחש)"),
        ("שלח אל name@example.com (דחוף)!", "!(ףוחד) name@example.com לא חלש"),
        ("1. גזרו לאורך", "ךרואל ורזג .1"),
        ("RMA-7K2M-Q9XD-K", "RMA-7K2M-Q9XD-K"),
        ("", ""),
    ],
)
def test_a_line_is_put_into_the_order_in_which_it_is_drawn(written: str, seen: str) -> None:
    assert drawn(written) == seen


@given(st.text(alphabet="abאבג12 .,-#€()\u0591", max_size=40))
@settings(max_examples=300)
def test_no_letter_is_lost_whatever_is_mixed(text: str) -> None:
    plain = str.maketrans(")", "(")
    assert sorted(drawn(text).translate(plain)) == sorted(text.translate(plain))


def test_a_slip_in_german_has_its_umlauts() -> None:
    [words] = pages(
        packing_slip(slip(SlipLine(1, "Größenverstellbarer Gürtel", reason="Zu groß")), Voice("de"))
    )
    for said in ("Retourenschein", "Stück", "Geprüft", "älteren", "Größenverstellbarer Gürtel", "Zu groß"):
        assert said in words


@pytest.mark.parametrize("paper", [Paper.A4, Paper.LETTER])
def test_a_slip_in_hebrew_is_whole_and_a_scanner_reads_it(paper: Paper) -> None:
    lines = [SlipLine(2, "גרביים ארוכים (שחור) " * 9, "38–40", "FF-1", "גדול מדי"), SlipLine(1, "Boots")]
    made = packing_slip(slip(*lines), HEBREW, paper)
    assert read_rma(codes(made)["Code128"]) == NUMBER
    assert "□" not in "".join(pages(made))


def test_a_label_in_hebrew_is_whole() -> None:
    assert len(pages(return_label(label(), Paper.A6, HEBREW))) == 1
    assert "□" not in pages(return_label(label(), Paper.A4, HEBREW))[0]
    assert return_label(label(), Paper.A4, VOICE) != return_label(label(), Paper.A4, HEBREW)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("מס \u206819 %\u2069 על \u2068100.00 €\u2069", "100.00 € לע 19 % סמ"),
        ("\u2068Cup\u2069 אזל", "לזא Cup"),
        ("Tax \u206819 %\u2069", "Tax 19 %"),
        ("אל \u2068כוס (גדולה)\u2069", "(הלודג) סוכ לא"),
        ("סכום \u2068100.00 €", "100.00 € םוכס"),  # a line that was broken there
        ("€\u2069 בלבד", "דבלב €"),
    ],
)
def test_what_is_set_apart_keeps_its_own_order(written: str, seen: str) -> None:
    assert drawn(written) == seen
