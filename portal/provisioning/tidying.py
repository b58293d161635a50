"""Once a day, in each database: what is done and long past goes, and the next day of each shop is ordered.
So do photos of drafts that nobody went on with.

Rows of jobs that the trail demands stay, and so does a mail's job where nothing left: `flask verify` asks for
both. So does what a person threw away.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit.models import Operation
from portal.db import session, transaction
from portal.jobs import Job, Lease, Rules, handler
from portal.jobs.handlers import evident, kinds
from portal.notices.models import Notice
from portal.people.links import KEPT
from portal.people.models import OneTimeLink
from portal.returns.photos.forgetting import forget_drafts
from portal.tenants import Tenant, this_shop
from portal.tenants.mornings import order_days

DAYS = timedelta(days=30)  # no order comes again under a key that was done so long ago
AT_ONCE = 1000


@handler("house.tidy", Rules(lease=timedelta(minutes=5)), stepwise=True)
def tidy(lease: Lease) -> None:
    """Some at a time, so that nobody waits for long."""
    for which, spared in ((_jobs(), _unsent), (_links(), _none), (_operations(), _none)):
        last: uuid.UUID | None = None
        more = True
        while more:
            with lease.transaction():
                some = session.execute(_after(which, last)).all()
                _delete(which, {row.id for row in some} - spared(some))
            more = len(some) == AT_ONCE
            last = some[-1].id if some else None
    with lease.transaction():
        shops = session.scalars(sa.select(Tenant.id)).all()
    for shop in shops:
        _in_shop(lease, shop)


def _in_shop(lease: Lease, shop: uuid.UUID) -> None:
    """Its day and the next, and photos that were never sent; in transactions of their own."""
    with transaction(lease.region, shop):
        order_days(this_shop())
    done = False
    while not done:
        with transaction(lease.region, shop):
            done = forget_drafts(lease.by)


def _jobs() -> sa.Select[Any]:
    """Of kinds that this release knows: an older worker throws nothing of a newer one away."""
    over = sa.and_(Job.done_at < clock.now() - DAYS, Job.dead_at.is_(None))
    known = sa.and_(Job.kind.in_(kinds()), Job.kind.not_in(evident()))
    query: Any = sa.select(Job.id, Job.kind, Job.payload).where(over, known)
    return query  # type: ignore[no-any-return]


def _links() -> sa.Select[Any]:
    query: Any = sa.select(OneTimeLink.id).where(OneTimeLink.expires_at < clock.now() - KEPT)
    return query  # type: ignore[no-any-return]


def _operations() -> sa.Select[Any]:
    """Answers to forms whose sessions are long over: nobody sends them again."""
    query: Any = sa.select(Operation.id).where(Operation.at < clock.now() - DAYS)
    return query  # type: ignore[no-any-return]


def _after(which: Any, last: uuid.UUID | None) -> Any:
    id = which.selected_columns.id
    return (which.where(id > last) if last else which).order_by(id).limit(AT_ONCE)


def _unsent(jobs: Sequence[Any]) -> set[uuid.UUID]:
    """The jobs of mails that did not leave."""
    mails = {uuid.UUID(job.payload["notice"]): job.id for job in jobs if job.kind == "notice.send"}
    query = sa.select(Notice.id).where(Notice.id.in_(mails), Notice.sent_at.is_(None))
    return {mails[id] for id in session.scalars(query)}


def _none(_rows: Sequence[Any]) -> set[uuid.UUID]:
    return set()


def _delete(which: Any, ids: set[uuid.UUID]) -> None:
    table = which.selected_columns.id.table
    session.execute(sa.delete(table).where(table.c.id.in_(ids)))
