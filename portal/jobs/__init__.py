"""Work for later: the outbox, the worker, and what keeps both running."""

from portal.jobs.handlers import Rules, handler
from portal.jobs.leases import GiveUp, Lease, LeaseLost
from portal.jobs.models import Heartbeat, Job, JobState
from portal.jobs.outbox import enqueue, hasten

__all__ = [
    "GiveUp", "Heartbeat", "Job", "JobState", "Lease", "LeaseLost", "Rules", "enqueue", "handler", "hasten",
]  # fmt: skip
