"""All orders of one e-mail address: what stands for them, and the link that is mailed to that address.

There are no accounts to sign in to: whoever reads the address's mail has its orders. Asking answers as
asking for one order's link does, and leaves the same work behind whether or not the address is known.
"""

import hmac
import uuid
from collections.abc import Sequence
from hashlib import sha256

import sqlalchemy as sa

from portal import config
from portal.db import here, session
from portal.ids import uuid7
from portal.jobs import Lease, enqueue, handler
from portal.notices import Letter, letter, notify
from portal.orders.links import MOST, mailed, minutes_left
from portal.orders.models import Order
from portal.people import OneTimeLink, Purpose
from portal.people.links import issue, reader, secret_of, spend, unspent

_NOBODY = uuid.UUID(int=0)


def account_of(order: Order) -> uuid.UUID:
    """What stands for all orders of this shop with the order's address. It does not tell the address."""
    return _accounts(order)[0]


def _accounts(order: Order) -> Sequence[uuid.UUID]:
    """Under the present key, then under those that are still taken."""
    said = f"account/{order.tenant_id}/{order.email_key}".encode("utf-8", "surrogatepass")
    digests = [hmac.digest(key.encode(), said, sha256) for key in config.current().secret_keys]
    return [uuid.UUID(bytes=digest[:16]) for digest in digests]


def held_by(order: uuid.UUID, account: uuid.UUID) -> Order | None:
    """The order, if it is one of the account's now: an order's address can be corrected."""
    own = sa.select(Order).where(Order.id == order, Order.tenant_id == here())
    known = session.scalars(own).one_or_none()
    belongs = known is not None and "@" in known.email_key and account in _accounts(known)
    return known if belongs else None


def ask(newest: Order | None) -> None:
    """Have a link to all its orders mailed to the order's address. With None nobody is written to."""
    enqueue("account.link", {"order": newest.id if newest else _NOBODY}, f"account.link/{uuid7()}")


@handler("account.link")
def make_link(lease: Lease) -> None:
    """Make the link and order its mail."""
    wanted = sa.and_(Order.id == lease.ref("order"), Order.tenant_id == here())
    order = session.scalar(sa.select(Order).where(wanted))
    if order is not None and order.email and mailed(order.email_key, Purpose.OPEN_ACCOUNT) < MOST:
        link = issue(Purpose.OPEN_ACCOUNT, account_of(order), order=order.id)
        notify(None, "account", link.id, order=order.id)


@letter("account")
def account_letter(id: uuid.UUID) -> Letter | None:
    """About a link; to nobody when its time is over, or when the order has another address by now."""
    link = unspent(id)
    order = held_by(link.order_id or _NOBODY, link.subject) if link else None
    if link is None or order is None:
        return None
    return _letter(order, link)


def _letter(order: Order, link: OneTimeLink) -> Letter:
    return Letter(
        to=order.email,
        name=order.name,
        language=order.language or "",
        link=f"a/{secret_of(link)}",
        values={"minutes": minutes_left(link)},
    )


def open_account(secret: str) -> Order | None:
    """Spend the link: an order by which its account is known. None when it opens nothing, or no longer."""
    account = spend(secret, Purpose.OPEN_ACCOUNT)
    return held_by(reader(secret, Purpose.OPEN_ACCOUNT) or _NOBODY, account) if account else None
