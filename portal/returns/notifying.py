"""Telling the shopper: which mail belongs to which event of a return."""

from portal.notices import notify as mail
from portal.returns.models import Return


def notify(return_: Return, event: str) -> None:
    """Have the shopper mailed about an event, at most once for each event of a return."""
    mail(return_.id, event)
