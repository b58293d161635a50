"""A picture that somebody put in, made anew: whatever came with it is gone, and it has a size that fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore

from PIL import Image, ImageOps

from portal.errors import Refusal
from portal.i18n import say

KINDS = ("PNG", "JPEG", "WEBP")
INSIDE = {"MPO": "JPEG"}  # a JPEG with further pictures behind the first, as phones write
TURN = BoundedSemaphore(2)  # unpacked, a picture takes up to 300 MB: no more of them at once in a process
LARGEST = 2 * 1024 * 1024  # bytes put in
MOST_PIXELS = 16_000_000  # unpacked; a small file may hold a huge picture
WIDEST, TALLEST, LEAST = 640, 200, 24  # pixels kept: three for each point shown
UNREADABLE = say("This is no picture that can be read. Save it as PNG, JPEG or WebP once more.")


@dataclass(frozen=True)
class Picture:
    """A PNG and its size in pixels."""

    data: bytes
    width: int
    height: int


def remade(data: bytes) -> Picture:
    """The picture as a PNG of at most 640 × 200 pixels, upright, without anything else that the file held.

    Raises Refusal with the field `file` for what is no picture, too large or too small.
    """
    if len(data) > LARGEST:
        raise Refusal(say("At most {n} MB, please.", n=LARGEST // 1024**2), "file")
    with TURN:
        return _remade(unpacked(data, dict.fromkeys(KINDS, MOST_PIXELS)))


def _remade(picture: Image.Image) -> Picture:
    picture.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    if min(picture.size) < LEAST:
        raise Refusal(say("The picture is smaller than {n} pixels, or too narrow.", n=LEAST), "file")
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), *picture.size)


def unpacked(data: bytes, most: Mapping[str, int], near: int | None = None) -> Image.Image:
    """What a file shows, upright, and nothing else that is in it; of several pictures the first.

    `most` pixels by the kinds that are read. `near`: how large it is needed, where a JPEG need not be
    unpacked whole. Raises Refusal with the field `file` for what is none of these kinds, broken, or of more
    pixels.
    """
    try:
        return _upright(data, most, near)
    except Refusal:
        raise
    except Exception as error:  # the library raises nearly anything over a broken file
        raise Refusal(UNREADABLE, "file") from error


def _upright(data: bytes, most: Mapping[str, int], near: int | None) -> Image.Image:
    with Image.open(BytesIO(data), formats=list(most)) as opened:
        kind = opened.format or ""
        if opened.width * opened.height > most[INSIDE.get(kind, kind)]:
            raise Refusal(say("The picture has too many pixels."), "file")
        if near:
            opened.draft("RGB", (near, near))
        opened.load()
        bare = ImageOps.exif_transpose(opened).convert("RGBA")
    bare.info.clear()
    return bare
