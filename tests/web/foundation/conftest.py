from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import transaction
from portal.tenants import Shop, Tenant
from portal.web.ritual import Portal
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.shops import furnished
from tests.web.foundation.probe import plant


@pytest.fixture
def app(databases: Databases) -> Iterator[Portal]:
    """The two shops, with pages to try; the second has a domain of its own."""
    with portal_on(databases, furnished) as app:
        plant(app)
        with app.app_context(), transaction() as session:
            domain = {"domain": "returns.other.example"}
            session.execute(sa.update(Shop).where(Shop.slug == "other").values(domain))
            session.execute(sa.update(Tenant).where(Tenant.slug == "other").values(name="Other"))
        yield app


@pytest.fixture
def client(app: Portal) -> FlaskClient:
    """A client that knows no shop: paths are whole."""
    return FlaskClient(app, app.response_class)
