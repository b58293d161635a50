"""A reconciliation by command: ordered as on the page, done here and now unless a worker was faster."""

import time
import uuid
from datetime import date, timedelta

from portal import clock
from portal.audit import Actor
from portal.db import find, transaction
from portal.errors import Refusal
from portal.i18n import say
from portal.jobs import Job
from portal.jobs.leases import claim
from portal.jobs.worker import perform
from portal.reconciling.models import Reconciliation, RunState
from portal.reconciling.ordering import order
from portal.tenants import locked_shop

POLL = 0.5  # seconds between two looks at what another worker does
PATIENCE = timedelta(minutes=10)


def reconcile(region: str | None, tenant: uuid.UUID, since: date, until: date, by: Actor) -> Reconciliation:
    """The run, compared. Raises Refusal where it cannot be had."""
    with transaction(region, tenant):
        ordered = order(locked_shop(), since, until, by)
        id, key = ordered.id, ordered.job
    deadline = clock.now() + PATIENCE
    while (found := _done(region, tenant, id)) is None:
        if clock.now() > deadline:
            raise Refusal(say("It is not done yet. The worker goes on; look at the page of reconciliations."))
        if lease := claim(region, key):
            perform(lease)
        else:
            time.sleep(POLL)
    return found


def _done(region: str | None, tenant: uuid.UUID, id: uuid.UUID) -> Reconciliation | None:
    """None while somebody works at it. One failure is enough to say so: the worker tries again."""
    with transaction(region, tenant, reading=True) as session:
        run = find(Reconciliation, id)
        job = session.query(Job).where(Job.key == run.job, Job.tenant_id == tenant).one()
        if run.state is not RunState.COMPARED and job.last_error and job.lease_until is None:
            raise Refusal(say("It could not be done: {error}", error=job.last_error))
        session.expunge_all()
        return run if run.state is RunState.COMPARED else None
