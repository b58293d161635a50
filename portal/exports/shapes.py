"""An export's rows as text: CSV for spreadsheets, JSON for programs. The same columns in both."""

import json
from collections.abc import Iterable, Iterator, Sequence

from portal.exports.models import Format
from portal.exports.streams import Figure, Stream, Value, Values
from portal.ledger.exports import cell, csv_row
from portal.ledger.reading import Period


def shaped(format: Format, stream: Stream, period: Period) -> Iterable[tuple[str, int]]:
    """Pieces of text, each with how many rows it holds."""
    if format is Format.BEANCOUNT:
        if stream.beancount is None:
            raise ValueError("this kind has no such format")
        return stream.beancount(period)
    return (_csv if format is Format.CSV else _json)(stream.columns, stream.rows(period))


def _csv(columns: Sequence[str], rows: Iterable[Values]) -> Iterator[tuple[str, int]]:
    yield csv_row(columns), 0
    for row in rows:
        yield csv_row([_cell(value) for value in row]), 1


def _cell(value: Value) -> str:
    """Texts that a spreadsheet would take for a formula get an apostrophe in front; figures do not."""
    if isinstance(value, Figure):
        return value
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, str | int):
        return cell(str(value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _json(columns: Sequence[str], rows: Iterable[Values]) -> Iterator[tuple[str, int]]:
    """A list with one object a line."""
    between = "["
    for row in rows:
        line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
        yield f"{between}\n{line}", 1
        between = ","
    yield "[]\n" if between == "[" else "\n]\n", 0
