"""The mailed link for a forgotten password: asked for by anybody, mailed to people of the staff alone.

Who asks gets one answer, after the same work: asking orders a job, for a person or for nobody.
"""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import find, here, session
from portal.ids import uuid7
from portal.jobs import Lease, enqueue, handler
from portal.notices.letters import Letter, letter
from portal.notices.ordering import notify
from portal.people import Purpose, User
from portal.people.links import issue, secret_of, unspent

_NOBODY = uuid.UUID(int=0)


def ask_password(email: str) -> None:
    """Have a link mailed to whoever signs in with this address. It takes as long where nobody does."""
    key = email.strip().lower()
    known = User.email == (key if key.isprintable() else "")
    found = session.scalar(sa.select(User.id).where(User.tenant_id == here(), known))
    enqueue("password.link", {"user": found or _NOBODY}, f"password.link/{uuid7()}")


@handler("password.link")
def make_link(lease: Lease) -> None:
    """Make the link and order its mail, for somebody who may sign in and has had a password."""
    able = sa.and_(User.active, User.password_hash.is_not(None))
    wanted = sa.select(User.id).where(User.id == lease.ref("user"), User.tenant_id == here(), able)
    user = session.scalar(wanted)
    if user is not None:
        notify(None, "new_password", issue(Purpose.NEW_PASSWORD, user, user=user).id)


@letter("new_password")
def password_letter(id: uuid.UUID) -> Letter | None:
    """About a link; to nobody when it was over or withdrawn before the mail could leave."""
    link = unspent(id)
    if link is None:
        return None
    user = find(User, link.subject)
    left = (link.expires_at - clock.now() + timedelta(seconds=30)) // timedelta(minutes=1)
    return Letter(
        to=user.email,
        name=user.name,
        language=user.language,
        link=f"sign-in/password/{secret_of(link)}",
        values={"minutes": max(1, left)},
    )
