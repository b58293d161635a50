"""An export by command: ordered as on the page, written here and now unless a worker was faster."""

import time
import uuid
from datetime import timedelta
from pathlib import Path

from portal import clock
from portal.audit import Actor
from portal.db import find, transaction
from portal.errors import Refusal
from portal.exports.folders import folder_of
from portal.exports.models import Export, ExportState
from portal.exports.ordering import Wanted, order
from portal.i18n import say
from portal.jobs import Job
from portal.jobs.leases import claim
from portal.jobs.worker import perform
from portal.tenants import locked_shop, this_shop

POLL = 0.5  # seconds between two looks at what another worker writes
PATIENCE = timedelta(hours=1)


def export(region: str | None, tenant: uuid.UUID, wanted: Wanted, by: Actor) -> tuple[Path, Export]:
    """Where the file lies, and what it is. Raises Refusal where it cannot be had."""
    with transaction(region, tenant):
        ordered = order(locked_shop(), wanted, by)
        id, key = ordered.id, ordered.job
    deadline = clock.now() + PATIENCE
    while (found := _ready(region, tenant, id)) is None:
        if clock.now() > deadline:
            raise Refusal(say("It is not written yet. The worker goes on; look at the page of exports."))
        if lease := claim(region, key):
            perform(lease)
        else:
            time.sleep(POLL)
    return found


def _ready(region: str | None, tenant: uuid.UUID, id: uuid.UUID) -> tuple[Path, Export] | None:
    with transaction(region, tenant, reading=True) as session:
        made = find(Export, id)
        job = session.query(Job).where(Job.key == made.job, Job.tenant_id == tenant).one()
        if made.state is not ExportState.READY and job.dead_at:
            raise Refusal(say("It could not be written: {error}", error=job.last_error))
        path = folder_of(region, this_shop().slug) / made.file
        session.expunge_all()
        return (path, made) if made.state is ExportState.READY else None
