"""Versions are numbered, immutable and pinned."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.audit.actors import SYSTEM
from portal.db import find, session
from portal.policies import Disposition, Grade
from portal.policies.models import PolicyVersion, Standing
from portal.policies.versions import activate, in_force
from portal.refunds.models import Refund
from portal.refunds.quoting import open_items, plan_for
from portal.returns.models import Return
from portal.tenants import locked_shop
from tests.harness.sales import SOCKS, look, requested, sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy, whole


def next_version(shop: Shop, days: int) -> None:
    """Put a version in force whose window has so many days."""
    with shop.transaction():
        activate(locked_shop(), whole(policy(window={"days": days, "transit_days": 5})), SYSTEM)


def test_one_version_is_active_at_a_time(shop: Shop) -> None:
    next_version(shop, 14)
    with shop.transaction(reading=True):
        found = session.execute(
            sa.select(PolicyVersion.no, PolicyVersion.standing)
            .where(PolicyVersion.tenant_id == shop.id)
            .order_by(PolicyVersion.no)
        ).all()
    assert found == [(1, Standing.RETIRED), (2, Standing.ACTIVE)]


def test_an_order_is_judged_by_the_version_of_its_day(shop: Shop) -> None:
    before = clock.now()
    next_version(shop, 14)
    with shop.transaction(reading=True):
        assert in_force(before).no == 1
        assert in_force(clock.now()).no == 2
        assert in_force(datetime(2001, 1, 1, tzinfo=UTC)).no == 1


def test_a_return_keeps_the_version_it_was_judged_under(shop: Shop) -> None:
    id = requested(shop, sell(shop))
    next_version(shop, 0)
    with shop.transaction(reading=True):
        return_ = find(Return, id)
        assert return_.policy.no == 1
        verdict = return_.lines[0].verdict
        assert verdict and verdict.version == 1


HARSH: list[dict[str, Any]] = [
    {"fees": [{"id": "all", "label": "All", "points": 10_000}]},
    {"return_shipping": {"EUR": 99_900}, "way_back": {"free_for": ["original"]}},
    {"window": {"days": 0, "transit_days": 0}, "extend": {"weekends": ["sunday"]}},
    {"placings": [{"id": "all", "disposition": "destroy"}], "worths": [{"id": "all", "points": 1}]},
    {"reasons": [{"code": "none", "label": "None", "fault": "shopper", "review": True}]},
    {"returnless": [{"id": "all", "label": "All", "up_to": {"EUR": 10**6}}], "tender_order": "pro_rata"},
]


@pytest.mark.sqlite
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(later=st.lists(st.sampled_from(HARSH), min_size=1, max_size=3))
def test_a_later_version_never_changes_a_return_that_pinned_an_earlier_one(
    shop: Shop, later: list[dict[str, Any]]
) -> None:
    trade = Trade(shop)
    trade.rule(policy())
    with clock.at(clock.now() + timedelta(days=10)):
        id = requested(shop, trade.order(SOCKS), units=[2])
        before = told(shop, id)
        for changes in later:
            trade.rule(policy(**changes))
        assert told(shop, id) == before
        trade.receive(id)
        trade.inspect(id, Grade.USED)
        with shop.transaction(reading=True):
            items = look(shop, id).items
            assert {item.disposition for item in items} == {Disposition.REFURBISH}
        refund = trade.approve(id)
        with shop.transaction(reading=True):
            assert find(Refund, refund).amount == before[0]


def told(shop: Shop, id: uuid.UUID) -> tuple[Any, ...]:
    """What a return comes to and by what it was judged."""
    with shop.transaction(reading=True):
        return_ = find(Return, id)
        plan = plan_for(return_, open_items(return_))
        verdicts = [line.stored_verdict for line in return_.lines]
        return plan.amount, plan.fees, plan.shipping, return_.quoted, return_.policy.no, verdicts
