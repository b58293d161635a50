"""Finding an order by what a shopper types."""

import hmac
import uuid
from collections.abc import Callable

import sqlalchemy as sa

from portal.db import here, session
from portal.orders.keys import email_key, number_key, postcode_key
from portal.orders.models import Order

MOST = 20  # orders of several systems that can share a number
SHORTEST_POSTCODE = 3
_NOBODY = uuid.UUID(int=0)


def find_order(number: str, proof: str) -> Order | None:
    """The order of this number, if the proof is its e-mail address or its postcode; the newest of several.

    An unknown number and a wrong proof answer alike and do the same work: two statements.
    """
    return _newest(number, lambda email, postcode: proves(proof, email, postcode))


def find_by_address(number: str, email: str) -> Order | None:
    """The same, by the e-mail address alone."""
    return _newest(number, lambda own, _: proves_address(email, own))


def find_by_postcode(number: str, postcode: str) -> Order | None:
    """The same, by the postcode alone: what somebody knows who was sent a gift."""
    return _newest(
        number, lambda _, own: _same(postcode_key(postcode), own) and len(own) >= SHORTEST_POSTCODE
    )


def find_by_number(number: str) -> Order | None:
    """The newest order of this number; for who has proved that they may see it."""
    return _newest(number, lambda _email, _postcode: True)


def newest_of(email: str) -> Order | None:
    """The order that was placed last with this e-mail address. The same two statements for any address."""
    key = email_key(email)
    last = sa.select(Order.id).where(Order.tenant_id == here(), Order.email_key == key)
    id = session.scalar(last.order_by(Order.placed_at.desc(), Order.id.desc()).limit(1))
    known = id if "@" in key else None
    query = sa.select(Order).where(Order.tenant_id == here(), Order.id == (known or _NOBODY))
    return session.scalars(query).one_or_none()


def _newest(number: str, right: Callable[[str, str], bool]) -> Order | None:
    columns = (Order.id, Order.email_key, Order.postcode_key)
    candidates = (
        sa.select(*columns)
        .where(Order.tenant_id == here(), Order.number_key == number_key(number))
        .order_by(Order.placed_at.desc(), Order.id)
        .limit(MOST)
    )
    rows = [*session.execute(candidates), (_NOBODY, "", "")]
    proven = [id for id, email, postcode in rows if right(email, postcode)]
    query = sa.select(Order).where(Order.tenant_id == here(), Order.id == (proven or [_NOBODY])[0])
    return session.scalars(query).one_or_none()


def proves(proof: str, email: str, postcode: str) -> bool:
    """Whether what was typed is this address or this postcode, as keys; an empty one is proved by nothing."""
    by_postcode = _same(postcode_key(proof), postcode)
    by_email = proves_address(proof, email)
    return by_email or (by_postcode and len(postcode) >= SHORTEST_POSTCODE)


def proves_address(typed: str, email: str) -> bool:
    """Whether what was typed is this e-mail address, as a key."""
    return _same(email_key(typed), email) and "@" in email


def _same(typed: str, known: str) -> bool:
    return hmac.compare_digest(typed.encode(), known.encode())
