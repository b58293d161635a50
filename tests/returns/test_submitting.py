"""A draft becomes a return: units are claimed, rules decide, everything is on the trail."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import chain_breaks, timeline
from portal.db import find, locked, session
from portal.errors import Conflict, Refusal
from portal.ids import read_rma
from portal.notices import Notice
from portal.orders.models import Order
from portal.policies import Resolution
from portal.returns import drafting
from portal.returns.deciding import authorize, cancel, deny, give_up
from portal.returns.lifecycle import ItemState, ReturnState, Stage
from portal.returns.models import Return
from portal.returns.submitting import submit
from tests.harness.sales import BOOTS, SOCKS, ZONE, Sold, drafted, look, requested, sell, shopper, take_in
from tests.harness.shops import Shop


def test_a_small_return_in_time_is_authorized_at_once(shop: Shop) -> None:
    seen = look(shop, requested(shop, sell(shop, SOCKS)))
    assert seen.return_.state is ReturnState.AUTHORIZED
    assert seen.return_.stage is Stage.APPROVED
    assert [item.state for item in seen.items] == [ItemState.AUTHORIZED] * 2
    assert read_rma(seen.return_.rma) == seen.return_.number
    assert seen.order.lines[0].claimed == 2


def test_a_dear_article_waits_for_a_person_who_answers_by_a_date(shop: Shop) -> None:
    seen = look(shop, requested(shop, sell(shop, Sold(38_900))))
    assert seen.return_.state is ReturnState.REQUESTED
    assert seen.return_.answer_by and seen.return_.requested_at
    assert seen.return_.answer_by - seen.return_.requested_at == timedelta(days=2)


def test_a_reason_can_ask_for_a_person(shop: Shop) -> None:
    assert look(shop, requested(shop, sell(shop), reason="other")).return_.state is ReturnState.REQUESTED


def test_the_second_return_takes_the_units_that_are_left(shop: Shop) -> None:
    order = sell(shop, Sold(3000, 3))
    first = look(shop, requested(shop, order, units=[2]))
    second = look(shop, requested(shop, order))
    assert [i.unit_no for i in first.items] == [1, 2]
    assert [i.unit_no for i in second.items] == [3]


def test_a_draft_claims_nothing(shop: Shop) -> None:
    order = sell(shop)
    drafted(shop, order)
    with shop.transaction(reading=True):
        assert find(Order, order).lines[0].claimed == 0


def test_one_order_has_one_draft(shop: Shop) -> None:
    order = sell(shop)
    assert drafted(shop, order, units=[1]) == drafted(shop, order, units=[2])


def test_what_was_said_about_lines_that_stay_is_kept(shop: Shop) -> None:
    order = sell(shop, SOCKS, BOOTS)
    id = drafted(shop, order, units=[1, 1], reason="too_small")
    with shop.transaction():
        held = locked(Order, order)
        verdicts = drafting.verdicts_on(held, ZONE)
        drafting.choose_items(held, {held.lines[0].id: 2}, verdicts, shopper(order))
    with shop.transaction(reading=True):
        (line,) = find(Return, id).lines
        assert (line.reason, line.comment, line.quantity) == ("too_small", "so", 2)


def test_a_draft_that_was_submitted_cannot_be_submitted_again(shop: Shop) -> None:
    order = sell(shop)
    id = requested(shop, order)
    with pytest.raises(Conflict), shop.transaction():
        submit(locked(Return, id), 0, ZONE, shopper(order))


def test_a_draft_with_a_step_open_is_refused(shop: Shop) -> None:
    order = sell(shop)
    with shop.transaction():
        held = locked(Order, order)
        lines = {held.lines[0].id: 1}
        draft = drafting.choose_items(held, lines, drafting.verdicts_on(held, ZONE), shopper(order)).id
    with pytest.raises(Refusal), shop.transaction():
        submit(locked(Return, draft), 0, ZONE, shopper(order))


def test_a_window_that_closed_over_the_draft_refuses_it_with_the_day(shop: Shop) -> None:
    order = sell(shop, days_ago=20)
    id = drafted(shop, order)
    with clock.at(clock.now() + timedelta(days=60)), pytest.raises(Refusal) as refused, shop.transaction():
        submit(locked(Return, id), 0, ZONE, shopper(order))
    assert "ended" in refused.value.message.id


@pytest.mark.parametrize("units", [0, 3, -1])
def test_only_units_that_are_there_can_be_chosen(shop: Shop, units: int) -> None:
    order = sell(shop, SOCKS)
    with pytest.raises(Refusal), shop.transaction():
        held = locked(Order, order)
        wanted = {held.lines[0].id: units}
        drafting.choose_items(held, wanted, drafting.verdicts_on(held, ZONE), shopper(order))


def test_the_reason_other_needs_words(shop: Shop) -> None:
    order = sell(shop)
    id = drafted(shop, order)
    with pytest.raises(Refusal) as refused, shop.transaction():
        draft = locked(Return, id)
        drafting.give_reasons(draft, {draft.lines[0].id: ("other", "  ")}, shopper(order))
    assert refused.value.field.startswith("comment-")


def test_store_credit_needs_an_owner(shop: Shop) -> None:
    with pytest.raises(Refusal):
        drafted(shop, sell(shop, email="", email_key=""), resolution=Resolution.STORE_CREDIT)


def test_declining_one_unit_authorizes_the_rest_and_frees_it(shop: Shop) -> None:
    order = sell(shop, Sold(60_000, 2))
    id = requested(shop, order)
    with shop.transaction():
        return_ = locked(Return, id)
        authorize(return_, shopper(order), [return_.items[1].id], "Only one was faulty.")
    seen = look(shop, id)
    assert seen.return_.state is ReturnState.PARTIALLY_AUTHORIZED
    assert [i.state for i in seen.items] == [ItemState.AUTHORIZED, ItemState.DECLINED]
    assert seen.order.lines[0].claimed == 1


def test_denying_needs_a_reason_and_frees_every_unit(shop: Shop) -> None:
    order = sell(shop, Sold(60_000, 2))
    id = requested(shop, order)
    with pytest.raises(Refusal), shop.transaction():
        deny(locked(Return, id), " ", shopper(order))
    with shop.transaction():
        deny(locked(Return, id), "Not bought here.", shopper(order))
    seen = look(shop, id)
    assert (seen.return_.stage, seen.order.lines[0].claimed) == (Stage.DENIED, 0)


def test_cancelling_twice_is_cancelling_once(shop: Shop) -> None:
    order = sell(shop)
    id = requested(shop, order)
    for _ in range(2):
        with shop.transaction():
            cancel(locked(Return, id), shopper(order))
    seen = look(shop, id)
    assert (seen.return_.stage, seen.order.lines[0].claimed) == (Stage.CANCELLED, 0)


def test_what_has_arrived_cannot_be_cancelled(shop: Shop) -> None:
    order = sell(shop)
    id = requested(shop, order)
    take_in(shop, id)
    with pytest.raises(Conflict), shop.transaction():
        cancel(locked(Return, id), shopper(order))


def test_giving_up_on_every_unit_cancels_the_return(shop: Shop) -> None:
    order = sell(shop)
    id = requested(shop, order)
    with shop.transaction():
        give_up(locked(Return, id), shopper(order))
    assert look(shop, id).return_.state is ReturnState.CANCELLED


def test_a_return_of_which_nothing_comes_expires(shop: Shop, worker, at) -> None:  # type: ignore[no-untyped-def]
    id = requested(shop, sell(shop))
    at(clock.now() + timedelta(days=22))
    worker()
    seen = look(shop, id)
    assert (seen.return_.state, seen.order.lines[0].claimed) == (ReturnState.EXPIRED, 0)


def test_the_trail_is_one_unbroken_chain(shop: Shop) -> None:
    id = requested(shop, sell(shop))
    with shop.transaction(reading=True):
        return_ = find(Return, id)
        rows = timeline(return_)
        assert not chain_breaks(rows, return_.trail_hash)
        rows[1].__dict__["after"] = "denied"
        assert chain_breaks(rows, return_.trail_hash) == [2]


def test_each_event_orders_its_mail_once(shop: Shop) -> None:
    id = requested(shop, sell(shop))
    with shop.transaction(reading=True):
        events = session.scalars(sa.select(Notice.event).where(Notice.return_id == id)).all()
    assert events == ["approved"]


def test_a_card_number_is_not_kept_in_a_comment(shop: Shop) -> None:
    order = sell(shop)
    id = drafted(shop, order)
    with pytest.raises(Refusal) as refused, shop.transaction():
        draft = locked(Return, id)
        said = {draft.lines[0].id: ("other", "Charge 4111 1111 1111 1111 please")}
        drafting.give_reasons(draft, said, shopper(order))
    assert refused.value.field.startswith("comment-")
