"""A shop on a database of its own, and a unit of work for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa

from portal.audit.actors import SYSTEM
from portal.db import session, transaction
from portal.people import Role, User, add_user
from portal.web.ritual import Portal
from tests.harness.apps import open_shop, schema
from tests.harness.databases import Databases
from tests.harness.standing import standing_on

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class House:
    """Opens units of work for its shops, as requests and jobs do."""

    app: Portal
    shop: UUID
    other: UUID

    def hire(self, email: str, role: Role = Role.AGENT, shop: UUID | None = None) -> UUID:
        with transaction(tenant=shop or self.shop):
            return add_user(email, email.split("@", maxsplit=1)[0].title(), role, PASSWORD, SYSTEM).id


@pytest.fixture
def house(databases: Databases) -> Iterator[House]:
    with standing_on(databases, schema) as app, app.app_context():
        shops = [open_shop(app, slug) for slug in ("acme", "bolt")]
        for shop in shops:  # each test hires whom it needs
            with transaction(tenant=shop):
                session.execute(sa.delete(User))
        yield House(app, *shops)
