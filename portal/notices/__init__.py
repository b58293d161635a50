"""Mail to shoppers and staff, as jobs of the outbox."""

import uuid

from portal.jobs import enqueue


def notify(return_: uuid.UUID, event: str) -> None:
    """Have the shopper mailed about an event of a return, at most once for each event."""
    enqueue("notice.send", {"return": return_, "event": event}, f"notice/{return_}/{event}")
