"""The record's reads: what belongs to a return, what may be done to it, and what happened to it."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.audit import Actor, Event
from portal.db import locked
from portal.errors import NotFound
from portal.policies import Grade
from portal.refunds.legs import advance, fail, replace, replaceable
from portal.refunds.models import Refund
from portal.returns import Return, ReturnState, Stage
from portal.returns.clocks import Due, Duty, Times, dues, next_due
from portal.returns.deciding import authorize
from portal.returns.inspecting import inspect
from portal.returns.receiving import awaited, receive
from portal.views.record import Act, Record, record_of
from portal.views.story import Story, story_of
from tests.harness.apps import counted
from tests.harness.sales import (
    BOOTS,
    SOCKS,
    Sold,
    approve_ready,
    approved,
    check,
    drafted,
    inspected,
    look,
    received,
    requested,
    sell,
)
from tests.harness.shops import Shop
from tests.harness.trading import policy, whole

At = Callable[[datetime], None]
DAY = timedelta(days=1)
NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
SHIRTS = Sold(300 * 1990, 300, "TS-ORG", "Bio-T-Shirt")


@contextmanager
def reading(shop: Shop, id: uuid.UUID) -> Iterator[Record]:
    with shop.transaction(reading=True):
        yield record_of(id)


def some_in(shop: Shop, id: uuid.UUID, n: int) -> None:
    """Receive so many units of the first line, and check them."""
    with shop.transaction():
        return_ = locked(Return, id)
        line = next(iter(awaited(return_)))
        receive(return_, {line: n}, Actor("system"))
    check(shop, id)


@pytest.mark.sqlite
def test_a_draft_and_another_shops_return_have_no_record(shop: Shop, other_shop: Shop) -> None:
    draft = drafted(shop, sell(shop))
    theirs = requested(other_shop, sell(other_shop))
    for id in (draft, theirs):
        with shop.transaction(reading=True), pytest.raises(NotFound):
            record_of(id)


@pytest.mark.parametrize(
    ("stand", "acts"),
    [
        ("asked", {Act.AUTHORIZE, Act.DENY, Act.CANCEL}),
        ("approved", {Act.CANCEL, Act.KEEP}),
        ("dock", set()),
        ("some", {Act.GIVE_UP, Act.APPROVE, Act.CORRECT, Act.KEEP, Act.REDUCE}),
        ("ready", {Act.APPROVE, Act.CORRECT, Act.REDUCE}),
        ("paying", set()),
    ],
)
@pytest.mark.sqlite
def test_only_what_is_legal_can_be_done(shop: Shop, stand: str, acts: set[Act]) -> None:
    order = sell(shop)
    makers = {
        "asked": lambda: requested(shop, order, reason="other"),
        "approved": lambda: requested(shop, order),
        "dock": lambda: received(shop, order),
        "some": lambda: requested(shop, order),
        "ready": lambda: inspected(shop, order),
        "paying": lambda: approved(shop, order),
    }
    id = makers[stand]()
    if stand == "some":
        some_in(shop, id, 1)
    with reading(shop, id) as found:
        assert found.acts == acts | {Act.GOODWILL}


def test_a_closed_return_can_only_be_opened_again(shop: Shop, worker: Callable[[], int]) -> None:
    id = approved(shop, sell(shop))
    worker()
    with reading(shop, id) as found:
        assert found.acts == {Act.REOPEN, Act.GOODWILL}


def test_units_that_are_alike_stand_in_one_row(shop: Shop) -> None:
    id = received(shop, sell(shop, BOOTS, SHIRTS))
    with shop.transaction():
        items = locked(Return, id).items
        for item in items[1:4]:
            inspect(item, {}, Grade.DAMAGED, Actor("system"))
    with reading(shop, id) as found:
        assert [(b.line.order_line.sku, len(b.items), b.units) for b in found.bunches] == [
            ("WS-HGP", 1, "1"),
            ("TS-ORG", 3, "1–3"),
            ("TS-ORG", 297, "4–300"),
        ]


def test_what_is_ready_and_what_comes_later_add_up(shop: Shop) -> None:
    id = requested(shop, sell(shop, SOCKS, BOOTS))
    some_in(shop, id, 1)
    with reading(shop, id) as found:
        assert found.ready and found.whole
        # one pair of socks at 17.01 less the way back; its twin and the boots follow
        assert found.ready.amount == 1701 - 490 and found.whole.amount == 1701 * 2 + 17010 - 490
        assert found.later == 1701 + 17010
        assert sum(b.amount or 0 for b in found.bunches) == 1701 * 2 + 17010


def test_what_was_approved_stands_as_it_was_approved(shop: Shop) -> None:
    id = requested(shop, sell(shop))
    some_in(shop, id, 1)
    approve_ready(shop, id)
    with reading(shop, id) as found:
        assert [(r.amount, [leg.amount for leg in r.legs]) for r in found.refunds] == [(1211, [1211])]
        assert found.ready is None and found.whole and found.whole.amount == 1701
        assert {b.item.refunding: b.amount for b in found.bunches} == {True: 1701, False: 1701}


def test_the_record_costs_the_same_for_few_units_and_for_many(shop: Shop) -> None:
    costs = []
    for n, sold in enumerate((SOCKS, SHIRTS)):
        id = requested(shop, sell(shop, sold, number=str(n)), reason="damaged")
        some_in(shop, id, sold.quantity // 2)
        approve_ready(shop, id)
        with shop.transaction(reading=True), counted(shop.app) as statements:
            record_of(id)
            story_of(id)
        costs.append(len(statements))
    # the second plan asks what went before, so 12 of the 15 that a page may take
    assert costs[0] == costs[1] <= 12


def story(shop: Shop, id: uuid.UUID, *args: int) -> Story:
    with shop.transaction(reading=True):
        return story_of(id, *args)


def test_a_command_is_one_entry_however_many_units_it_was_about(shop: Shop) -> None:
    id = received(shop, sell(shop, SHIRTS))
    newest, *_, first = story(shop, id).entries
    assert (newest.event, newest.units, newest.kind) == ("item.received", 300, "system")
    assert first.event == "return.draft_started" and first.kind == "shopper"


def test_who_decided_and_what_was_declined_are_told(shop: Shop) -> None:
    id = requested(shop, sell(shop, SOCKS, BOOTS), reason="other")
    with shop.transaction():
        return_ = locked(Return, id)
        authorize(return_, shop.actor(), {return_.items[0].id}, "Worn.")
    (entry,) = [e for e in story(shop, id).entries if e.event == "return.authorized"]
    assert (entry.who, entry.units, entry.declined, entry.policy_version) == ("Wiebke Köster", 3, 1, 1)


@pytest.mark.sqlite
def test_checks_that_came_to_different_things_are_told_apart(shop: Shop, at: At) -> None:
    at(NOON)
    id = received(shop, sell(shop))
    with shop.transaction():
        one, two = locked(Return, id).items
        inspect(one, {}, Grade.NEW, Actor("system"))
        inspect(two, {}, Grade.DAMAGED, Actor("system"))
    entries = [e for e in story(shop, id).entries if e.event == "item.inspected"]
    assert [(e.units, e.data["grade"]) for e in entries] == [(1, "D"), (1, "A")]


def test_a_long_story_comes_in_pages(shop: Shop) -> None:
    id = approved(shop, sell(shop))
    whole = story(shop, id).entries
    first = story(shop, id, 10**9, 4)
    assert first.older
    second = story(shop, id, first.older, 100)
    assert [*first.entries, *second.entries] == list(whole) and second.older is None


@pytest.mark.sqlite
def test_a_failed_leg_may_go_again_until_another_takes_its_place(
    shop: Shop, worker: Callable[[], int]
) -> None:
    id = approved(shop, sell(shop))
    refund = look(shop, id).refunds[0].id
    with shop.transaction():
        leg = locked(Refund, refund).legs[0]
        assert not replaceable(leg)
        locked(Return, id)
        advance(leg, "submit", Event.LEG_SUBMITTED, Actor("system"))
        fail(leg, "declined", Actor("system"))
        assert replaceable(leg)
        new = replace(leg, Actor("system"))
        assert not replaceable(leg) and not replaceable(new)


POLICY = whole(policy()).policy


def test_who_has_to_act_by_when_follows_from_where_it_stands(at: At) -> None:
    at(NOON + DAY)
    soon, two_weeks = NOON + 2 * DAY, NOON + 14 * DAY
    due = next_due(Times(ReturnState.REQUESTED, Stage.REQUESTED, NOON, answer_by=soon), POLICY)
    assert due == Due(Duty.ANSWER, NOON, soon)
    assert due and (due.used, due.left) == (50, DAY)
    approved_ = Times(ReturnState.AUTHORIZED, Stage.APPROVED, decided_at=NOON, hand_in_by=two_weeks)
    assert dues(approved_, POLICY) == [Due(Duty.HAND_IN, NOON, two_weeks)]
    closed = Times(ReturnState.CLOSED, Stage.CHECKED, owed_since=NOON, objected_since=NOON)
    assert dues(closed, POLICY) == []


def test_every_clock_that_runs_is_told_the_soonest_first() -> None:
    open_: Any = {"state": ReturnState.AUTHORIZED, "stage": Stage.RECEIVED}
    later = NOON + 2 * DAY
    running = Times(**open_, delivered_at=later, unchecked_since=NOON, owed_since=NOON, objected_since=NOON)
    assert [(due.duty, due.until - NOON) for due in dues(running, POLICY)] == [
        (Duty.INSPECT, 3 * DAY),
        (Duty.DECIDE, 3 * DAY),
        (Duty.RECEIVE, 4 * DAY),
        (Duty.PAY, 14 * DAY),
    ]
    hasty = whole(policy(pay_days=1)).policy
    found = dues(Times(**open_, unchecked_since=NOON, owed_since=NOON), hasty)
    assert [due.until - NOON for due in found] == [DAY, DAY]  # what must be paid tomorrow is checked by then


def test_a_deadline_that_is_over_has_used_all_its_time(at: At) -> None:
    at(NOON + timedelta(days=5))
    due = Due(Duty.ANSWER, NOON, NOON + timedelta(days=2))
    assert (due.used, due.left) == (100, timedelta(days=-3))
