"""The time that leases go by: the database's, so that workers on several machines agree."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import Moment, on_postgresql, session

THEIRS = sa.func.statement_timestamp(type_=Moment)


def present() -> sa.ColumnElement[datetime]:
    """The present moment, for statements. A stopped clock of the portal goes before (tests, demo data).

    SQLite has no clock but its machine's, which is the portal's too.
    """
    return THEIRS if asked() else sa.literal(clock.now(), Moment)


def ahead(delay: timedelta) -> sa.ColumnElement[datetime]:
    """So long after the present, for statements."""
    return THEIRS + sa.literal(delay, sa.Interval) if asked() else sa.literal(clock.now() + delay, Moment)


def asked() -> bool:
    """Whether the database's clock is the one that counts."""
    return on_postgresql() and not clock.stopped()


def now() -> datetime:
    """The present moment, asked of the database."""
    return session.scalars(sa.select(present())).one()
