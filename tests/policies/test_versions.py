"""Versions are numbered, immutable and pinned."""

from datetime import UTC, datetime

import sqlalchemy as sa

from portal import clock
from portal.audit.actors import SYSTEM
from portal.db import find, session
from portal.policies.models import PolicyVersion, Standing
from portal.policies.versions import activate, in_force
from portal.returns.models import Return
from portal.tenants import locked_shop
from tests.harness.sales import requested, sell
from tests.harness.shops import Shop
from tests.harness.trading import policy, whole


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
