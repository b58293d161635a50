"""Looking over an exported trail with the installation's keys: the first row that does not follow is named.

Memory holds a few values a chain, however long the file.
"""

import csv
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.audit.models import GENESIS
from portal.audit.trail import SEALED, sealer
from portal.errors import Refusal
from portal.i18n import say
from portal.ledger.exports import RISKY

NUMBERS = ("no", "policy_version")
Line = Mapping[str, Any]


@dataclass
class Seen:
    """Where a chain is: the number, the hash and the age of the key of its last row that was read."""

    no: int
    hash: str
    key: int


@dataclass
class Tally:
    """What was looked over. `old`: rows of which the key is no longer the present one."""

    whole: bool = False
    rows: int = 0
    old: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    chains: dict[str, Seen] = field(default_factory=dict)


def look_over(file: Path) -> Tally:
    """Raises Refusal that names the first break: the row's line, chain and number, and what is wrong."""
    tally = Tally()
    for at, line in _numbered(file):
        if line["record"] == "file":
            tally.whole = line["event"] == "whole"
        elif line["record"] == "head":
            tally.heads[line["chain"]] = (line["no"], line["hash"])
        else:
            _row(tally, at, line)
    for chain, head in tally.heads.items():
        _ends(tally, chain, head)
    return tally


def _row(tally: Tally, at: int, line: Line) -> None:
    chain, last = line["chain"], tally.chains.get(line["chain"])
    by = sealer(_said(line), str(line["hash"]), last.key if last else None)
    if by is None:
        raise _broken(at, line, "it is not sealed with a key of this installation, or says something else")
    if last is None and tally.whole and (line["no"], line["previous"]) != (1, GENESIS):
        raise _broken(at, line, "rows are missing before it")
    if last and line["no"] == last.no + 1 and line["previous"] != last.hash:
        raise _broken(at, line, "it does not follow the row before it")
    if last and (line["no"] <= last.no or (tally.whole and line["no"] != last.no + 1)):
        raise _broken(at, line, "rows are missing before it, or it stands twice")
    tally.chains[chain] = Seen(line["no"], line["hash"], by)
    tally.rows, tally.old = tally.rows + 1, tally.old + bool(by)


def _ends(tally: Tally, chain: str, head: tuple[int, str]) -> None:
    """Rows that were written while the file was may come after the head; none may lack before it."""
    last = tally.chains.get(chain) or Seen(0, GENESIS, 0)
    short = last.no < head[0] if tally.whole else False
    if short or (last.no == head[0] and last.hash != head[1]):
        text = "The chain {chain} does not end where its head says, at row {no}."
        raise Refusal(say(text, chain=chain, no=head[0]))


def _broken(at: int, line: Line, why: str) -> Refusal:
    text = "Line {at}, row {no} of the chain {chain}: {why}."
    return Refusal(say(text, at=at, no=line["no"], chain=line["chain"], why=why))


def _said(line: Line) -> Line:
    """What was sealed: moments and ids as the database's types."""
    said = {name: line.get(name) for name in SEALED}
    return {**said, "at": datetime.fromisoformat(str(line["at"]))}


def _numbered(file: Path) -> Iterator[tuple[int, Line]]:
    try:
        yield from (_objects if file.suffix == ".json" else _table)(file)
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise Refusal(say("This is no exported trail, or it was cut off.")) from error


def _objects(file: Path) -> Iterator[tuple[int, Line]]:
    """A list with one object a line, as exports are written."""
    with file.open(encoding="utf-8") as source:
        closed = False
        for at, text in enumerate(source, start=1):
            if len(text) > 3:
                bare = text.rstrip("\n").rstrip(",")
                yield at, _checked(json.loads(bare.lstrip(",")))
            else:
                closed = text.strip() == "]"
    if not closed:
        raise ValueError("cut off")


def _table(file: Path) -> Iterator[tuple[int, Line]]:
    with file.open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        for row in reader:
            line: dict[str, Any] = {name: _bare(text) for name, text in row.items()}
            for name in NUMBERS:
                line[name] = int(line[name]) if line[name] else None
            line["data"] = json.loads(line["data"]) if line["data"] else None
            yield reader.line_num, _checked(line)


def _bare(text: str) -> str | None:
    if text.startswith("'") and text[1:].startswith(RISKY):
        return text[1:]
    return text or None


def _checked(line: Line) -> Line:
    uuid.UUID(line["chain"])
    return line if line["record"] in {"file", "head", "row"} else _unknown(line)


def _unknown(line: Line) -> Line:
    raise ValueError(line["record"])
