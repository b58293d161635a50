"""The dock: units come in one parcel or several, are checked, and move stock and value with it."""

import pytest
import sqlalchemy as sa

from portal.audit import Actor
from portal.db import find, locked, session
from portal.errors import Conflict, NotFound, Refusal
from portal.inventory import Location, Place, StockMovement
from portal.ledger import JournalEntry, Role
from portal.policies import Disposition, Grade
from portal.returns import inspecting, parcels, receiving
from portal.returns.lifecycle import ItemState, Outcome, ParcelState, ReturnState, Stage
from portal.returns.models import Return
from tests.harness.sales import (
    BOOTS,
    SOCKS,
    Sold,
    approved,
    check,
    inspected,
    look,
    received,
    requested,
    sell,
)
from tests.harness.shops import Shop

EMRE = Actor("system")
SEALED = Sold(2700, 1, "TF-SEA", "Trinkflasche", tags=["hygiene"], unit_cost=900)


def receive(shop: Shop, id, *counts: int) -> None:  # type: ignore[no-untyped-def]
    with shop.transaction():
        return_ = locked(Return, id)
        waiting = receiving.awaited(return_)
        receiving.receive(return_, dict(zip(waiting, counts, strict=False)), EMRE)


def levels(shop: Shop) -> dict[Place, int]:
    """Units at each place that is the shop's own."""
    with shop.transaction(reading=True):
        places = dict(session.execute(sa.select(Location.id, Location.place)).all())
        found = dict.fromkeys(Place, 0)
        for move in session.scalars(sa.select(StockMovement)):
            found[places[move.destination_id]] += move.quantity
            found[places[move.origin_id]] -= move.quantity
        return found


def entries(shop: Shop) -> list[tuple[str, dict[Role, int]]]:
    """The journal: each entry's event, and its debit less credit by account."""
    with shop.transaction(reading=True):
        query = sa.select(JournalEntry).where(JournalEntry.tenant_id == shop.id).order_by(JournalEntry.no)
        return [
            (e.source_kind, {p.account.role: p.debit - p.credit for p in e.postings})
            for e in session.scalars(query)
        ]


def test_fewer_units_than_announced_leave_the_rest_awaited_for_a_second_parcel(shop: Shop) -> None:
    id = requested(shop, sell(shop, Sold(3000, 3)))
    receive(shop, id, 2)
    assert [i.state for i in look(shop, id).items].count(ItemState.AUTHORIZED) == 1
    receive(shop, id, 1)
    seen = look(shop, id)
    assert {i.state for i in seen.items} == {ItemState.RECEIVED}
    assert [p.state for p in seen.return_.parcels] == [ParcelState.RECEIVED] * 2


@pytest.mark.parametrize("count", [0, 3, -1])
def test_a_count_is_between_one_and_what_is_awaited(shop: Shop, count: int) -> None:
    id = requested(shop, sell(shop, SOCKS))
    with pytest.raises(Refusal):
        receive(shop, id, count)
    assert levels(shop)[Place.DOCK] == 0


def test_what_has_all_come_awaits_nothing_more(shop: Shop) -> None:
    id = received(shop, sell(shop))
    with pytest.raises(Conflict):
        receive(shop, id, 1)


def test_a_new_unit_goes_back_on_the_shelf_at_its_cost(shop: Shop) -> None:
    id = inspected(shop, sell(shop, SOCKS))
    assert levels(shop)[Place.SELLABLE] == 2
    assert levels(shop)[Place.DOCK] == 0
    event, amounts = entries(shop)[0]
    assert event == "item.inspected"
    assert amounts == {Role.INVENTORY: 600, Role.COST_OF_GOODS_SOLD: -600}
    assert look(shop, id).return_.stage is Stage.CHECKED


def test_an_opened_unit_is_worth_less_and_the_rest_is_written_down(shop: Shop) -> None:
    inspected(shop, sell(shop, BOOTS), grade=Grade.OPENED)
    assert entries(shop)[0][1] == {
        Role.INVENTORY: 7225,
        Role.WRITE_DOWN: 1275,
        Role.COST_OF_GOODS_SOLD: -8500,
    }


def test_a_unit_whose_cost_is_not_known_moves_without_a_posting(shop: Shop) -> None:
    inspected(shop, sell(shop, Sold(8400)))
    assert levels(shop)[Place.SELLABLE] == 1
    assert not entries(shop)


def test_a_condition_that_is_not_met_reduces_the_refund(shop: Shop) -> None:
    (item,) = look(shop, inspected(shop, sell(shop, BOOTS), met=False)).items
    assert (item.outcome, item.reduction) == (Outcome.REDUCED, 5000)


