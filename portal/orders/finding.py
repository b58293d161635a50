"""Finding an order by what a shopper types."""

import hmac

import sqlalchemy as sa

from portal.db import here, session
from portal.orders.keys import email_key, number_key, postcode_key
from portal.orders.models import Order

MOST = 20  # orders of several systems that can share a number
SHORTEST_POSTCODE = 3


def find_order(number: str, proof: str) -> Order | None:
    """The order of this number, if the proof is its e-mail address or its postcode.

    An unknown number, a wrong proof and an order without either cost one statement and answer None alike.
    """
    query = (
        sa.select(Order)
        .where(Order.tenant_id == here(), Order.number_key == number_key(number))
        .order_by(Order.placed_at.desc(), Order.id)
        .limit(MOST)
    )
    found = [order for order in session.scalars(query) if proves(order, proof)]
    return found[0] if found else None


def proves(order: Order, proof: str) -> bool:
    """Whether what was typed is the order's e-mail address or postcode; an empty one proves nothing."""
    email, postcode = email_key(proof), postcode_key(proof)
    by_email = _same(email, order.email_key) and "@" in email
    by_postcode = _same(postcode, order.postcode_key) and len(postcode) >= SHORTEST_POSTCODE
    return by_email or by_postcode


def _same(typed: str, known: str) -> bool:
    return hmac.compare_digest(typed.encode(), known.encode())


def orders_of(email: str) -> list[Order]:
    """All orders of an e-mail address, the newest first. Only for who has proved that the address is theirs."""
    query = (
        sa.select(Order)
        .where(Order.tenant_id == here(), Order.email_key == email_key(email), Order.email_key != "")
        .order_by(Order.placed_at.desc(), Order.id)
    )
    return list(session.scalars(query))
