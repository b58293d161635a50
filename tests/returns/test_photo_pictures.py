"""What becomes of a photo that somebody puts in."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from portal.checks.photos import made_by_us
from portal.config import ROOT
from portal.errors import Refusal
from portal.returns.photos.pictures import LARGEST, shot
from tests.harness.drawing import doubled, logo

BROKEN = sorted((ROOT.parent / "shared" / "data" / "images").glob("*.png"))
MENDED = {"x_interlaced_chck", "xcsn0g01"}


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP"])
def test_it_is_made_anew_in_two_sizes(sort: str) -> None:
    made = shot(logo(3200, 1200, sort))
    for data, size in ((made.large, (1600, 600)), (made.small, (320, 120))):
        with Image.open(BytesIO(data)) as seen:
            assert (seen.format, seen.size, made_by_us(data)) == ("JPEG", size, True)
    assert (made.width, made.height) == (1600, 600)


def test_where_and_with_what_it_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Marta Nowak, Lindenweg 4"
    given = logo(100, 300, "JPEG", exif=exif, comment=b"Lindenweg")
    made = shot(given)
    assert b"Lindenweg" in given and not made_by_us(given)
    assert b"Lindenweg" not in made.large + made.small and made_by_us(made.large)
    assert (made.width, made.height) == (300, 100)


def test_of_a_phone_s_file_with_a_second_picture_the_first_is_kept_alone() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Marta Nowak, Lindenweg 4"
    given = doubled(800, 600, exif=exif)
    with Image.open(BytesIO(given)) as seen:
        assert seen.format == "MPO"
    made = shot(given)
    assert (made.width, made.height) == (600, 800)
    for data in (made.large, made.small):
        with Image.open(BytesIO(data)) as seen:
            assert (seen.format, made_by_us(data)) == ("JPEG", True)


def test_one_of_too_many_pixels_with_a_second_picture_is_refused() -> None:
    with pytest.raises(Refusal, match="too many pixels"):
        shot(doubled(8000, 7000))


@pytest.mark.filterwarnings("ignore:Truncated File Read")
def test_notes_of_the_camera_that_are_cut_short_are_no_fault_of_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Some maker of cameras"
    made = shot(logo(400, 300, "JPEG", exif=exif.tobytes()[:-6]))
    assert (made.width, made.height) == (400, 300) and made_by_us(made.large)


def test_several_at_once_leave_what_the_process_does_with_warnings_alone() -> None:
    before, photo = list(warnings.filters), logo(300, 200, "JPEG")
    with ThreadPoolExecutor(4) as pool:
        assert len({made.digest for made in pool.map(shot, [photo] * 24)}) == 1
    assert warnings.filters == before


def test_the_same_picture_has_the_same_digest_and_what_is_clear_becomes_white() -> None:
    assert shot(logo()).digest == shot(logo()).digest != shot(logo(961)).digest
    with Image.open(BytesIO(shot(logo()).large)) as seen:
        corner = seen.getpixel((959, 2))
    assert isinstance(corner, tuple) and min(corner) > 250


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no picture"),
        (b"GIF89a" + bytes(40), "no picture"),
        (logo(kind="JPEG")[:400], "no picture"),
        (logo(40, 8), "smaller"),
        (logo(5000, 5000), "too many pixels"),
        (logo(8000, 7000, "JPEG"), "too many pixels"),
        (b"\x89PNG\r\n\x1a\n" + bytes(LARGEST), "At most 10 MB"),
    ],
    ids="empty svg gif cut narrow vast vaster large".split(),
)
def test_what_is_none_is_refused(given: bytes, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        shot(given)
    assert why in str(refused.value.message)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_files_are_refused_and_never_fail(path: Path) -> None:
    try:
        made = shot(path.read_bytes())
    except Refusal:
        assert path.stem not in MENDED
    else:
        assert path.stem in MENDED and made_by_us(made.large)
