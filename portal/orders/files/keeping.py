"""Keeping a file: in the shop's own database, so that every worker of its region has it, and for a day."""

import io
import uuid
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import BinaryIO

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor
from portal.db import here, session, transaction
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.jobs import enqueue
from portal.orders.files.content import CONTENTS, Content, Holds, Terms
from portal.orders.files.models import FilePart, FileState, ImportFile, Remark
from portal.orders.reading.text import opened
from portal.tenants import this_shop

LARGEST = 50 * 1024 * 1024
PART = 1024 * 1024
MOST = 20  # files of a shop that wait for somebody
KEPT = timedelta(days=1)
OPEN = (FileState.CHECKING, FileState.CHECKED)


def take_in(
    source: BinaryIO, name: str, format: str, by: Actor, holds: Holds = Holds.ORDERS
) -> tuple[ImportFile, bool]:
    """Keep a seekable file and have it looked through; and whether it is new: the same bytes wait only once.

    `format` is one of those that its content may have, or empty: the file tells. Raises Refusal at `file` or
    `format`.
    """
    format = _told(source, format, CONTENTS[holds])
    size, digest = _measured(source)
    same = _same(holds, digest, format)
    if same:
        return same, False
    file = ImportFile(
        id=uuid7(),
        holds=holds,
        name=_printable(name)[-200:] or holds.value,
        sha256=digest,
        size=size,
        format=format,
        created_at=clock.now(),
        created_by=by.id,
    )
    session.add(file)
    session.flush()
    _keep(file.id, source)
    enqueue("file.check", {"file": file.id}, f"file.check/{file.id}")
    enqueue("file.clear", {"file": file.id}, f"file.clear/{file.id}", clock.now() + KEPT)
    return file, True


def _told(source: BinaryIO, format: str, content: Content) -> str:
    """Its format. Its beginning is read, so that whoever chose the wrong file hears of it at once."""
    if format and format not in content.formats:
        raise Refusal(say("Choose a format."), "format")
    if not source.read(1):
        raise Refusal(say("This file is empty."), "file")
    try:
        with opened(source) as text:
            found = format or content.format_of(text)
        next(content.read(source, found, Terms(this_shop().currency, clock.now())), None)
    except Refusal as refusal:
        raise Refusal(refusal.message, "file") from refusal
    return found


def _measured(source: BinaryIO) -> tuple[int, str]:
    """Its size and hash. Raises Refusal if it is too large."""
    source.seek(0)
    size, digest = 0, sha256()
    while some := source.read(PART):
        size += len(some)
        digest.update(some)
        if size > LARGEST:
            most = LARGEST // 1024**2
            raise Refusal(say("At most {n} MB. Cut the export in pieces, by month or so.", n=most), "file")
    return size, digest.hexdigest()


def _same(holds: Holds, digest: str, format: str) -> ImportFile | None:
    """The file with these bytes that waits already. Raises Refusal if too many others do."""
    waiting = sa.select(ImportFile).where(ImportFile.tenant_id == here(), ImportFile.state.in_(OPEN))
    found = session.scalars(waiting.order_by(ImportFile.created_at).limit(MOST)).all()
    wanted = (holds, digest, format)
    same = next((file for file in found if (file.holds, file.sha256, file.format) == wanted), None)
    if same is None and len(found) >= MOST:
        raise Refusal(say("{n} files wait to be imported. Import them or throw them away.", n=MOST), "file")
    return same


def _printable(name: str) -> str:
    """The last part of a file's name, as some browser gave it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable()).strip()


def _keep(file: uuid.UUID, source: BinaryIO) -> None:
    source.seek(0)
    for no in count():
        some = source.read(PART)
        if not some:
            return
        session.execute(sa.insert(FilePart).values(id=uuid7(), file_id=file, no=no, data=some))


def forget_bytes(file: ImportFile) -> None:
    """Nothing of the file itself is needed any more."""
    session.execute(
        sa.delete(FilePart).where(FilePart.file_id == file.id, FilePart.tenant_id == here()),
        execution_options={"synchronize_session": False},
    )


def forget_remarks(file: uuid.UUID) -> None:
    """What was refused of it."""
    mine = sa.delete(Remark).where(Remark.file_id == file, Remark.tenant_id == here())
    session.execute(mine, execution_options={"synchronize_session": False})


class Kept(io.RawIOBase):
    """The bytes of a kept file, part by part; each is fetched in a transaction of its own."""

    def __init__(self, region: str | None, tenant: uuid.UUID, file: uuid.UUID, size: int) -> None:
        self.where, self.file, self.size, self.at = (region, tenant), file, size, 0
        self.held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        self.at = max(0, base + offset)
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        no, start = divmod(self.at, PART)
        some = self._part(no)[start : start + len(buffer)] if self.at < self.size else b""
        buffer[: len(some)] = some
        self.at += len(some)
        return len(some)

    def _part(self, no: int) -> bytes:
        if self.held[0] != no:
            with transaction(*self.where, reading=True):
                mine = sa.select(FilePart.data).where(FilePart.file_id == self.file, FilePart.no == no)
                found = session.scalar(mine.where(FilePart.tenant_id == here()))
            self.held = (no, found or b"")
        return self.held[1]

    def digest(self) -> str:
        """Of all the bytes, as they now are."""
        self.seek(0)
        whole = sha256()
        while some := self.read(PART):
            whole.update(some)
        self.seek(0)
        return whole.hexdigest()
