"""What one person may approve alone: at once, in a day of the shop's place, and away from the quote."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal import clock
from portal.audit import Actor
from portal.errors import Refusal
from portal.orders.units import UnitMoney
from portal.people.roles import Role
from portal.policies import Limits
from portal.refunds import seconding
from portal.refunds.approving import Two, approve
from portal.refunds.limiting import Alone, alone_by, approved_alone, today, why_two
from portal.refunds.planning import FeeTerms, Plan, Unit, plan
from portal.refunds.tendering import Issued
from portal.returns.lifecycle import ItemState
from portal.tenants import this_shop
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop
from tests.harness.trading import Trade

pytestmark = pytest.mark.sqlite
BERLIN = "Europe/Berlin"


def came(*reductions: int, fee: int = 0, quoted: int | None = None, bound: int = 10**9) -> Plan:
    """Units of 100.00 each, reduced by so many basis points; `quoted`: another fee than what it is now."""
    money = UnitMoney(10_000, 0, {"19": 1_597}, tax_inside=True)
    terms = FeeTerms("f", "Fee", 0, fee)
    told = None if quoted is None else FeeTerms("q", "Fee", 0, quoted)
    units = [Unit(uuid.uuid4(), money, terms, points, quoted=told) for points in reductions]
    return plan(units, bound=bound, to=Issued(), shipping=490)


@pytest.mark.parametrize(
    ("limits", "made", "two"),
    [
        ({"each": 9_510}, came(0), False),
        ({"each": 9_509}, came(0), True),
        ({"off": 5_000}, came(5_000), False),
        ({"off": 4_999}, came(5_000), True),
        ({"off": 4_999}, came(0, 2_500, 2_500), True),
        ({"off": 0}, came(0, fee=1_500), False),  # the fee was in the quote
        ({"off": 1_499}, came(0, fee=1_500, quoted=0), True),  # it came with the grade
        ({"off": 1_500}, came(0, fee=1_500, quoted=0), False),
        ({"off": 1_499}, came(0, fee=0, quoted=1_500), True),  # it fell away
        ({"off": 0}, came(0, fee=1_500, quoted=1_500), False),
        ({"off": 999}, came(0, bound=8_510), True),
        ({"off": 1_000}, came(0, bound=8_510), False),
        ({"points": 5_257}, came(5_000), True),  # 5_000 of 9_510 is 52.576 %
        ({"points": 5_258}, came(5_000), False),
        ({"points": 0}, came(0, 0), False),
        ({}, came(10_000), False),
    ],
)
def test_equal_to_a_limit_takes_one_and_a_minor_unit_above_it_two(
    limits: dict[str, int], made: Plan, two: bool
) -> None:
    assert made.quoted == made.amount - made.deviation
    found = why_two(made, Alone("EUR", **limits), uuid.uuid4(), BERLIN)
    assert (found is not None) is two


def test_a_policy_says_the_limits_by_currency() -> None:
    said = Limits.model_validate(
        {"alone_per_day": {"EUR": 20_000}, "off_quote": {"points": 1_000, "amounts": {"EUR": 500}}}
    )
    from_it = alone_by(said, "EUR")
    assert from_it == Alone("EUR", None, 20_000, 500, 1_000)
    assert alone_by(said, "GBP") == Alone("GBP", points=1_000)


DAY = Two(Alone("EUR", day=20_000))


def ready(trade: Trade, amount: int) -> uuid.UUID:
    """A return of which so much is to be approved."""
    return_ = trade.ask(trade.order(Sold(amount)), {1: 1}, "damaged")
    trade.receive(return_)
    trade.inspect(return_)
    return return_


def approved(trade: Trade, return_: uuid.UUID, amount: int, by: Actor) -> uuid.UUID:
    with trade.on(return_) as held:
        return approve(held, amount, by, None, two=DAY).id


def used(trade: Trade, by: Actor) -> int:
    with trade.shop.transaction(reading=True):
        assert by.id
        return approved_alone(by.id, "EUR", today(this_shop().zone))


def test_a_day_is_the_shops_and_each_persons_own(shop: Shop) -> None:
    trade, owner, manager = Trade(shop), shop.actor(), shop.actor(Role.MANAGER)
    first, full, over, others, next_day = (ready(trade, n) for n in (12_000, 8_000, 1, 8_001, 20_000))
    midnight = datetime.combine(clock.now().date() + timedelta(days=2), time(), ZoneInfo(BERLIN))
    with clock.at(midnight - timedelta(hours=20)):
        approved(trade, first, 12_000, owner)
        with pytest.raises(Refusal, match="Alone you approve"):
            approved(trade, others, 8_001, owner)
        taken_back = approved(trade, full, 8_000, owner)  # exactly the limit
        with pytest.raises(Refusal, match="takes two people"):
            approved(trade, over, 1, owner)
        trade.cancel_refund(taken_back)
        approved(trade, over, 1, owner)
        assert used(trade, owner) == 12_001
        approved(trade, others, 8_001, manager)
    with clock.at(midnight - timedelta(microseconds=1)), pytest.raises(Refusal, match="takes two people"):
        approved(trade, full, 8_000, owner)
    with clock.at(midnight):
        approved(trade, next_day, 20_000, owner)
        assert (used(trade, owner), used(trade, manager)) == (20_000, 0)


@pytest.mark.parametrize(
    ("zone", "before", "day", "hours"),
    [
        (BERLIN, "2026-03-28T23:00+00:00", "2026-03-29", 23),  # the clocks go forward that night
        (BERLIN, "2026-10-24T22:00+00:00", "2026-10-25", 25),  # and back
        ("Asia/Beirut", "2026-03-28T22:00+00:00", "2026-03-29", 23),  # forward at midnight: there is none
        ("Africa/Cairo", "2026-10-28T21:00+00:00", "2026-10-29", 25),  # back at midnight, which comes twice
        ("Pacific/Kiritimati", "2026-11-27T10:00+00:00", "2026-11-28", 24),
    ],
)
def test_a_day_is_as_long_as_it_is_where_the_shop_is(zone: str, before: str, day: str, hours: int) -> None:
    first = datetime.fromisoformat(before)
    for moment, is_that in (
        (first - timedelta(microseconds=1), False),
        (first, True),
        (first + timedelta(hours=hours) - timedelta(microseconds=1), True),
        (first + timedelta(hours=hours), False),
    ):
        with clock.at(moment):
            assert (today(zone).isoformat() == day) is is_that, moment


def test_what_was_used_on_the_long_day_of_autumn_is_used_until_its_end(shop: Shop) -> None:
    trade, owner = Trade(shop), shop.actor()
    first, second, third = (ready(trade, n) for n in (12_000, 8_000, 1))
    year = clock.now().year + 1
    sundays = [d for d in range(25, 32) if date(year, 10, d).weekday() == 6]
    midnight = datetime(year, 10, sundays[0], tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    with clock.at(midnight):
        approved(trade, first, 12_000, owner)
    with clock.at(midnight + timedelta(hours=24)):  # 23:00 of the same day
        approved(trade, second, 8_000, owner)
        with pytest.raises(Refusal, match="takes two people"):
            approved(trade, third, 1, owner)
    with clock.at(midnight + timedelta(hours=25)):
        approved(trade, third, 1, owner)


def test_what_two_people_approve_counts_for_neither(shop: Shop) -> None:
    trade, owner, manager = Trade(shop), shop.actor(), shop.actor(Role.MANAGER)
    mine, large = ready(trade, 20_000), ready(trade, 9_000)
    approved(trade, mine, 20_000, owner)
    with trade.on(large) as held:
        seconding.propose(held, 9_000, owner, None, DAY.limits)
    with pytest.raises(Refusal, match="You have approved it first"), trade.on(large) as held:
        seconding.second(held, 9_000, owner, None, DAY.limits)
    with trade.on(large) as held:  # who could have done it alone, and is the second all the same
        refund = seconding.second(held, 9_000, manager, None, DAY.limits)
        assert (refund.proposal_id is not None, refund.alone) == (True, False)
    assert (used(trade, owner), used(trade, manager)) == (20_000, 0)


LID = Alone("EUR", each=10_000)


def parts_of(trade: Trade, *amounts: int) -> uuid.UUID:
    """A return of as many units, none of them checked."""
    order = trade.order(*(Sold(amount) for amount in amounts))
    return_ = trade.ask(order, dict.fromkeys(range(1, len(amounts) + 1), 1), "damaged")
    trade.receive(return_)
    return return_


def next_one(trade: Trade, return_: uuid.UUID, amount: int, by: Actor) -> uuid.UUID:
    """The next unit is checked and its refund approved by one person."""
    items = look(trade.shop, return_).items
    trade.inspect(return_, items=[next(item.id for item in items if item.state is ItemState.RECEIVED)])
    with trade.on(return_) as held:
        return approve(held, amount, by, None, two=Two(LID)).id


def test_the_refunds_of_one_return_count_together(shop: Shop) -> None:
    trade, owner, manager = Trade(shop), shop.actor(), shop.actor(Role.MANAGER)
    return_ = parts_of(trade, 6_000, 4_001)
    first = next_one(trade, return_, 6_000, owner)
    with pytest.raises(Refusal, match="approved before"):
        next_one(trade, return_, 4_001, owner)
    with pytest.raises(Refusal, match="approved before"), trade.on(return_) as held:
        approve(held, 4_001, manager, None, two=Two(LID))  # whoever approved what before
    with trade.on(return_) as held:
        seconding.propose(held, 4_001, owner, None, LID)
    with trade.on(return_) as held:
        assert seconding.second(held, 4_001, manager, None, LID).proposal_id
    assert first


def test_what_was_taken_back_does_not_count_and_exactly_the_limit_takes_one(shop: Shop) -> None:
    trade, owner = Trade(shop), shop.actor()
    return_ = parts_of(trade, 6_000, 4_000)
    trade.cancel_refund(next_one(trade, return_, 6_000, owner))
    assert next_one(trade, return_, 10_000, owner)
    other = parts_of(trade, 6_000, 4_000)
    next_one(trade, other, 6_000, owner)
    assert next_one(trade, other, 4_000, owner)
