"""The shop that most tests are about, with its staff, in a template that is made once."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import Actor
from portal.audit.actors import SYSTEM
from portal.db import transaction
from portal.people.models import User
from portal.people.roles import Role
from portal.people.staffing import add_user
from portal.tenants import Tenant
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD, dispose, made_app, open_shop, schema

SLUGS = ("acme", "other")  # the second one is there so that nothing of it shows in the first


OPENED = datetime(2026, 1, 5, 8, tzinfo=UTC)  # before any day that a test puts a policy in force on


@dataclass(frozen=True)
class Shop:
    """A provisioned shop: `with shop.transaction():` is a unit of work of its."""

    app: Portal
    id: uuid.UUID
    slug: str

    @contextmanager
    def transaction(self, reading: bool = False) -> Iterator[Session]:
        with self.app.app_context(), transaction(tenant=self.id, reading=reading) as session:
            yield session

    def actor(self, role: Role = Role.OWNER) -> Actor:
        """The person with this role, as one who acts."""
        with self.transaction(reading=True) as session:
            found = session.scalars(
                sa.select(User.id).where(User.tenant_id == self.id, User.email == email(role, self.slug))
            )
            return Actor("person", found.one())


def email(role: Role, slug: str = SLUGS[0]) -> str:
    """The address with which the person of this role signs in; the password is PASSWORD."""
    return f"{role}@{slug}.example"


def furnished(url: str) -> None:
    """Two shops with one person of every role each."""
    schema(url)
    app = made_app(url)
    for slug in SLUGS:
        with clock.at(OPENED):
            shop = Shop(app, open_shop(app, slug, owner=email(Role.OWNER, slug)), slug)
        with shop.transaction():
            for role in [role for role in Role if role is not Role.OWNER]:
                add_user(email(role, slug), role.title(), role, PASSWORD, SYSTEM)
    dispose(app)


def find_shop(app: Portal, slug: str = SLUGS[0]) -> Shop:
    with app.app_context(), transaction(reading=True) as session:
        return Shop(app, session.scalars(sa.select(Tenant.id).where(Tenant.slug == slug)).one(), slug)


def staffed(app: Portal, **facts: Any) -> Shop:
    """One more shop in this application."""
    slug = facts.pop("slug", f"shop-{uuid.uuid4().hex[:8]}")
    return Shop(app, open_shop(app, slug, **facts), slug)
