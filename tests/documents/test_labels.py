import pytest

from portal.documents.labels import carrier_label, return_label
from portal.documents.values import Address, Paper
from portal.ids import read_rma
from tests.documents.papers import NUMBER, URL, VOICE, carrier, label
from tests.documents.reading import codes, millimetres, pages, picture

SIZES = {Paper.A4: (210, 297), Paper.LETTER: (216, 279), Paper.A6: (105, 148), Paper.ROLL: (100, 150)}


@pytest.mark.parametrize("paper", Paper)
def test_a_scanner_reads_the_return_label_on_every_paper(paper: Paper) -> None:
    found = codes(return_label(label(), paper, VOICE))
    assert found["QRCode"] == URL
    assert read_rma(found["Code128"]) == NUMBER


@pytest.mark.parametrize("paper", Paper)
def test_a_scanner_reads_the_carrier_label_on_every_paper(paper: Paper) -> None:
    assert codes(carrier_label(carrier(), paper, VOICE)) == {"QRCode": URL, "Code128": "TEST00340434160941"}


@pytest.mark.parametrize("paper", Paper)
def test_a_label_is_one_page_of_the_papers_size(paper: Paper) -> None:
    drawn = return_label(label(), paper, VOICE)
    assert millimetres(drawn) == SIZES[paper]
    assert len(pages(drawn)) == 1


def test_a_return_label_says_who_where_and_that_postage_is_not_paid() -> None:
    [words] = pages(return_label(label(), Paper.A6, VOICE))
    for said in ("Postage not paid", "Annelie Bøgelund", "Werftstraße 114, Halle 2", "RMA-7K2M-Q9XD-K", URL):
        assert said in words


def test_a_carrier_label_says_test_mode_above_and_below() -> None:
    [words] = pages(carrier_label(carrier(), Paper.ROLL, VOICE))
    assert words.count("TEST MODE") == 2
    assert "2,350 g" in words
    assert "Große Straße 48" in words


def test_the_same_label_is_the_same_bytes() -> None:
    assert return_label(label(), Paper.A4, VOICE) == return_label(label(), Paper.A4, VOICE)
    assert carrier_label(carrier(), Paper.A4, VOICE) == carrier_label(carrier(), Paper.A4, VOICE)


def test_an_endless_address_keeps_to_its_place_and_the_codes_still_read() -> None:
    endless = Address("Gesellschaft " * 50, tuple(f"Linie {n} " * 40 for n in range(40)))
    for drawn in (
        return_label(label(to=endless), Paper.A6, VOICE),
        carrier_label(carrier(to=endless), Paper.A6, VOICE),
    ):
        assert codes(drawn)["QRCode"] == URL
        assert "Code128" in codes(drawn)


def test_an_address_of_many_lines_keeps_them_all() -> None:
    many = Address("Depot", tuple(f"Zeile{n}" for n in range(12)))
    [words] = pages(return_label(label(to=many), Paper.A6, VOICE))
    assert all(line in words for line in many.lines)


def test_no_postage_is_promised_by_the_band_of_a_test() -> None:
    top = picture(carrier_label(carrier(), Paper.A6, VOICE), dpi=72).convert("L")
    assert top.getpixel((20, 10)) == 0


@pytest.mark.parametrize("tracking", ["", "日本", "\x00", "9" * 400])
def test_a_strange_tracking_number_still_gives_a_label(tracking: str) -> None:
    assert codes(carrier_label(carrier(tracking), Paper.A6, VOICE))["QRCode"] == URL


@pytest.mark.parametrize(
    "tracking", ["1Z999AA10123456784", "420123459261290100000000000001234567", "RR123456785DE" * 2]
)
def test_long_tracking_numbers_still_read_at_a_label_printers_dots(tracking: str) -> None:
    assert codes(carrier_label(carrier(tracking), Paper.ROLL, VOICE))["Code128"] == tracking