def test_a_broken_seal_is_refused_and_sent_back_and_frees_the_unit(shop: Shop, worker) -> None:  # type: ignore[no-untyped-def]
    id = inspected(shop, sell(shop, SEALED), met=False)
    worker()
    seen = look(shop, id)
    assert (seen.items[0].outcome, seen.items[0].disposition) == (Outcome.REFUSED, Disposition.SEND_BACK)
    assert seen.order.lines[0].claimed == 0
    assert seen.return_.state is ReturnState.CLOSED
    assert not entries(shop)


def test_every_condition_needs_an_answer(shop: Shop) -> None:
    id = received(shop, sell(shop, BOOTS))
    with pytest.raises(Refusal) as refused, shop.transaction():
        inspecting.inspect(locked(Return, id).items[0], {}, Grade.NEW, EMRE)
    assert refused.value.field == "condition-box_there"


def test_a_unit_is_inspected_once(shop: Shop) -> None:
    id = inspected(shop, sell(shop))
    with pytest.raises(Conflict), shop.transaction():
        inspecting.inspect(locked(Return, id).items[0], {}, Grade.USED, EMRE)


def test_a_mis_tap_is_taken_back_with_its_movement_and_posting(shop: Shop) -> None:
    id = inspected(shop, sell(shop, BOOTS), grade=Grade.UNSELLABLE)
    with shop.transaction():
        inspecting.correct(locked(Return, id).items[0], "Wrong key", EMRE)
    assert levels(shop)[Place.DOCK] == 1
    check(shop, id, grade=Grade.NEW)
    assert levels(shop)[Place.SELLABLE] == 1
    total = [sum(amounts.get(Role.INVENTORY, 0) for _, amounts in entries(shop))]
    assert total == [8500]


def test_a_refusal_that_is_taken_back_claims_its_unit_again(shop: Shop) -> None:
    order = sell(shop, SEALED)
    id = inspected(shop, order, met=False)
    with shop.transaction():
        inspecting.correct(locked(Return, id).items[0], "It was sealed", EMRE)
    assert look(shop, id).order.lines[0].claimed == 1


def test_a_refusal_cannot_be_taken_back_when_another_return_has_the_unit(shop: Shop) -> None:
    order = sell(shop, SEALED)
    id = inspected(shop, order, met=False)
    requested(shop, order)
    with pytest.raises(Conflict), shop.transaction():
        inspecting.correct(locked(Return, id).items[0], "It was sealed", EMRE)


def test_a_check_stands_once_its_refund_is_approved(shop: Shop) -> None:
    id = approved(shop, sell(shop))
    with pytest.raises(Conflict), shop.transaction():
        inspecting.correct(locked(Return, id).items[0], "Oh", EMRE)


def test_only_a_refused_unit_is_sent_back(shop: Shop) -> None:
    id = received(shop, sell(shop))
    with pytest.raises(Refusal), shop.transaction():
        item = locked(Return, id).items[0]
        inspecting.inspect(item, {}, Grade.NEW, EMRE, disposition=Disposition.SEND_BACK)


def test_the_shopper_says_it_is_on_its_way_and_corrects_the_number(shop: Shop) -> None:
    id = requested(shop, sell(shop))
    for tracking in ("", "0034 0434 1610 9483 7265"):
        with shop.transaction():
            parcels.mark_sent(locked(Return, id), tracking, EMRE)
    seen = look(shop, id)
    assert seen.return_.stage is Stage.ON_ITS_WAY
    assert seen.return_.parcels[0].tracking_key == "00340434161094837265"


@pytest.mark.parametrize("tracking", ["abc", "<script>", "1" * 61, "12\x00345"])
def test_a_tracking_number_that_is_none_is_refused(shop: Shop, tracking: str) -> None:
    id = requested(shop, sell(shop))
    with pytest.raises(Refusal), shop.transaction():
        parcels.mark_sent(locked(Return, id), tracking, EMRE)


def test_the_stage_follows_the_units(shop: Shop) -> None:
    id = requested(shop, sell(shop))
    stages = [look(shop, id).return_.stage]
    receive(shop, id, 2)
    stages.append(look(shop, id).return_.stage)
    check(shop, id)
    stages.append(look(shop, id).return_.stage)
    assert stages == [Stage.APPROVED, Stage.RECEIVED, Stage.CHECKED]


def test_another_shop_finds_nothing(shop: Shop, other_shop: Shop) -> None:
    id = requested(shop, sell(shop))
    with pytest.raises(NotFound), other_shop.transaction(reading=True):
        find(Return, id)
