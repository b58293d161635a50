"""Inviting somebody to the staff: the person stands on the list at once, the mail follows."""

import uuid

from portal.audit import Actor
from portal.db import find
from portal.notices.letters import Letter, letter
from portal.notices.ordering import notify
from portal.people import Purpose, Role, User, add_user
from portal.people.links import issue, secret_of, unspent
from portal.people.staffing import mailed
from portal.people.titles import TITLES


def invite(email: str, name: str, role: Role, by: Actor) -> User:
    """A new person, who chooses a password behind the link that is mailed to them.

    Raises Refusal naming the field that is wrong or taken; Forbidden when `by` may not give that role.
    """
    user = add_user(email, name, role, None, by)
    invite_again(user, by)
    return user


def invite_again(user: User, by: Actor) -> None:
    """Another link; the one before is worth nothing then. Refusal where there is nothing to invite to."""
    mailed(user, by)
    notify(None, "invitation", issue(Purpose.INVITATION, user.id, user=user.id).id)


@letter("invitation")
def invitation_letter(id: uuid.UUID) -> Letter | None:
    """About a link; to nobody when it was over or withdrawn before the mail could leave."""
    link = unspent(id)
    if link is None:
        return None
    user = find(User, link.subject)
    return Letter(
        to=user.email,
        name=user.name,
        language=user.language,
        link=f"sign-in/invitation/{secret_of(link)}",
        values={"role": TITLES[user.role][0], "until": link.expires_at},
    )
