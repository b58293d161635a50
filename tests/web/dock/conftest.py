import pytest

from portal.people.roles import Role
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.web.dock.working import sign_in


@pytest.fixture
def clerk(app: Portal) -> ShopClient:
    """Somebody of the warehouse at the dock of acme."""
    return sign_in(ShopClient(app), Role.WAREHOUSE)
