"""The demo's mailbox for reading."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.db import here
from portal.notices.models import SentMail
from portal.orders.keys import email_key
from portal.views import paging


@dataclass(frozen=True)
class Envelope:
    """A mail without what is in it."""

    id: uuid.UUID
    at: datetime
    recipient: str
    subject: str


def mails(typed: str, spot: paging.Spot) -> paging.Slice[Envelope]:
    """The newest first; to addresses that begin with what was typed, if it is not empty."""
    columns = [getattr(SentMail, name) for name in Envelope.__dataclass_fields__]
    query = sa.select(*columns).where(SentMail.tenant_id == here())
    if typed:
        to = sa.func.lower(SentMail.recipient)
        query = query.where(to.startswith(email_key(typed), autoescape=True))
    order = paging.Order(SentMail, (SentMail.at, SentMail.id))
    found = paging.cut(query, order, spot, paging.rows)
    return paging.Slice([Envelope(*row) for row in found.rows], found.before, found.after)
