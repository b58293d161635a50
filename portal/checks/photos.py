"""I21: each photo has its one file, which is what it says, of our own making, and tells nothing else."""

from collections.abc import Iterator
from hashlib import sha256

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.returns.models import ReturnLine
from portal.returns.photos import Photo
from portal.returns.photos.models import PhotoFile

AT_ONCE = 10  # files held in memory
BARE = frozenset({0xC0, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0})  # a frame, tables, a scan, and JFIF's own few bytes
LAST = 0xDA


def filed(look: Look) -> Iterator[str]:
    """A photo without its file, and a file without its photo."""
    yield from look.named(Photo, ~sa.exists().where(PhotoFile.photo_id == Photo.id))
    yield from look.named(PhotoFile, ~sa.exists().where(PhotoFile.photo_id == Photo.id))


def placed(look: Look) -> Iterator[str]:
    """A photo of an article of another return."""
    own = sa.exists().where(ReturnLine.id == Photo.line_id, ReturnLine.return_id == Photo.return_id)
    yield from look.named(Photo, ~own)


def same(look: Look) -> Iterator[str]:
    """A photo whose file is another, or is not as we make them."""
    query = (
        sa.select(Photo.id, Photo.digest, Photo.size, PhotoFile.large, PhotoFile.small)
        .join(PhotoFile, PhotoFile.photo_id == Photo.id)
        .where(Photo.tenant_id == look.tenant)
    )
    for row in look.connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        told = (len(row.large), sha256(row.large).hexdigest()) == (row.size, row.digest)
        if not (told and made_by_us(row.large) and made_by_us(row.small)):
            yield key(Photo, row.id)


def made_by_us(data: bytes) -> bool:
    """Whether it is a JPEG whose parts are a picture's alone: no place, no camera, no words."""
    at = 2
    while data[:2] == b"\xff\xd8" and data[at : at + 1] == b"\xff" and len(data) > at + 4:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if kind not in BARE:
            return False
        if kind == LAST:
            return data[-2:] == b"\xff\xd9" and length > 2
        at += 2 + length
    return False
