from collections.abc import Iterator

import pytest

from portal.web.ritual import Portal
from tests.harness.apps import open_shop, portal_on
from tests.harness.databases import Databases
from tests.web.foundation.probe import plant


@pytest.fixture
def app(databases: Databases) -> Iterator[Portal]:
    with portal_on(databases) as app:
        plant(app)
        open_shop(app)
        open_shop(app, "other", name="Other", domain="returns.other.example")
        yield app
