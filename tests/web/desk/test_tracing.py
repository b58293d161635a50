"""A parcel that does not come, at the desk: waiting longer for it, and calling it lost."""

from collections.abc import Callable
from datetime import datetime

import pytest

from portal.people.roles import Role
from portal.returns import ReturnState
from tests.harness.client import ShopClient
from tests.harness.sales import look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade
from tests.returns.test_deadlines import DAY, NOON, authorized, days_later
from tests.web.desk.working import main, record, sign_in

pytestmark = pytest.mark.sqlite


def test_what_is_late_is_waited_for_or_called_lost(
    shop: Shop, client: ShopClient, at: Callable[[datetime], None]
) -> None:
    trade = Trade(shop)
    id = authorized(trade, at)
    trade.mark_sent(id)
    sign_in(client, Role.AGENT)
    early = main(record(client, id)).text
    assert "to arrive" in early and "Wait longer" not in early
    too_early = client.get(f"/desk/returns/{id}/lost")
    assert "Is the parcel lost?" not in main(too_early).text

    days_later(trade, at, 22)
    sign_in(client, Role.AGENT)
    late = main(record(client, id)).text
    assert "Wait longer…" in late and "Parcel is lost…" in late
    asked = client.get(f"/desk/returns/{id}/longer")
    assert client.send(asked, f"/returns/{id}/longer").status_code == 303
    assert "Parcel awaited for longer" in main(record(client, id)).text
    assert look(shop, id).return_.due_at == NOON + (22 + 21) * DAY

    days_later(trade, at, 22 + 21 + 1)
    sign_in(client, Role.AGENT)
    asked = client.get(f"/desk/returns/{id}/lost")
    assert client.send(asked, f"/returns/{id}/lost").status_code == 303
    assert look(shop, id).return_.state is ReturnState.EXPIRED
    assert "Parcel lost" in main(record(client, id)).text
    assert broken(shop.app) == {}
