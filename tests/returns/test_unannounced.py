"""A parcel nobody announced: its return is made at the dock, and holds like any other."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Event, timeline
from portal.db import find, locked, session
from portal.errors import Conflict, Refusal
from portal.notices.models import SentMail
from portal.orders.models import Order
from portal.policies import Resolution
from portal.refunds.quoting import open_items, plan_for
from portal.returns import deciding, unannounced
from portal.returns.lifecycle import ItemState, ParcelState, ReturnState, Stage
from portal.returns.models import Return
from portal.web.ritual import Portal
from tests.harness.sales import BOOTS, SOCKS, ZONE, Sold, approve_ready, check, drafted, look, requested, sell
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well

EMRE = Actor("system")


def turn_up(shop: Shop, order: uuid.UUID, *counts: int) -> uuid.UUID:
    with shop.transaction():
        held = locked(Order, order)
        counted = {line.id: n for line, n in zip(held.lines, counts, strict=False)}
        return unannounced.take_in(held, unannounced.Found(counted), ZONE, worth, shop.actor()).id


def worth(return_: Return) -> int:
    return plan_for(return_, open_items(return_)).amount


def say(shop: Shop, id: uuid.UUID, wanted: Resolution, by: Actor, reason: str = "") -> None:
    with shop.transaction():
        return_ = locked(Return, id)
        unannounced.wish(return_, wanted, {line.id: reason for line in return_.lines}, by)


def test_what_the_rules_allow_is_received_at_once_and_the_shopper_is_asked(
    app: Portal, shop: Shop, worker: Callable[[], int]
) -> None:
    id = turn_up(shop, sell(shop, SOCKS), 1)
    seen = look(shop, id)
    assert seen.return_.state is ReturnState.AUTHORIZED and seen.return_.stage is Stage.RECEIVED
    assert [i.state for i in seen.items] == [ItemState.RECEIVED]
    assert [p.state for p in seen.return_.parcels] == [ParcelState.RECEIVED]
    assert seen.return_.unasked and seen.return_.quoted > 0 and seen.return_.return_shipping == 0
    worker()
    with shop.transaction(reading=True):
        mails = session.scalars(sa.select(SentMail.subject)).all()
        told = [row.actor_kind for row in timeline(find(Return, id)) if row.event == Event.ITEM_RECEIVED]
        assert told == ["person"]  # who counted it, though a rule authorized it
    assert len(mails) == 1 and "arrived" in mails[0]
    ends_well(app)


def test_no_refund_is_approved_before_it_is_known_what_the_shopper_wants(app: Portal, shop: Shop) -> None:
    id = turn_up(shop, sell(shop, BOOTS), 1)
    check(shop, id)
    with pytest.raises(Refusal, match="has not said"):
        approve_ready(shop, id)
    say(shop, id, Resolution.STORE_CREDIT, Actor("shopper", look(shop, id).order.id))
    approve_ready(shop, id)
    assert look(shop, id).refunds[0].resolution is Resolution.STORE_CREDIT
    ends_well(app)


def test_a_verdict_of_no_asks_a_person_whose_yes_takes_in_what_was_counted(app: Portal, shop: Shop) -> None:
    order = sell(shop, BOOTS)
    with clock.at(clock.now() + timedelta(days=200)):
        id = turn_up(shop, order, 1)
        seen = look(shop, id)
        assert (seen.return_.state, seen.return_.stage) == (ReturnState.REQUESTED, Stage.REQUESTED)
        assert seen.return_.answer_by and seen.return_.parcels[0].state is ParcelState.DELIVERED
        with shop.transaction(), pytest.raises(Conflict):
            deciding.cancel(locked(Return, id), EMRE)
        with shop.transaction():
            deciding.authorize(locked(Return, id), shop.actor())
    seen = look(shop, id)
    assert [i.state for i in seen.items] == [ItemState.RECEIVED] and len(seen.return_.parcels) == 1
    ends_well(app)


def test_a_no_of_the_desk_releases_the_units(app: Portal, shop: Shop) -> None:
    order = sell(shop, BOOTS)
    with clock.at(clock.now() + timedelta(days=200)):
        id = turn_up(shop, order, 1)
        with shop.transaction():
            deciding.deny(locked(Return, id), "Far too late.", shop.actor())
    assert look(shop, id).order.lines[0].claimed == 0
    ends_well(app)


def test_units_of_another_return_are_not_counted_twice(shop: Shop) -> None:
    order = sell(shop, SOCKS)
    requested(shop, order, units=[1])
    with pytest.raises(Refusal) as refused:
        turn_up(shop, order, 2)
    with shop.transaction(reading=True):
        assert refused.value.field == str(find(Order, order).lines[0].id)
    with pytest.raises(Refusal):
        turn_up(shop, order, 0)


def test_a_draft_of_the_shoppers_own_stays_theirs(app: Portal, shop: Shop) -> None:
    order = sell(shop, SOCKS)
    draft = drafted(shop, order, units=[1])
    id = turn_up(shop, order, 1)
    assert look(shop, draft).return_.state is ReturnState.DRAFT and id != draft
    ends_well(app)


def test_the_shopper_says_it_once_and_the_desk_until_a_refund_is_approved(shop: Shop) -> None:
    id = turn_up(shop, sell(shop, BOOTS), 1)
    shopper = Actor("shopper", look(shop, id).order.id)
    say(shop, id, Resolution.ORIGINAL, shopper, "changed_mind")
    with pytest.raises(Conflict):
        say(shop, id, Resolution.STORE_CREDIT, shopper)
    say(shop, id, Resolution.STORE_CREDIT, shop.actor())
    check(shop, id)
    approve_ready(shop, id)
    with pytest.raises(Conflict):
        say(shop, id, Resolution.ORIGINAL, shop.actor())


def test_a_reason_that_the_policy_lacks_is_refused(shop: Shop) -> None:
    id = turn_up(shop, sell(shop, Sold(3000, 1)), 1)
    with pytest.raises(Refusal):
        say(shop, id, Resolution.ORIGINAL, shop.actor(), "no_such_reason")


def test_the_trail_says_how_it_came(shop: Shop) -> None:
    id = turn_up(shop, sell(shop, BOOTS), 1)
    with shop.transaction(reading=True):
        events = [row.event for row in timeline(find(Return, id))]
    assert events[0] == Event.RETURN_UNANNOUNCED and Event.ITEM_RECEIVED in events
