"""Rows of a CSV file, each with the number of its first line. A broken row is a value, not an exception."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from portal.i18n import Message, say
from portal.orders.reading.text import Lines

DELIMITERS = (",", ";", "\t")
START = 200


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read, why, and its cells as far as they can be told from its beginning."""

    reason: Message
    cells: tuple[str, ...]


Row = tuple[int, list[str] | Broken]


@dataclass(frozen=True)
class Table:
    """A header and the rows under it."""

    header: list[str]
    rows: Iterator[Row]


def table(text: TextIO) -> Table:
    """The first line is the header; the delimiter is the one that parts it most."""
    lines = Lines(text)
    first = next(lines, "").rstrip("\r\n")
    delimiter = max(DELIMITERS, key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    return Table(header, _rows(lines, delimiter, len(header)))


def _rows(lines: Lines, delimiter: str, width: int) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = lines.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = say("not readable as CSV: {why}", why=str(error))
            yield number, Broken(reason, _start(lines.keep_only_the_first(), delimiter))
            continue
        if row:
            yield number, _checked(row, width)


def _start(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(cell.strip('"') for cell in line[:START].split(delimiter))


def _checked(row: list[str], width: int) -> list[str] | Broken:
    if len(row) == width:
        return row
    if row == ["\0"]:
        return Broken(say("the line is longer than any order's can be"), ())
    reason = say("{found} columns where the header has {wanted}", found=len(row), wanted=width)
    return Broken(reason, tuple(row[:START]))
