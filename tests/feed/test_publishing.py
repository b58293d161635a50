"""The feed of a shop: what the verbs tell, once each, and numbers that hide no late commit."""

import threading
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from portal.db import session
from portal.errors import Conflict
from portal.feed import Fact, FeedEntry, Kind, publish
from portal.policies import Resolution
from portal.refunds.gateways.bank import Mode, Switch
from portal.views.feed import Change, Changes, changes
from tests.harness.sales import SOCKS, Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def fed(shop: Shop, after: int = 0, limit: int = 500) -> Changes:
    with shop.transaction(reading=True):
        return changes(after, limit)


def of(shop: Shop, kind: Kind) -> list[Change]:
    return [change for change in fed(shop).changes if change["kind"] == kind]


def kinds(shop: Shop) -> list[str]:
    return [change["kind"] for change in fed(shop).changes]


def test_a_refund_is_told_from_its_approval_to_its_arrival(shop: Shop, trade: Trade) -> None:
    order = trade.order(Sold(3000, 3, "SOCKS", unit_cost=400), number="#1001", external_id="90001")
    return_ = trade.go_whole_way(order, {1: 2})
    assert kinds(shop) == ["stock.moved"] * 4 + ["refund.approved"]
    trade.work()
    assert kinds(shop)[5:] == ["refund.leg_succeeded"]
    approved, arrived = of(shop, Kind.REFUND_APPROVED)[0], of(shop, Kind.LEG_SUCCEEDED)[0]
    assert approved["amount"] == {"minor": 1510, "currency": "EUR"}
    assert approved["details"]["return_shipping"] == 490
    assert approved["order"] == {
        **{"id": str(order), "number": "#1001", "source": "homeward", "external_id": "90001"}
    }
    assert approved["return"]["id"] == str(return_)
    assert approved["return"]["rma"].startswith("RMA-")
    (line,) = approved["details"]["lines"]
    assert line == {"id": "1", "sku": "SOCKS", "units": 2, "amount": 2000}
    (leg,) = approved["details"]["legs"]
    assert leg["id"] == arrived["id"] and leg["payment"].startswith("ch_")
    assert arrived["details"]["refund"] == approved["id"]
    assert arrived["details"]["reference"].startswith("re_")
    assert [m["details"]["to"] for m in of(shop, Kind.STOCK_MOVED)] == ["dock", "dock", *["sellable"] * 2]
    assert [m["amount"] for m in of(shop, Kind.STOCK_MOVED)] == [
        *[None] * 2, *[{"minor": 400, "currency": "EUR"}] * 2,
    ]  # fmt: skip
    assert broken(shop.app) == {}


def test_a_refund_that_is_taken_back_fails_or_comes_back_is_told(shop: Shop, trade: Trade) -> None:
    returns = [trade.ask(trade.order(SOCKS), {1: 1}) for _ in range(3)]
    refunds = []
    for return_ in returns:
        trade.receive(return_)
        trade.inspect(return_)
        refunds.append(trade.approve(return_))
    trade.cancel_refund(refunds[0])
    trade.bank.switch = Switch(Mode.DECLINE)
    trade.work()
    assert {c["id"] for c in of(shop, Kind.REFUND_CANCELLED)} == {str(refunds[0])}
    assert {c["details"]["refund"] for c in of(shop, Kind.LEG_FAILED)} == {str(r) for r in refunds[1:]}
    assert all(c["details"]["reason"] for c in of(shop, Kind.LEG_FAILED))
    assert not of(shop, Kind.LEG_SUCCEEDED)
    assert broken(shop.app) == {}


def test_store_credit_is_told_when_it_is_issued_and_spent(shop: Shop, trade: Trade) -> None:
    trade.go_whole_way(trade.order(SOCKS), {1: 1}, resolution=Resolution.STORE_CREDIT)
    trade.work()
    trade.spend("nils@ek.example", 300, "till-77")
    (issued,), (spent,) = of(shop, Kind.CREDIT_ISSUED), of(shop, Kind.CREDIT_SPENT)
    assert issued["details"]["credit"] == spent["details"]["credit"]
    assert issued["return"] and issued["order"]
    assert (spent["amount"]["minor"], spent["details"]["reference"]) == (300, "till-77")
    assert spent["return"] is None
    assert "nils" not in str(fed(shop).changes)  # nobody's address goes out with it
    assert broken(shop.app) == {}


