import gzip
import json
from pathlib import Path

import pytest

from portal.documents.labels import return_label
from portal.documents.letters import letters
from portal.documents.slips import packing_slip
from portal.documents.values import Address, Paper, SlipLine
from tests.documents.papers import VOICE, label, slip
from tests.documents.reading import codes, pages

NAUGHTY = Path(__file__).parents[3] / "shared/data/naughty/blns.json.gz"


@pytest.mark.parametrize(
    "name", ["Zażółć gęślą jaźń", "Ελένη Σκούρο", "Юрий Петроль", "Ngọc Ánh", "İğdır Şişli"]
)
def test_the_letters_of_europe_print_as_written(name: str) -> None:
    assert name in pages(return_label(label(sender=name), Paper.A6, VOICE))[0]


def test_a_letter_outside_the_font_prints_as_a_box_and_never_vanishes() -> None:
    assert "Li □□ jr." in pages(return_label(label(sender="Li 小龍 jr."), Paper.A6, VOICE))[0]
    assert letters("🎁!") == "□!"
    assert letters("\ud800") == "□"


def test_composed_and_decomposed_letters_print_alike() -> None:
    assert letters("Jose\u0301") == "José"


@pytest.mark.parametrize("text", ["a\x00b", "a\r\nb", "a\u2028b", "a\tb", "a\x1bb"])
def test_control_characters_count_as_blanks(text: str) -> None:
    assert letters(text) == "a b"


def test_direction_marks_and_soft_hyphens_count_as_nothing() -> None:
    assert letters("a\u202eb\u00adc\u200dd") == "abcd"


def test_markup_is_text() -> None:
    evil = '<b>bold</b> <img src="file:///etc/passwd"/> &amp; </para> <a href="javascript:x">'
    read = pages(packing_slip(slip(SlipLine(1, evil)), VOICE))[0]
    assert evil in read


def _every_text(text: str) -> list[bytes]:
    where = Address(text, (text, text))
    line = SlipLine(1, text, text, text, text)
    return [
        return_label(label(text, text, where), Paper.A6, VOICE),
        packing_slip(slip(line, shop=text, order=text), VOICE),
    ]


@pytest.mark.parametrize(
    "text", ["", " ", "\x00" * 500, "\n" * 500, "a" * 100_000, "<" * 400, "\u0301" * 400, "]" * 9]
)
def test_no_text_breaks_a_document(text: str) -> None:
    assert all("QRCode" in codes(drawn) for drawn in _every_text(text))


def test_a_list_of_naughty_strings_breaks_no_document() -> None:
    if not NAUGHTY.exists():
        pytest.skip("the list of naughty strings is not here")
    strings = json.loads(gzip.decompress(NAUGHTY.read_bytes()))
    lines = tuple(SlipLine(1, text, text, text, text) for text in strings)
    read = pages(packing_slip(slip(*lines), VOICE))
    assert f"{len(strings)} in all" in read[-1]
