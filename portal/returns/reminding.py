"""When a return that was authorized is reminded of, and when it is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from portal.returns.models import Return

GRACE = timedelta(days=7)  # a parcel handed in on the last day is still on its way
REMINDERS = ("hand_in_last", "hand_in_soon")  # the mails, the last one first
END = "expire"


def moments(return_: Return) -> Iterator[tuple[datetime, str]]:
    """When something follows by itself, the first first: the mails of the reminders, then the end."""
    if return_.decided_at is None or return_.hand_in_by is None:
        return
    days = return_.policy.policy.deadlines.remind_days
    for event, before in reversed(list(zip(REMINDERS, reversed(days), strict=False))):
        at = return_.hand_in_by - timedelta(days=before)
        if at > return_.decided_at:
            yield at, event
    yield return_.hand_in_by + GRACE, END