def test_a_gift_card_is_told_when_it_is_issued_spent_and_released(shop: Shop, trade: Trade) -> None:
    trade.go_whole_way(trade.order(SOCKS), {1: 1}, resolution=Resolution.GIFT_CARD)
    trade.work()
    (issued,) = of(shop, Kind.CARD_ISSUED)
    card = issued["details"]["gift_card"]
    code = trade.show_card(uuid.UUID(card))
    trade.spend_card(code, 300, "till-1")
    trade.spend_card(code, 200, "till-2")
    trade.release("till-2")
    spent, (back,) = of(shop, Kind.CARD_SPENT), of(shop, Kind.CARD_RELEASED)
    assert [(c["amount"]["minor"], c["details"]["reference"]) for c in [*spent, back]] == [
        (300, "till-1"), (200, "till-2"), (200, "till-2"),
    ]  # fmt: skip
    assert {c["details"]["gift_card"] for c in [*spent, back]} == {card}
    trade.reissue(uuid.UUID(card))
    assert len(of(shop, Kind.CARD_ISSUED)) == 1  # what another card takes over is told to nobody
    assert issued["return"] and issued["order"] and code not in str(fed(shop).changes)
    assert broken(shop.app) == {}


def test_a_reader_goes_on_where_they_were(shop: Shop, trade: Trade) -> None:
    for _ in range(2):
        trade.go_whole_way(trade.order(SOCKS), {1: 1})
    whole = fed(shop)
    assert [c["no"] for c in whole.changes] == list(range(1, whole.last + 1))
    read: list[Change] = []
    mark = 0
    while (some := fed(shop, mark, 2)).changes:
        read += some.changes
        assert some.next == some.changes[-1]["no"]
        mark = some.next
    assert read == list(whole.changes)
    assert (some.next, some.last) == (whole.last, whole.last)
    with pytest.raises(Conflict):
        fed(shop, whole.last + 1)


def test_each_shop_has_a_feed_of_its_own(shop: Shop, other_shop: Shop, trade: Trade) -> None:
    trade.go_whole_way(trade.order(SOCKS), {1: 1})
    assert fed(other_shop) == Changes([], 0, 0)


def _some(count: int = 1) -> list[Fact]:
    return [Fact(Kind.STOCK_MOVED, uuid.uuid4()) for _ in range(count)]


def test_what_is_rolled_back_leaves_no_hole(shop: Shop) -> None:
    with pytest.raises(ZeroDivisionError), shop.transaction():
        publish(_some(3))
        raise ZeroDivisionError
    with shop.transaction():
        publish(_some())
    assert [c["no"] for c in fed(shop).changes] == [1]


def test_what_is_told_cannot_be_changed(shop: Shop) -> None:
    with shop.transaction():
        publish(_some())
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), shop.transaction():
        session.execute(sa.update(FeedEntry).values(amount=1, currency="EUR"))


@pytest.mark.postgresql
@pytest.mark.parametrize("locked", [True, False])
def test_no_number_appears_before_a_smaller_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """One teller is slow to commit; another comes meanwhile. Whoever reads must never see the second alone.

    With numbers from a counter that nobody locks, they do.
    """
    if not locked:
        counter = iter(range(1, 9))
        monkeypatch.setattr("portal.feed.publishing._numbers", lambda count: next(counter))
    told, go = threading.Event(), threading.Event()

    def slow() -> None:
        with shop.transaction():
            publish(_some())
            told.set()
            go.wait(5)

    def quick() -> None:
        with shop.transaction():
            publish(_some())

    first, second = threading.Thread(target=slow), threading.Thread(target=quick)
    first.start()
    assert told.wait(5)
    second.start()
    second.join(0.5)  # waits for the first, or is through at once
    seen = numbers(shop)
    go.set()
    first.join()
    second.join()
    assert numbers(shop) == [1, 2]
    assert seen == ([] if locked else [2])


def numbers(shop: Shop) -> list[int]:
    with shop.transaction(reading=True):
        found: Any = session.scalars(sa.select(FeedEntry.no).order_by(FeedEntry.no))
        return list(found)
