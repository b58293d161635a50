"""An application with one shop, acme, per test."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from portal.web.ritual import Portal
from tests.harness.apps import open_shop, portal_on
from tests.harness.databases import Databases


@pytest.fixture
def app(databases: Databases) -> Iterator[Portal]:
    with portal_on(databases) as app:
        open_shop(app)
        yield app


@pytest.fixture
def client(app: Portal) -> FlaskClient:
    return app.test_client()
