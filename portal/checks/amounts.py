"""I3: amounts are whole, and in the currency of their order."""

from collections.abc import Iterator

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.db import Base, Tenanted
from portal.orders.models import Order, Payment
from portal.refunds.models import Refund, RefundLeg
from portal.returns.models import Return


def currencies(look: Look) -> Iterator[str]:
    """A return, refund or leg in another currency than what it belongs to."""
    other_order = sa.or_(Return.currency != Order.currency)
    yield from look.named(Return, Return.order_id == Order.id, other_order)
    other_return = sa.or_(Refund.currency != Return.currency, Refund.order_id != Return.order_id)
    yield from look.named(Refund, Refund.return_id == Return.id, other_return)
    yield from look.named(RefundLeg, RefundLeg.refund_id == Refund.id, RefundLeg.currency != Refund.currency)


def legs(look: Look) -> Iterator[str]:
    """A leg of nothing, or to another order's payment."""
    yield from look.named(RefundLeg, RefundLeg.amount < 1)
    strange = sa.and_(RefundLeg.payment_id == Payment.id, Payment.order_id != Refund.order_id)
    yield from look.named(RefundLeg, RefundLeg.refund_id == Refund.id, strange)


def whole(look: Look) -> Iterator[str]:
    """A figure that SQLite keeps as something else than an integer, which it does without a word."""
    if look.connection.dialect.name != "sqlite":
        return
    for kind in kinds():
        columns = [c for c in kind.__table__.columns if isinstance(c.type, sa.BigInteger)]  # type: ignore[attr-defined]
        odd = [sa.func.typeof(column).not_in(("integer", "null")) for column in columns]
        if odd:
            yield from look.named(kind, sa.or_(*odd))


def kinds() -> list[type[Tenanted]]:
    """Every kind of row that belongs to a shop, by name."""
    found = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Tenanted)]
    return sorted(found, key=lambda kind: str(key(kind, "")))


def fractional(connection: sa.Connection) -> Iterator[str]:
    """A column of the database that can hold fractions."""
    for (_, table), columns in sa.inspect(connection).get_multi_columns().items():
        for column in columns:
            if isinstance(column["type"], sa.Numeric | sa.Float):
                yield f"{table}.{column['name']}"
