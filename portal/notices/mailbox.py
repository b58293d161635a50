"""The demo's mailbox: what would have been sent."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from portal.db import find, here, session
from portal.notices.models import SentMail


def mailbox(most: int = 100) -> Sequence[SentMail]:
    """The shop's last mails, newest first."""
    mine = sa.select(SentMail).where(SentMail.tenant_id == here())
    return session.scalars(mine.order_by(SentMail.at.desc(), SentMail.id.desc()).limit(most)).all()


def mail(id: uuid.UUID) -> SentMail:
    """One of them; raises NotFound."""
    return find(SentMail, id)
