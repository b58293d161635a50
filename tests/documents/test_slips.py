from portal.documents.slips import packing_slip
from portal.documents.values import Paper, SlipLine
from portal.i18n import Voice
from portal.ids import read_rma
from tests.documents.papers import NUMBER, URL, VOICE, slip
from tests.documents.reading import codes, millimetres, pages

BOOTS = SlipLine(1, "Wasserdichte Wanderstiefel „Hochgebirgspfad“", "39½", "FF-BOOT-395", "Too small")
SOCKS = SlipLine(2, "Alpaka-Kuschelsocken", "38–40", "FF-SOCK", "Arrived damaged")


def test_a_scanner_reads_the_slip() -> None:
    found = codes(packing_slip(slip(BOOTS), VOICE))
    assert found["QRCode"] == URL
    assert read_rma(found["Code128"]) == NUMBER


def test_a_slip_names_every_article_and_what_to_do() -> None:
    [words] = pages(packing_slip(slip(BOOTS, SOCKS), VOICE))
    for line in (BOOTS, SOCKS):
        assert all(said in words for said in (line.title, line.variant, line.sku, line.reason))
    for said in (
        "RMA-7K2M-Q9XD-K",
        "FF-20418",
        "1 ×",
        "2 ×",
        "3 in all",
        "Thursday 26 November 2026",
        "Page 1 of 1",
    ):
        assert said in words


def test_a_slip_speaks_its_readers_way_of_dates() -> None:
    [words] = pages(packing_slip(slip(BOOTS), Voice("de")))
    assert "Donnerstag, 26. November 2026" in words


def test_a_thousand_lines_fold_over_pages_and_none_is_lost() -> None:
    lines = [SlipLine(1, f"Article {n}", sku=f"SKU-{n:04}-E") for n in range(1000)]
    read = pages(packing_slip(slip(*lines), VOICE))
    assert all(f"Page {n} of {len(read)}" in words for n, words in enumerate(read, 1))
    assert all("Pieces" in words and "RMA-7K2M-Q9XD-K" in words for words in read)
    assert [line.sku for line in lines if line.sku not in " ".join(read)] == []


def test_a_long_title_wraps_inside_its_column() -> None:
    long = SlipLine(1, "Sonderanfertigung " * 12, sku="SKU-1")
    [words] = pages(packing_slip(slip(long), VOICE))
    assert words.count("Sonderanfertigung") == 12


def test_endless_words_are_clipped_with_a_sign_and_fit_a_page() -> None:
    endless = SlipLine(10**12, "X" * 50_000, "Y" * 50_000, "Z" * 50_000, "W" * 50_000)
    read = pages(packing_slip(slip(endless, shop="S" * 9999, order="O" * 9999), VOICE))
    assert len(read) == 1
    assert read[0].count("…") >= 5


def test_a_slip_without_lines_is_still_a_slip() -> None:
    assert "0 in all" in pages(packing_slip(slip(), VOICE))[0]


def test_a_slip_comes_on_letter_paper_too() -> None:
    assert millimetres(packing_slip(slip(BOOTS), VOICE, Paper.LETTER)) == (216, 279)


def test_the_same_slip_is_the_same_bytes() -> None:
    assert packing_slip(slip(BOOTS, SOCKS), VOICE) == packing_slip(slip(BOOTS, SOCKS), VOICE)
