from collections.abc import Callable

import pytest

from portal.people.roles import Role
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.web.desk.working import sign_in

Staff = Callable[[Role], ShopClient]


@pytest.fixture
def staff(app: Portal) -> Staff:
    """Somebody of this role at the desk of acme, in a browser of their own."""
    return lambda role: sign_in(ShopClient(app), role)


@pytest.fixture
def agent(staff: Staff) -> ShopClient:
    return staff(Role.AGENT)


@pytest.fixture
def manager(staff: Staff) -> ShopClient:
    return staff(Role.MANAGER)
