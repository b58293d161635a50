"""A photo made anew: upright, of a size that fits, without where and with what it was taken. Pure."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image

from portal.errors import Refusal
from portal.i18n import say
from portal.tenants.pictures import TURN, unpacked

LARGEST = 10 * 1024 * 1024  # bytes put in
MOST = {"JPEG": 52_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}  # pixels; a JPEG is unpacked smaller
LARGE, SMALL, LEAST = 1600, 320, 16  # pixels of the longer side; of the shorter one


@dataclass(frozen=True)
class Shot:
    """Two JPEGs of the same, and the size of the large one in pixels."""

    large: bytes
    small: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.large).hexdigest()


def shot(data: bytes) -> Shot:
    """Raises Refusal with the field `file` for what is no picture, broken, too large or too small."""
    if len(data) > LARGEST:
        raise Refusal(say("At most {n} MB, please.", n=LARGEST // 1024**2), "file")
    with TURN:
        return _shot(unpacked(data, MOST, near=LARGE))


def _shot(seen: Image.Image) -> Shot:
    if min(seen.size) < LEAST:
        raise Refusal(say("The picture is smaller than {n} pixels, or too narrow.", n=LEAST), "file")
    picture = Image.new("RGB", seen.size, "white")
    picture.paste(seen, mask=seen.getchannel("A"))
    large = _jpeg(picture, LARGE, 82)
    width, height = picture.size
    return Shot(large, _jpeg(picture, SMALL, 75), width, height)


def _jpeg(picture: Image.Image, longest: int, quality: int) -> bytes:
    """Makes the picture itself smaller: the smaller file comes after the larger one."""
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
