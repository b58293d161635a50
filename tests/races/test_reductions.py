"""A lower refund that the shopper answers twice at once, while the desk takes it back."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.db import find
from portal.returns.reductions import Reduction, ReductionState, answering
from portal.web.ritual import Portal
from tests.harness.sales import BOOTS, inspected, sell
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race


def accept(trade: Trade, made: uuid.UUID) -> None:
    trade.answer(made)


def object_to(trade: Trade, made: uuid.UUID) -> None:
    trade.answer(made, "The laces were in the box.")


def take_back(trade: Trade, made: uuid.UUID) -> None:
    trade.unreduce(made)


def approve(trade: Trade, return_: uuid.UUID) -> None:
    trade.approve(return_)


@pytest.fixture
def made(trade: Trade) -> uuid.UUID:
    return trade.reduce(inspected(trade.shop, sell(trade.shop, BOOTS)))


def ends(trade: Trade, made: uuid.UUID, *events: Event) -> int:
    """How often the trail says one of these of it."""
    rows = sa.select(sa.func.count(Trail.id)).where(Trail.subject_id == made, Trail.event.in_(events))
    with trade.shop.transaction(reading=True) as own:
        return own.scalars(rows).one()


def test_of_two_answers_at_once_one_counts(
    trade: Trade, ground: Ground, made: uuid.UUID, broken: Callable[[], set[str]]
) -> None:
    came = race(ground, Racer(accept, [made], threads=2), Racer(object_to, [made], threads=2))
    answers = (Event.REDUCTION_ACCEPTED, Event.REDUCTION_OBJECTED)
    assert ends(trade, made, *answers) == 1  # a second click on Accept is no error, and does nothing
    assert came in ([DONE, DONE, REFUSED, REFUSED], [DONE, REFUSED, REFUSED, REFUSED])
    assert broken() == set()


def test_taken_back_accepted_and_approved_at_once_it_all_holds(
    trade: Trade, ground: Ground, made: uuid.UUID, broken: Callable[[], set[str]]
) -> None:
    with trade.shop.transaction(reading=True):
        return_ = find(Reduction, made).return_id
    came = race(
        ground, *(Racer(*one) for one in ((accept, [made]), (take_back, [made]), (approve, [return_])))
    )
    assert set(came) <= {DONE, REFUSED} and DONE in came
    with trade.shop.transaction(reading=True):
        assert find(Reduction, made).state in {ReductionState.ACCEPTED, ReductionState.WITHDRAWN}
    assert broken() == set()


def test_without_the_guards_both_answers_count(
    app: Portal, trade: Trade, ground: Ground, made: uuid.UUID
) -> None:
    """The control of the races above."""
    drop(app, "trail.uq_trail_chain_no")
    careless = pause_before(answering, "settled")
    race(ground, Racer(accept, [made], careless=careless), Racer(object_to, [made], careless=careless))
    assert ends(trade, made, Event.REDUCTION_ACCEPTED, Event.REDUCTION_OBJECTED) == 2
