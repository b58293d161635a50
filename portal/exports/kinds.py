"""Every kind of export with its stream, and what a person must be allowed to have it."""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from portal.audit import Trail
from portal.db import here, session
from portal.exports.credit_notes import CREDIT_NOTES
from portal.exports.exchanges import EXCHANGES
from portal.exports.journal import JOURNAL
from portal.exports.models import ExportKind
from portal.exports.orders import ORDERS
from portal.exports.refunds import REFUNDS
from portal.exports.returns import RETURNS
from portal.exports.stock import STOCK
from portal.exports.streams import Stream, Values
from portal.ledger.reading import Period
from portal.people.roles import Permission
from portal.returns.models import Return
from portal.views import trail_files
from portal.views.trail import Wish, matching


def _wish(period: Period) -> Wish:
    return Wish(since=period.begins, until=period.ends)


def _trail(period: Period) -> Iterator[Values]:
    for line in trail_files.lines(_wish(period)):
        yield [_plain(line.get(name)) for name in trail_files.HEAD]


def _plain(value: object) -> str | int | dict[str, object] | None:
    return value if value is None or isinstance(value, int | dict) else str(value)


def _of_trail(period: Period) -> int:
    rows = sa.select(sa.func.count(Trail.id)).where(*matching(_wish(period)))
    heads = sa.select(sa.func.count(Return.id)).where(Return.tenant_id == here())
    return (session.scalar(rows) or 0) + (session.scalar(heads) or 0) + 2


STREAMS: Mapping[ExportKind, Stream] = {
    ExportKind.ORDERS: ORDERS,
    ExportKind.RETURNS: RETURNS,
    ExportKind.REFUNDS: REFUNDS,
    ExportKind.EXCHANGES: EXCHANGES,
    ExportKind.CREDIT_NOTES: CREDIT_NOTES,
    ExportKind.JOURNAL: JOURNAL,
    ExportKind.STOCK: STOCK,
    ExportKind.TRAIL: Stream(trail_files.HEAD, _trail, _of_trail),
}
NEEDS: Mapping[ExportKind, frozenset[Permission]] = {
    ExportKind.ORDERS: frozenset({Permission.READ_ADDRESSES, Permission.READ_MONEY}),
    ExportKind.RETURNS: frozenset({Permission.READ_RETURNS}),
    ExportKind.REFUNDS: frozenset({Permission.READ_MONEY}),
    ExportKind.EXCHANGES: frozenset({Permission.READ_RETURNS, Permission.READ_MONEY}),
    ExportKind.CREDIT_NOTES: frozenset({Permission.READ_BOOKS}),
    ExportKind.JOURNAL: frozenset({Permission.READ_BOOKS}),
    ExportKind.STOCK: frozenset({Permission.READ_RETURNS}),
    ExportKind.TRAIL: frozenset({Permission.READ_TRAIL}),
}
