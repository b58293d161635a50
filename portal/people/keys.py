"""Keys of the shop's own systems: a secret that is shown once, its hash here, and what it opens.

A secret is made of the key's id, the form's nonce and the installation's key. The nonce is kept nowhere, so
neither the database nor the installation's key gives a secret back; but the very form that made it can be
sent again (a double click, a refresh) and shows the same one.
"""

import hmac
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa

from portal import clock, config
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.people.models import ApiKey
from portal.people.scopes import KeyScope
from portal.people.sessions import hash_of
from portal.tenants import locked_shop

MARK = "hwkey_"  # every secret begins so, and is found by it where it must not be
LONGEST_NAME = 60
MOST = 50  # that work at once
USED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Key:
    """A key that works, as brought along. Holds no database object, so it outlives the transaction."""

    id: uuid.UUID
    name: str
    scopes: frozenset[str]
    used_at: datetime | None

    @property
    def actor(self) -> Actor:
        return Actor("api", self.id)

    @property
    def unnoted(self) -> bool:
        """Whether it is some minutes since its use was noted."""
        return self.used_at is None or clock.now() - self.used_at >= USED_EVERY


def secret_of(id: uuid.UUID, nonce: uuid.UUID) -> str:
    """256 bits for the key of this id, as its making told them. Never store it."""
    said = hmac.digest(config.current().secret_key.encode(), f"key/{id}/{nonce}".encode(), sha256)
    return MARK + urlsafe_b64encode(said).rstrip(b"=").decode()


def make_key(name: str, scopes: Collection[KeyScope], nonce: uuid.UUID, by: Actor) -> ApiKey:
    """A key that works at once; `secret_of` it and the nonce is its secret. Locks the shop.

    `nonce` is random, and is not to be kept. Raises Refusal naming the field that is wrong.
    """
    shop = locked_shop()
    id = uuid7()
    secret = secret_of(id, nonce)
    key = ApiKey(
        id=id,
        name=_free_name(name),
        scopes=_some(scopes),
        token_hash=hash_of(secret),
        ending=secret[-4:],
        created_at=clock.now(),
    )
    session.add(key)
    session.flush()
    record(shop, Event.KEY_MADE, by, [Change("api_key", id)], scopes=", ".join(key.scopes))
    return key


def _free_name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal(say("A key needs a name of at most {most} letters.", most=LONGEST_NAME), "name")
    working = session.scalars(
        sa.select(ApiKey.name).where(ApiKey.tenant_id == here(), ApiKey.revoked_at.is_(None))
    ).all()
    if name.casefold() in {one.casefold() for one in working}:
        raise Refusal(say("Another key has this name. Revoke that one first, or choose another."), "name")
    if len(working) >= MOST:
        raise Refusal(say("At most {n} keys work at once. Revoke one that nobody needs.", n=MOST), "name")
    return name


def _some(scopes: Collection[KeyScope]) -> list[str]:
    if not scopes:
        raise Refusal(say("Choose what the key may do."), "scopes")
    return [scope.value for scope in KeyScope if scope in scopes]


def revoke_key(key: ApiKey, by: Actor) -> None:
    """It opens nothing from now on. Repeating it is no error. Locks the shop."""
    shop = locked_shop()
    session.refresh(key)
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        record(shop, Event.KEY_REVOKED, by, [Change("api_key", key.id, "active", "revoked")])


def api_keys() -> Sequence[ApiKey]:
    """All of the shop's, those that were revoked last."""
    mine = sa.select(ApiKey).where(ApiKey.tenant_id == here())
    ordered = mine.order_by(ApiKey.revoked_at.is_not(None), sa.func.lower(ApiKey.name), ApiKey.id)
    return session.scalars(ordered).all()


def key_of(secret: str) -> Key | None:
    """The key with this secret, if it works in this shop. Reads only."""
    named = sa.and_(ApiKey.token_hash == hash_of(secret), ApiKey.revoked_at.is_(None))
    columns = sa.select(ApiKey.id, ApiKey.name, ApiKey.scopes, ApiKey.used_at)
    found = session.execute(columns.where(ApiKey.tenant_id == here(), named)).one_or_none()
    return Key(found.id, found.name, frozenset(found.scopes), found.used_at) if found else None


def works(key: Key) -> bool:
    """Whether it was not revoked meanwhile; whoever does so now waits until the transaction ends."""
    mine = sa.select(ApiKey.id).where(ApiKey.tenant_id == here(), ApiKey.id == key.id)
    return session.scalar(mine.where(ApiKey.revoked_at.is_(None)).with_for_update(read=True)) is not None


def touch_key(id: uuid.UUID) -> None:
    """Note that the key is used, unless another process just has. In a transaction of its own."""
    now = clock.now()
    stale = sa.or_(ApiKey.used_at.is_(None), ApiKey.used_at <= now - USED_EVERY)
    mine = sa.update(ApiKey).where(ApiKey.tenant_id == here(), ApiKey.id == id, stale)
    session.execute(mine.values(used_at=now))
