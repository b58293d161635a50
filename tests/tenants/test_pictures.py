"""What becomes of a picture that somebody puts in."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from portal.config import ROOT
from portal.errors import Refusal
from portal.tenants.pictures import LARGEST, TURN, remade
from tests.harness.drawing import doubled, logo

MENDED = {"x_interlaced_chck", "xcsn0g01"}
BROKEN = sorted((ROOT.parent / "shared" / "data" / "images").glob("*.png"))


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP"])
def test_it_is_made_anew_at_a_size_that_fits(sort: str) -> None:
    made = remade(logo(1900, 500, sort))
    with Image.open(BytesIO(made.data)) as seen:
        assert (seen.format, seen.size) == ("PNG", (640, 168)) == ("PNG", (made.width, made.height))


def test_what_came_with_it_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Marta Nowak, Lindenweg 4"  # turned by a quarter; a description
    given = logo(100, 300, "JPEG", exif=exif, comment=b"Lindenweg")
    made = remade(given)
    assert b"Lindenweg" in given and b"Lindenweg" not in made.data
    assert (made.width, made.height) == (300, 100)


def test_of_a_file_with_a_second_picture_the_first_is_taken() -> None:
    assert (remade(doubled(320, 120)).width, remade(doubled(320, 120)).height) == (320, 120)


def test_no_more_are_unpacked_at_once_than_photos_are() -> None:
    given, pool = logo(120, 40), ThreadPoolExecutor(1)
    with pool, TURN, TURN:
        waits = pool.submit(remade, given)
        with pytest.raises(TimeoutError):
            waits.result(0.2)
    assert waits.result(10).width == 120


def test_a_small_one_stays_as_it_is() -> None:
    assert (remade(logo(120, 40)).width, remade(logo(120, 40)).height) == (120, 40)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no picture"),
        (b"GIF89a" + bytes(40), "no picture"),
        (logo()[:200], "no picture"),
        (logo(12, 12), "smaller"),
        (logo(4000, 30), "smaller"),
        (logo(5000, 4000), "too many pixels"),
        (b"\x89PNG\r\n\x1a\n" + bytes(LARGEST), "At most 2 MB"),
    ],
    ids="empty svg gif cut tiny narrow vast large".split(),
)
def test_what_is_none_is_refused_at_its_field(given: bytes, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        remade(given)
    assert refused.value.field == "file"
    assert why in str(refused.value.message)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_files_are_refused_and_never_fail(path: Path) -> None:
    """But for two whose pixels are whole: what is made of them is sound."""
    try:
        made = remade(path.read_bytes())
    except Refusal:
        assert path.stem not in MENDED
    else:
        assert path.stem in MENDED
        with Image.open(BytesIO(made.data)) as seen:
            seen.load()


def test_there_are_broken_files_to_try() -> None:
    assert len(BROKEN) > 15
