from datetime import date

import pytest

from portal.documents.slips import packing_slip
from portal.documents.strays import stray_label
from portal.documents.values import Paper, SlipLine, StrayLabel
from portal.ids import print_rma
from tests.documents.papers import NUMBER, URL, VOICE, slip
from tests.documents.reading import codes, millimetres, pages

SIZES = {Paper.A4: (210, 297), Paper.LETTER: (216, 279), Paper.ROLL: (100, 150)}


def stray(looks: str = "A shoe box, taped twice") -> StrayLabel:
    return StrayLabel("UNK-7K2M-Q9XD-K", "Fjell & Faden", looks, date(2026, 11, 27))


@pytest.mark.parametrize("paper", SIZES)
def test_a_scanner_reads_an_unknown_parcels_label_on_every_paper(paper: Paper) -> None:
    drawn = stray_label(stray(), paper, VOICE)
    assert set(codes(drawn).values()) == {"UNK-7K2M-Q9XD-K"} and len(codes(drawn)) == 2
    assert millimetres(drawn) == SIZES[paper]


def test_it_says_what_the_parcel_looks_like_however_long_that_is() -> None:
    [words] = pages(stray_label(stray("Blue box & <b>tape</b> " * 60), Paper.ROLL, VOICE))
    assert "Quarantine" in words and "Blue box & <b>tape</b>" in words


@pytest.mark.parametrize("paper", SIZES)
def test_a_slip_is_read_by_scanners_on_every_paper(paper: Paper) -> None:
    drawn = packing_slip(slip(SlipLine(2, "Emaillebecher", "blau", "BE-MUG", "Gefällt nicht")), VOICE, paper)
    assert codes(drawn) == {"QRCode": URL, "Code128": print_rma(NUMBER)}
    assert millimetres(drawn) == SIZES[paper] and "Emaillebecher" in pages(drawn)[0]


def test_a_narrow_slip_goes_over_as_many_labels_as_it_needs() -> None:
    lines = [
        SlipLine(1, f"Artikel {n} mit einem langen Namen", "rot", f"SKU-{n}", "Zu klein") for n in range(30)
    ]
    found = pages(packing_slip(slip(*lines), VOICE, Paper.ROLL))
    assert len(found) > 2 and all(any(f"Artikel {n} " in page for page in found) for n in range(30))
