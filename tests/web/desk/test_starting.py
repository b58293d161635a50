"""A new owner's first steps, and a test order that leaves the books as they are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import locked
from portal.ledger import Posting
from portal.orders import trying
from portal.orders.models import Order
from portal.people.roles import Role
from portal.policies.publishing import publish
from portal.refunds.models import RefundLeg
from portal.returns import Return, ReturnState
from portal.returns.deciding import authorize
from portal.tenants import locked_shop
from portal.tenants.models import Tenant
from portal.views import starting
from tests.harness.client import ShopClient
from tests.harness.configuring import active, approved, dress
from tests.harness.sales import approve_ready, check, look, requested, sell, take_in
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.web.desk.working import follow, main, notes, spent

Staff = Callable[[Role], ShopClient]


def done(client: ShopClient) -> str:
    return main(client.get("/desk/start")).all("header")[0].text


def press(client: ShopClient, to: str, *, htmx: bool = False) -> list[str]:
    return notes(follow(client, client.send(client.get("/desk/start"), to, htmx=htmx), htmx=htmx))


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_each_step_knows_whether_it_is_done(shop: Shop, manager: ShopClient, htmx: bool) -> None:
    assert "1 of 5" in done(manager), "there are colleagues"
    assert "First steps: 1 of 5 are done" in main(manager.get("/desk")).text
    press(manager, "/start/address", htmx=htmx)
    press(manager, "/start/policy", htmx=htmx)
    sell(shop)
    assert "4 of 5" in done(manager)
    press(manager, "/start/trial", htmx=htmx)
    assert "5 of 5" in done(manager)
    assert "First steps:" not in main(manager.get("/desk")).text


@pytest.mark.sqlite
def test_a_shop_with_many_returns_is_no_longer_new(
    shop: Shop, manager: ShopClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "MANY", 2)
    requested(shop, sell(shop))
    assert "First steps:" in main(manager.get("/desk")).text
    requested(shop, sell(shop, number="1002"))
    assert "First steps:" not in main(manager.get("/desk")).text


def test_a_version_counts_where_its_policy_is_another_one(shop: Shop) -> None:
    """Both databases compare the documents."""

    def counts() -> tuple[bool, bool]:
        with shop.transaction(reading=True):
            start = starting.start()
            return start.policy, start.scheduled

    owner = shop.actor()
    assert counts() == (False, False)
    dress(shop, owner, name="Acme & Sons")
    assert counts() == (False, False), "branding is no policy"
    with shop.transaction():
        dearer = active().policy.model_dump(mode="json") | {"pay_days": 9}
        draft = approved(owner, shop.actor(Role.MANAGER), dearer)
        publish(locked_shop(), draft, owner, since=clock.now() + timedelta(days=3))
    assert counts() == (False, True)
    with clock.at(clock.now() + timedelta(days=4)):
        assert counts() == (True, False)


@pytest.mark.sqlite
def test_it_can_be_put_away_and_is_for_those_who_may(
    shop: Shop, manager: ShopClient, agent: ShopClient
) -> None:
    assert "First steps:" not in main(agent.get("/desk")).text
    said = press(manager, "/start/away")
    assert said[-1] == "The first steps are put away. They stay under Shop."
    assert not [note for note in notes(manager.get("/desk")) if "First steps" in note]
    for _ in range(2):
        assert manager.get("/desk/start").status_code == 200
    assert manager.post("/desk/start/nonsense").status_code in (400, 404)


@pytest.mark.sqlite
def test_a_shop_that_is_over_is_not_asked_again(shop: Shop, manager: ShopClient) -> None:
    before = spent(shop, manager, lambda: manager.get("/desk"))
    press(manager, "/start/away")
    manager.get("/desk")
    assert spent(shop, manager, lambda: manager.get("/desk")) == before - 2, (
        "neither whether it is new, nor how far it is"
    )


def test_a_test_order_goes_the_whole_way_and_no_real_figure_moves(
    shop: Shop, staff: Staff, worker: Callable[[], int]
) -> None:
    owner = staff(Role.OWNER)
    page = owner.get("/desk/start")
    for _ in range(2):
        assert owner.send(page, "/start/order").status_code == 303
    with shop.transaction() as session:
        session.execute(sa.update(Tenant).where(Tenant.id == shop.id).values(gateway="another"))
        (order,) = trying.test_orders()
        id = order.id
        assert (order.number, order.email, order.flagged) == ("TEST-1", "owner@acme.example", False)
    return_, by = requested(shop, id), shop.actor()
    with shop.transaction():
        thing = locked(Return, return_)
        assert thing.state is ReturnState.REQUESTED, "a person looks at it"
        authorize(thing, by)
    take_in(shop, return_)
    check(shop, return_)
    approve_ready(shop, return_)
    worker()
    assert look(shop, return_).return_.state is ReturnState.CLOSED
    with shop.transaction(reading=True) as session:
        assert set(session.scalars(sa.select(Posting.currency))) == {"XTS"}
        assert set(session.scalars(sa.select(RefundLeg.gateway))) == {"test"}
    page = owner.get("/desk/start")
    assert look(shop, return_).return_.rma in main(page).text and "2 of 5" in done(owner)
    ends_well(shop.app)


def test_a_test_order_is_put_away_and_nothing_more_can_go_back(shop: Shop, manager: ShopClient) -> None:
    press(manager, "/start/order")
    page = manager.get("/desk/start")
    assert "/o/TEST-1?expires=" in page.text
    link = next(a["href"] for a in main(page).all("a") if "/o/TEST-1" in a["href"])
    assert ShopClient(shop.app).get(link.replace("http://localhost", "")).status_code in (200, 404)
    press(manager, "/end")
    with shop.transaction(reading=True):
        (order,) = trying.test_orders()
        assert order.cancelled_at and order.test
        id = order.id
    press(manager, "/start/order")
    with shop.transaction(reading=True):
        assert [order.number for order in trying.test_orders()] == ["TEST-2", "TEST-1"]
    assert "TEST ORDER" in main(manager.get(f"/desk/orders/{id}")).text


@pytest.mark.sqlite
def test_a_real_order_is_not_put_away(shop: Shop) -> None:
    id, by = sell(shop), shop.actor()
    with pytest.raises(Exception, match="no test order"), shop.transaction():
        trying.put_away(locked_shop(), locked(Order, id), by)
