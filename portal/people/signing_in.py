"""Signing in, and proving it again before an act that one person does alone."""

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import Actor, Change, Event, record
from portal.db import here, scope, session, transaction
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.people import passwords
from portal.people.factors import needed, prepare
from portal.people.models import User
from portal.people.sessions import Person, open_session
from portal.people.throttle import SIGN_IN, Try, forgive, knock
from portal.tenants import locked_shop

WRONG = say("The e-mail address or the password is not right.")
WRONG_PASSWORD = say("The password is not right.")


@dataclass(frozen=True)
class _Proof:
    """A right password: whose, the hash it was held against, and one with today's costs if that is old."""

    tried: Try
    user: uuid.UUID
    kept: str
    fresh: str | None


def sign_in(email: str, password: str, network: str) -> str:
    """A new session's token for the shop of this unit of work. `network` is where the try comes from.

    It is a half one for somebody whose second factor is due (`factors.half_of`).

    Unknown, inactive and wrong give the same Refusal after the same work; too many tries give TooMany.
    Opens transactions of its own, none of them while it works at the password; call it before the unit of
    work has begun to write.
    """
    proof = _prove(email, password, network, WRONG)
    with _aside():
        shop = locked_shop()
        user = session.scalars(sa.select(User).where(User.id == proof.user, User.tenant_id == here())).one()
        if not user.active or user.password_hash != proof.kept:
            raise Refusal(WRONG)
        user.password_hash = proof.fresh or proof.kept
        forgive(proof.tried)
        half = needed(user)
        if half:
            prepare(user.id)
        else:
            record(shop, Event.PERSON_SIGNED_IN, Actor("person", user.id), [Change("staff_user", user.id)])
        return open_session(user, half=half)


def confirm(person: Person, password: str, network: str) -> None:
    """Raises Refusal unless it is the person's password; counted and worked at like signing in."""
    proof = _prove(person.email, password, network, WRONG_PASSWORD)
    with _aside():
        forgive(proof.tried)


def _prove(email: str, password: str, network: str, wrong: Message) -> _Proof:
    tried = knock("sign_in", SIGN_IN, account=email, network=network)
    with _aside(reading=True):
        found = _known(email)
    kept = found.password_hash if found else None
    if not passwords.matches(password, kept) or found is None:
        raise Refusal(wrong, "password")
    fresh = passwords.hashed(password) if passwords.outdated(found.password_hash) else None
    return _Proof(tried, found.id, found.password_hash, fresh)


def _known(email: str) -> sa.Row[uuid.UUID, str | None] | None:
    key = email.strip().lower()
    if not key.isprintable():  # the databases refuse such a text
        return None
    columns = sa.select(User.id, User.password_hash)
    there = sa.and_(User.tenant_id == here(), User.email == key, User.active, User.password_hash.is_not(None))
    return session.execute(columns.where(there)).one_or_none()


def _aside(reading: bool = False) -> AbstractContextManager[Session]:
    return transaction(scope.get().region, scope.get().tenant, reading)
