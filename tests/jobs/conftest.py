from collections.abc import Iterator

import pytest

from portal.jobs import handlers
from portal.web.ritual import Portal
from tests.harness.shops import Shop
from tests.jobs.given import Outbox, make_effects


@pytest.fixture
def outbox(app: Portal, shop: Shop) -> Iterator[Outbox]:
    """The outbox of the shop acme."""
    with app.app_context():
        make_effects()
        yield Outbox(shop.id)


@pytest.fixture
def other(outbox: Outbox, other_shop: Shop) -> Outbox:
    """The outbox of another shop."""
    return Outbox(other_shop.id)


@pytest.fixture(autouse=True)
def only_own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers ends with it."""
    monkeypatch.setattr(handlers, "_handlers", {})
