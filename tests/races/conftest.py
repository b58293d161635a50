from collections.abc import Callable

import pytest

from portal import config
from portal.checks import verify
from portal.web.ritual import Portal
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.races.racing import Ground


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


@pytest.fixture
def ground(app: Portal) -> Ground:
    return Ground.of(app, config.current().bank_file)


@pytest.fixture
def broken(app: Portal) -> Callable[[], set[str]]:
    """The lines of verify that fail, with the gateways asked."""

    def lines() -> set[str]:
        with app.app_context():
            return {line.id for line in verify(ask_gateways=True) if not line.ok}

    return lines
