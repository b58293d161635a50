"""The trail as files. They carry every field that is sealed, and where each chain ended.

A file begins with a line about itself, then come the heads, then the rows, the oldest first. A row that was
written while the file was is after its chain's head, so no head is ever ahead of the rows.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit.trail import SEALED
from portal.db import here, session
from portal.ledger.exports import cell, csv_row
from portal.returns import Return
from portal.tenants import this_shop
from portal.views.trail import Fact, Wish, chains_of, each

HEAD = ("record", *SEALED, "hash", "who", "return")
AT_ONCE = 1000
Line = Mapping[str, Any]


def lines(wish: Wish) -> Iterator[Line]:
    """The file's lines: `record` is file, head or row. Runs in the caller's transaction, which it empties."""
    shop = this_shop()
    about = {"record": "file", "chain": shop.id, "at": _moment(clock.now())}
    yield about | {"event": "whole" if wish.whole else "part", "subject_kind": shop.slug}
    yield from heads(wish)
    for fact in each(wish):
        yield _row(fact)


def heads(wish: Wish) -> Iterator[Line]:
    """The number and the hash of the last row of each chain: of the wish's returns, or of the whole shop."""
    own = sa.select(Return.id, Return.trail_no, Return.trail_hash).where(Return.tenant_id == here())
    if wish.typed:
        own = own.where(Return.id.in_(chains_of(wish.typed)))
    else:
        shop = this_shop()
        yield _head(shop.id, shop.trail_no, shop.trail_hash)
    query, last = own.order_by(Return.id).limit(AT_ONCE), None
    while some := session.execute(query.where(Return.id > last) if last else query).all():
        yield from (_head(*row) for row in some)
        last = some[-1].id


def _head(chain: Any, no: int, hash: str) -> Line:
    return {"record": "head", "chain": chain, "no": no, "hash": hash}


def _row(fact: Fact) -> Line:
    sealed = {name: getattr(fact.row, name) for name in SEALED} | {"at": _moment(fact.row.at)}
    rma = fact.return_.rma if fact.return_ else ""
    return {"record": "row", **sealed, "hash": fact.row.hash, "who": fact.who, "return": rma}


def _moment(at: Any) -> str:
    return str(at.astimezone(UTC).isoformat())


def as_json(wish: Wish) -> Iterator[str]:
    """A list with one object a line."""
    between = "["
    for line in lines(wish):
        yield between + "\n" + json.dumps(line, default=str, ensure_ascii=False)
        between = ","
    yield "\n]\n"


def as_csv(wish: Wish) -> Iterator[str]:
    yield csv_row(HEAD)
    for line in lines(wish):
        yield csv_row([_cell(line.get(name)) for name in HEAD])


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else cell(str(value))
