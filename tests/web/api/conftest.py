import pytest

from tests.harness.keys import Till
from tests.harness.shops import Shop


@pytest.fixture
def till(shop: Shop) -> Till:
    """A system of the shop acme, with a key that may do everything."""
    return Till(shop)
