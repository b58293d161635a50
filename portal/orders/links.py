"""The mailed link to an order: asked for by whoever knows its number, mailed to its own address alone.

Who asks gets one answer, after the same work: asking orders a job, for an order or for none. Whether there
is one shows in that order's mailbox and nowhere else.
"""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Chained
from portal.db import find, here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.jobs import Lease, enqueue, handler
from portal.notices import Letter, Notice, letter, notify
from portal.notices.repeating import must_be_few, note_repeated
from portal.orders.models import Order
from portal.people import OneTimeLink, Purpose
from portal.people.links import issue, secret_of, unspent

MOST = 5  # links that one mailbox gets within an hour, however many orders it has
WITHIN = timedelta(hours=1)
_NOBODY = uuid.UUID(int=0)


def ask(order: Order | None) -> None:
    """Have a link mailed to the order's address. With None it takes as long, and nobody is written to."""
    enqueue("order.link", {"order": order.id if order else _NOBODY}, f"order.link/{uuid7()}")


@handler("order.link")
def make_link(lease: Lease) -> None:
    """Make the link and order its mail. Nobody who asks sees how long this takes, or whether it is done."""
    wanted = sa.and_(Order.id == lease.ref("order"), Order.tenant_id == here())
    order = session.scalar(sa.select(Order).where(wanted))
    if order is not None and order.email and mailed(order.email_key, Purpose.OPEN_ORDER) < MOST:
        link = issue(Purpose.OPEN_ORDER, order.id, order=order.id)
        notify(None, "link", link.id, order=order.id)


def mail_another(order: Order, notice: Notice, shop: Chained, by: Actor) -> None:
    """Have another link mailed to the order's address, in place of a notice's, which may be over by now.

    Lock the shop. Raises Refusal when its mailbox got as many as it may.
    """
    must_be_few(notice)
    if not order.email or mailed(order.email_key, Purpose.OPEN_ORDER) >= MOST:
        raise Refusal(say("This mailbox got several links within the hour. Wait a little."))
    note_repeated(notice, shop, by)
    ask(order)


def mailed(email: str, purpose: Purpose) -> int:
    """How many links went to this address lately. Those for one thing do not use up those for another."""
    recent = (
        sa.select(sa.func.count(OneTimeLink.id))
        .join(Order, Order.id == OneTimeLink.order_id)
        .where(
            OneTimeLink.tenant_id == here(),
            OneTimeLink.created_at > clock.now() - WITHIN,
            OneTimeLink.purpose == purpose,
            Order.email_key == email,
        )
    )
    return session.scalars(recent).one()


@letter("link")
def link_letter(id: uuid.UUID) -> Letter | None:
    """About a link; to nobody when its time was over before the mail could leave."""
    link = unspent(id)
    if link is None:
        return None
    order = find(Order, link.subject)
    return Letter(
        to=order.email,
        name=order.name,
        language=order.language or "",
        link=f"l/{secret_of(link)}",
        values={"order": order.number, "minutes": minutes_left(link)},
    )


def minutes_left(link: OneTimeLink) -> int:
    """For how long it still works, at least 1."""
    return max(1, (link.expires_at - clock.now() + timedelta(seconds=30)) // timedelta(minutes=1))
