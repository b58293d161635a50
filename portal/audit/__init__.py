"""The trail: who did what, when, on what. Append-only and chained, so that tampering shows."""

from portal.audit.actors import Actor
from portal.audit.events import Event
from portal.audit.models import Chained, Operation, Trail
from portal.audit.trail import Change, chain_breaks, record, record_aside, timeline

__all__ = [
    "Actor",
    "Chained",
    "Change",
    "Event",
    "Operation",
    "Trail",
    "chain_breaks",
    "record",
    "record_aside",
    "timeline",
]
