"""Whoever holds a mailed link chooses a password, once: when invited, or when the old one is forgotten."""

from portal.audit import Actor, Change, Event, record
from portal.db import find, scope, transaction
from portal.people.factors import needed, prepare
from portal.people.links import spend, works
from portal.people.models import Purpose, User
from portal.people.passwords import hashed
from portal.people.sessions import open_session
from portal.people.staffing import keep_password
from portal.tenants import locked_shop


def choose_password(secret: str, purpose: Purpose, password: str) -> str | None:
    """A new session's token; None where the link is spent, over, or was never this shop's.

    Every older session ends. Raises Refusal for a password that is too short, and leaves the link as it was.
    Works at the password outside of the unit of work, which must not have begun to write.
    """
    with transaction(scope.get().region, scope.get().tenant, reading=True):
        known = works(secret, purpose)
    fresh = hashed(password) if known else ""
    shop = locked_shop()  # first, as whoever lets a person go does
    subject = spend(secret, purpose) if known else None
    if subject is None:
        return None
    user, by = find(User, subject), Actor("person", subject)
    keep_password(user, fresh, by)
    half = needed(user)
    if half:
        prepare(user.id)
    else:
        record(shop, Event.PERSON_SIGNED_IN, by, [Change("staff_user", user.id)])
    return open_session(user, half=half)
