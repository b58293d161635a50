"""Two people at once before a refund that takes two."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.audit import Actor
from portal.people.roles import Role
from portal.refunds import approving, giving, seconding
from portal.refunds.goodwill import Goodwill, GoodwillReason
from portal.refunds.limiting import Alone
from portal.refunds.models import Refund, RefundProposal
from portal.web.ritual import Portal
from tests.harness.sales import BOOTS, Sold, inspected, sell
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race
BUDGET = 10_000  # the default policy's
WORTH, ABOVE = 16_520, Alone("EUR", 10_000)


def propose(trade: Trade, return_: uuid.UUID, by: Actor) -> None:
    with trade.on(return_) as held:
        seconding.propose(held, WORTH, by, None, ABOVE)


def second(trade: Trade, return_: uuid.UUID, by: Actor) -> None:
    with trade.on(return_) as held:
        seconding.second(held, WORTH, by, None, ABOVE)


def approve(trade: Trade, return_: uuid.UUID, by: Actor) -> None:
    with trade.on(return_) as held:
        approving.approve(held, WORTH, by, None, two=approving.Two(Alone("EUR", day=WORTH)))


def grant(trade: Trade, return_: uuid.UUID, by: Actor) -> None:
    with trade.on(return_) as held:
        gift = giving.Gift(6_000, GoodwillReason.LATE)
        giving.grant(held, gift, by, BUDGET, "Europe/Berlin")


def both(trade: Trade) -> tuple[Actor, Actor]:
    return trade.shop.actor(), trade.shop.actor(Role.MANAGER)


def count(
    trade: Trade, kind: type[Refund | RefundProposal | Goodwill], *where: sa.ColumnElement[bool]
) -> int:
    with trade.shop.transaction(reading=True) as own:
        return own.scalars(sa.select(sa.func.count(kind.id)).where(*where)).one()


OPEN = RefundProposal.ended_at.is_(None)


def test_of_two_who_are_first_one_is_and_of_two_who_are_second_one_is(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    return_ = inspected(trade.shop, sell(trade.shop, BOOTS))
    firsts = [Racer(propose, [return_, by], threads=2) for by in both(trade)]
    assert race(ground, *firsts) == [DONE, *[REFUSED] * 3] and count(trade, RefundProposal, OPEN) == 1
    seconds = [Racer(second, [return_, by], threads=2) for by in both(trade)]
    assert race(ground, *seconds) == [DONE, *[REFUSED] * 3]  # whoever was first is refused, and who is late
    assert (count(trade, Refund), count(trade, RefundProposal, OPEN)) == (1, 0)
    assert broken() == set()


def test_without_the_guards_both_are_first(app: Portal, trade: Trade, ground: Ground) -> None:
    """The control of the race above. Whoever writes much later may end the other's, which was written too."""
    return_ = inspected(trade.shop, sell(trade.shop, BOOTS))
    drop(app, "uq_refund_proposal_open", "trail.uq_trail_chain_no")
    careless = pause_before(seconding, "end_proposals")
    race(ground, *(Racer(propose, [return_, by], careless=careless) for by in both(trade)))
    assert count(trade, RefundProposal) == 2


def test_of_two_approvals_of_one_person_that_fill_the_day_one_goes_through(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    racers = [
        Racer(approve, [inspected(trade.shop, sell(trade.shop, BOOTS, number=no)), trade.clerk])
        for no in "123"
    ]
    assert race(ground, *racers) == [DONE, REFUSED, REFUSED]
    assert count(trade, Refund) == 1 and broken() == set()


def test_without_the_lock_on_the_person_all_go_through(trade: Trade, ground: Ground) -> None:
    """The control of the race above."""
    careless = pause_before(approving, "_write")
    returns = [inspected(trade.shop, sell(trade.shop, BOOTS, number=no)) for no in "12"]
    race(ground, *(Racer(approve, [id, trade.clerk], careless=careless) for id in returns))
    assert count(trade, Refund) == 2


def wished(trade: Trade, n: int) -> list[uuid.UUID]:
    """Returns of orders with room for goodwill."""
    sold = Sold(20_000, 2, taxes={})
    return [trade.ask(trade.order(sold), {1: 1}) for _ in range(n)]


def test_of_three_who_spend_the_same_budget_one_does(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    assert race(ground, *(Racer(grant, [id, trade.clerk]) for id in wished(trade, 3))) == [
        DONE,
        *[REFUSED] * 2,
    ]
    assert count(trade, Goodwill) == 1 and broken() == set()


def test_without_the_lock_on_the_person_all_do(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    careless = pause_before(giving, "_write")
    race(ground, *(Racer(grant, [id, trade.clerk], careless=careless) for id in wished(trade, 2)))
    assert count(trade, Goodwill) == 2 and broken() == {"G1"}
