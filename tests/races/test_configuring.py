"""Two people at once who put the configuration in force."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.audit import Actor
from portal.db import locked
from portal.policies import publishing, versions
from portal.policies.models import PolicyDraft, PolicyVersion, Standing
from portal.tenants import locked_shop
from portal.web.ritual import Portal
from tests.harness.configuring import approved, both
from tests.harness.trading import Trade, policy
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race


def publish(trade: Trade, draft: uuid.UUID, by: Actor) -> None:
    with trade.shop.transaction():
        shop = locked_shop()
        publishing.publish(shop, locked(PolicyDraft, draft), by)


def ready(trade: Trade) -> list[tuple[uuid.UUID, Actor]]:
    """Two drafts of version 1 that say different things, and who wants which."""
    people = both(trade.shop)
    with trade.shop.transaction():
        return [
            (approved(by, other, policy(credit_bonus=100 * n)).id, by)
            for n, (by, other) in enumerate((people, people[::-1]), start=1)
        ]


def active(trade: Trade) -> int:
    with trade.shop.transaction(reading=True) as own:
        mine = (PolicyVersion.tenant_id == trade.shop.id, PolicyVersion.standing == Standing.ACTIVE)
        return own.scalars(sa.select(sa.func.count(PolicyVersion.id)).where(*mine)).one()


def test_of_two_drafts_of_one_version_one_comes_into_force(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    racers = [Racer(publish, wish, threads=2) for wish in ready(trade)]
    assert race(ground, *racers) == [DONE, *[REFUSED] * 3]
    assert active(trade) == 1 and broken() == set()


@pytest.mark.sqlite
def test_without_the_guards_both_are_in_force(app: Portal, trade: Trade, ground: Ground) -> None:
    """The control of the race above. On PostgreSQL the row of the version that both retire is a guard of its
    own, which cannot be taken away."""
    wishes = ready(trade)
    drop(
        app,
        *("uq_policy_version_active", "policy_version.uq_policy_version_tenant_id_no"),
        "trail.uq_trail_chain_no",
    )
    careless = pause_before(versions, "add")
    race(ground, *(Racer(publish, wish, careless=careless) for wish in wishes))
    assert active(trade) == 2
