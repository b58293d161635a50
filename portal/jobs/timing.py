"""The time that leases go by: the database's, so that workers on several machines agree."""

from datetime import datetime

import sqlalchemy as sa

from portal import clock
from portal.db import Moment, on_postgresql, session


def present() -> sa.ColumnElement[datetime]:
    """The present moment, for statements. A stopped clock of the portal goes before (tests, demo data).

    SQLite has no clock but its machine's, which is the portal's too.
    """
    if on_postgresql() and not clock.stopped():
        return sa.func.statement_timestamp(type_=Moment)
    return sa.literal(clock.now(), Moment)


def now() -> datetime:
    """The present moment, asked of the database."""
    return session.scalars(sa.select(present())).one()
