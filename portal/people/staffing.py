"""Who works here: adding people, changing what they may do, letting them go.

Each verb locks the shop first, so two of them never cross, and writes the shop's trail.
"""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import find, here, session
from portal.errors import Forbidden, NotFound, Refusal
from portal.i18n import say
from portal.people.factors import switch_off
from portal.people.links import withdraw
from portal.people.models import User
from portal.people.passwords import hashed
from portal.people.roles import Permission, Role, may, permissions
from portal.people.sessions import revoke
from portal.tenants import Tenant, locked_shop
from portal.tenants.naming import check_email

LONGEST_NAME = 120


def staff() -> Sequence[User]:
    """Everybody of the shop, those who left too, by name."""
    return session.scalars(sa.select(User).where(User.tenant_id == here()).order_by(User.name, User.id)).all()


def somebody(email: str) -> User:
    """Who signs in with this address, or could. Raises NotFound."""
    known = sa.select(User).where(User.tenant_id == here(), User.email == email.strip().lower())
    found = session.scalars(known).one_or_none()
    if found is None:
        raise NotFound("person of the staff")
    return found


def add_user(email: str, name: str, role: Role, password: str | None, by: Actor) -> User:
    """A new person of the staff, who can sign in at once; without a password, once they have chosen one.

    Raises Refusal naming the field that is wrong or taken; Forbidden when `by` may not give that role.
    """
    shop = locked_shop()
    _check_right(by, role)
    user = User(
        email=_free_address(email),
        name=_name(name),
        role=role,
        password_hash=None if password is None else hashed(password),
        active=True,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    record(shop, Event.PERSON_ADDED, by, [Change("staff_user", user.id, after=role)])
    return user


def set_role(user: User, role: Role, by: Actor) -> None:
    """Counts from the person's next request. Refusal for the last owner, and for raising oneself."""
    shop = _held(user, by, role)
    _keep_humble(user, role, by)
    if role is not user.role:
        _keep_an_owner(user)
        before, user.role = user.role, role
        record(shop, Event.PERSON_CHANGED, by, [Change("staff_user", user.id, before, role)])


def set_active(user: User, active: bool, by: Actor) -> None:
    """Let somebody go, with all their sessions, or come back. Refusal for the last owner."""
    shop = _held(user, by, user.role)
    if active is user.active:
        return
    if not active:
        _keep_an_owner(user)
        revoke(user.id)
        withdraw(user.id)
    user.active = active
    before, after = ("inactive", "active") if active else ("active", "inactive")
    record(shop, Event.PERSON_CHANGED, by, [Change("staff_user", user.id, before, after)])


def set_password(user: User, password: str, by: Actor) -> None:
    """A new password, which ends every session of the person."""
    keep_password(user, hashed(password), by)


def keep_password(user: User, fresh: str, by: Actor, but: uuid.UUID | None = None) -> None:
    """`set_password` for one that is hashed already, since that takes a while. `but` is a session to keep."""
    shop = locked_shop() if by == Actor("person", user.id) else _held(user, by, user.role)
    user.password_hash = fresh
    revoke(user.id, but)
    withdraw(user.id)
    record(shop, Event.PERSON_CHANGED, by, [Change("staff_user", user.id)], password=True)


def reset_second(user: User, by: Actor) -> None:
    """Switch somebody's second factor off, since they lost it; every session of theirs ends."""
    _held(user, by, user.role)
    switch_off(user.id, by)
    revoke(user.id)
    user.version += 1


def mailed(user: User, by: Actor) -> Tenant:
    """Note that the person is invited, once more or for the first time; the shop, locked.

    Invitations that went out before are worth nothing then. Refusal for somebody who has left, or who has a
    password and needs none.
    """
    shop = _held(user, by, user.role)
    if not user.active or user.password_hash is not None:
        raise Refusal(say("Only somebody who is invited and has no password yet can be invited again."))
    withdraw(user.id)
    record(shop, Event.PERSON_INVITED, by, [Change("staff_user", user.id, after=user.role)])
    return shop


def _held(user: User, by: Actor, role: Role) -> Tenant:
    """The shop, locked, and the person as they are now, if `by` may deal with that and with the new role."""
    shop = locked_shop()
    session.refresh(user)
    _check_right(by, user.role)
    _check_right(by, role)
    return shop


def _check_right(by: Actor, role: Role) -> None:
    if by.kind == "system":
        return
    if by.kind != "person" or by.id is None:
        raise Forbidden
    theirs = find(User, by.id)
    wanted = Permission.MANAGE_OWNERS if role is Role.OWNER else Permission.MANAGE_PEOPLE
    if not theirs.active or not may(theirs.role, wanted):
        raise Forbidden


def _keep_humble(user: User, role: Role, by: Actor) -> None:
    """A step down is everybody's own."""
    if by == Actor("person", user.id) and not permissions(role) <= permissions(user.role):
        raise Refusal(say("Nobody gives themselves more to do. Ask somebody who may."), "role")


def _keep_an_owner(user: User) -> None:
    """Whoever is invited and has no password is no owner who could open the door."""
    others = sa.select(sa.func.count()).where(
        User.tenant_id == here(),
        User.role == Role.OWNER,
        User.active,
        User.password_hash.is_not(None),
        User.id != user.id,
    )
    if user.role is Role.OWNER and user.active and not session.scalars(others).one():
        raise Refusal(say("A shop needs an owner. Make somebody else an owner first."), "role")


def _free_address(email: str) -> str:
    address = email.strip().lower()
    check_email(address, "email")
    if not address.isprintable():
        raise Refusal(say("An e-mail address is written like name@example.com."), "email")
    taken = sa.select(User.id).where(User.tenant_id == here(), User.email == address)
    if session.scalars(taken).first():
        raise Refusal(say("Somebody with this e-mail address is on the staff already."), "email")
    return address


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal(say("A person needs a name of at most {most} letters.", most=LONGEST_NAME), "name")
    return name
