"""Bytes to text for files from anywhere: UTF-8, UTF-16 with its mark, and stray bytes as cp1252."""

import codecs
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from portal.errors import Refusal
from portal.i18n import say

LONGEST_LINE = 1 << 20
TOO_LONG = "\0\n"  # stands for a line beyond that; no row of it can be read

LOOKED_AT = 4096
_SIGNED = (b"PK\x03\x04", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_TEXT = bytes(n for n in range(256) if n >= 32 or n in b"\t\n\r\f")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """What is no UTF-8 is read byte by byte as cp1252, so one bad row does not garble the others."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return "".join(_character(byte) for byte in stray), error.end


def _character(byte: int) -> str:
    one = bytes([byte])
    try:
        return one.decode("cp1252")
    except UnicodeDecodeError:
        return one.decode("latin-1")


def _is_binary(start: bytes) -> bool:
    """By its first bytes, or by many that no text has; a few stray ones cost their own rows only."""
    return start.startswith(_SIGNED) or len(start.translate(None, _TEXT)) * 20 > len(start)


codecs.register_error("homeward-cp1252", _as_cp1252)


@contextmanager
def opened(file: BinaryIO) -> Iterator[TextIO]:
    """The text of a seekable binary file from its beginning, line ends untouched; the file stays open.

    Raises Refusal for a file that is no text at all, such as a workbook or a picture.
    """
    file.seek(0)
    start = file.read(LOOKED_AT)
    utf16 = start[:2] in _UTF16
    if not utf16 and _is_binary(start):
        raise Refusal(say("This is neither a CSV nor a JSON file. Save a table as CSV first."))
    file.seek(0)
    text = io.TextIOWrapper(
        file, encoding="utf-16" if utf16 else "utf-8-sig", errors="homeward-cp1252", newline=""
    )
    try:
        yield text
    finally:
        text.detach()


class Lines:
    """Physical lines, of bounded length, that can be given back: a broken record costs its own line only."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._given_back: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else self._read()
        if not line:
            raise StopIteration
        self._number += 1
        self._taken.append(line)
        return line

    def begin(self) -> int:
        """A new record starts; the number of its first line."""
        self._taken.clear()
        return self._number + 1

    def keep_only_the_first(self) -> str:
        """Give back all lines of the record but its first, which is returned."""
        first, *rest = self._taken
        self._given_back.extendleft(reversed(rest))
        self._number -= len(rest)
        return first

    def _read(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if len(line) < LONGEST_LINE or line.endswith(("\n", "\r")):
            return line
        while (rest := self._text.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
            pass
        return TOO_LONG
