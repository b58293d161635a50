"""Large refunds take two people, both entitled; where there is only one, that one twice, and it is marked."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from portal.audit import Actor, Event, Trail
from portal.db import locked, session
from portal.errors import Conflict, Refusal
from portal.notices import SentMail
from portal.people.models import User
from portal.people.roles import Role
from portal.refunds import seconding
from portal.refunds.approving import Two, approve
from portal.refunds.limiting import Alone
from portal.refunds.models import Refund, RefundProposal
from portal.returns.models import Return
from portal.views import board
from portal.views.record import record_of
from portal.views.seconding import first_of, lapsed_of
from tests.harness.sales import BOOTS, SOCKS, inspected, look, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade

ABOVE, WORTH = Alone("EUR", 10_000), 16_520


@pytest.fixture
def id(shop: Shop) -> uuid.UUID:
    return inspected(shop, sell(shop, BOOTS))


@contextmanager
def on(shop: Shop, id: uuid.UUID) -> Iterator[Return]:
    with shop.transaction():
        yield locked(Return, id)


def propose(shop: Shop, id: uuid.UUID, by: Actor, limit: int | None = None) -> None:
    with on(shop, id) as return_:
        seconding.propose(return_, WORTH, by, limit, ABOVE)


def second(shop: Shop, id: uuid.UUID, by: Actor, limit: int | None = None) -> Refund:
    with on(shop, id) as return_:
        return seconding.second(return_, WORTH, by, limit, ABOVE)


def test_one_person_alone_is_refused_and_two_are_not(shop: Shop, id: uuid.UUID) -> None:
    owner, manager = shop.actor(), shop.actor(Role.MANAGER)
    with pytest.raises(Refusal, match="Two people"), on(shop, id) as return_:
        approve(return_, WORTH, owner, None, two=Two(ABOVE))
    with pytest.raises(Conflict):
        second(shop, id, owner)
    propose(shop, id, manager)
    assert look(shop, id).refunds == []  # nothing is held, and nothing goes
    with pytest.raises(Refusal, match="You have approved it first"):
        second(shop, id, manager)
    second(shop, id, owner)
    (refund,) = look(shop, id).refunds
    assert (refund.amount, refund.approved_by, refund.alone) == (WORTH, owner.id, False)
    with shop.transaction(reading=True):
        first = session.scalars(sa.select(RefundProposal)).one()
        assert (first.id, first.proposed_by, bool(first.ended_at)) == (refund.proposal_id, manager.id, True)


def test_both_must_be_entitled_to_the_amount(shop: Shop, id: uuid.UUID) -> None:
    agent = shop.actor(Role.AGENT)
    with pytest.raises(Refusal, match="You may approve up to"):
        propose(shop, id, agent, 10_000)
    propose(shop, id, shop.actor())
    with pytest.raises(Refusal, match="You may approve up to"):
        second(shop, id, agent, 10_000)


def test_a_proposal_is_made_once_and_may_be_taken_back(shop: Shop, id: uuid.UUID) -> None:
    owner, manager = shop.actor(), shop.actor(Role.MANAGER)
    propose(shop, id, owner)
    with pytest.raises(Conflict):
        propose(shop, id, manager)
    for _ in range(2):
        with on(shop, id) as return_:
            seconding.withdraw(return_, manager)
    with pytest.raises(Conflict):
        second(shop, id, manager)
    propose(shop, id, manager)
    second(shop, id, owner)
    with shop.transaction(reading=True):
        told = session.scalars(sa.select(Trail.event).where(Trail.chain == id).order_by(Trail.no)).all()
    assert [event for event in told if "propos" in event] == [
        Event.REFUND_PROPOSED, Event.PROPOSAL_WITHDRAWN, Event.REFUND_PROPOSED,
    ]  # fmt: skip


def test_the_one_who_is_entitled_does_both_and_the_trail_says_so(shop: Shop, id: uuid.UUID) -> None:
    owner = shop.actor()
    with shop.transaction():
        session.execute(sa.update(User).where(User.role == Role.MANAGER).values(active=False))
    propose(shop, id, owner)
    second(shop, id, owner)
    assert look(shop, id).refunds[0].alone
    with shop.transaction(reading=True):
        told = sa.select(Trail.data).where(Trail.chain == id, Trail.event == Event.REFUND_APPROVED)
        assert session.scalars(told.limit(1)).one()["alone"] is True


def test_an_agent_within_their_limit_is_somebody_else(shop: Shop) -> None:
    owner, agent = shop.actor(), shop.actor(Role.AGENT)
    with shop.transaction():
        session.execute(sa.update(User).where(User.role == Role.MANAGER).values(active=False))
    with shop.transaction(reading=True):
        assert owner.id and agent.id
        assert not seconding.is_alone(owner.id, "EUR", 10_000)
        assert seconding.is_alone(owner.id, "EUR", 10_001)
        assert not seconding.is_alone(agent.id, "EUR", 10_001)


@pytest.mark.sqlite
def test_who_was_only_invited_is_nobody_else(shop: Shop) -> None:
    owner, managers = shop.actor(), sa.update(User).where(User.role == Role.MANAGER)
    for password, alone in ((None, True), ("set", False)):
        with shop.transaction():
            session.execute(managers.values(password_hash=password))
        with shop.transaction(reading=True):
            assert owner.id and seconding.is_alone(owner.id, "EUR", 10_001) is alone


def test_what_was_proposed_for_another_amount_counts_no_more(shop: Shop) -> None:
    id = inspected(shop, sell(shop, BOOTS))
    propose(shop, id, shop.actor())
    with on(shop, id) as return_:
        with pytest.raises(Conflict):
            seconding.second(return_, WORTH - 1, shop.actor(Role.MANAGER), None, ABOVE)
        approve(
            return_, WORTH, shop.actor(), None, two=Two(Alone("EUR", WORTH))
        )  # the rule was relaxed meanwhile
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(RefundProposal.ended_at)).one() is not None
    assert look(shop, id).refunds[0].proposal_id is None


def test_a_small_refund_takes_one(shop: Shop) -> None:
    id = inspected(shop, sell(shop, SOCKS))
    with pytest.raises(Conflict), on(shop, id) as return_:
        seconding.propose(return_, 2912, shop.actor(), None, ABOVE)
    with on(shop, id) as return_:
        approve(return_, 2912, shop.actor(), None, two=Two(ABOVE))


def test_what_changes_the_refund_has_both_approve_it_anew(shop: Shop) -> None:
    """Even when it comes to the same again in the end."""
    trade, owner, manager = Trade(shop), shop.actor(), shop.actor(Role.MANAGER)
    id = inspected(shop, sell(shop, BOOTS))
    propose(shop, id, owner)
    trade.unreduce(trade.reduce(id, amount=500))
    with pytest.raises(Conflict, match="Nobody has approved"):
        second(shop, id, manager)
    propose(shop, id, manager)
    second(shop, id, owner)
    (refund,) = look(shop, id).refunds
    with shop.transaction(reading=True):
        first = session.get_one(RefundProposal, refund.proposal_id)
        assert (first.proposed_by, refund.approved_by) == (manager.id, owner.id)
    assert broken(shop.app) == {}


def test_whoever_may_be_the_second_is_mailed_once(shop: Shop, id: uuid.UUID) -> None:
    owner = shop.actor()
    shop.actor(Role.AGENT), shop.actor(Role.WAREHOUSE)
    propose(shop, id, shop.actor(Role.MANAGER))
    Trade(shop).work()
    called = "A refund waits for a second approval"
    with shop.transaction(reading=True):
        mails = session.scalars(sa.select(SentMail).where(SentMail.subject.startswith(called))).all()
        owners = session.scalars(sa.select(User.email).where(User.id == owner.id)).all()
        assert [mail.recipient for mail in mails] == owners  # not who was first, nor whose limit is lower
        assert "€165.20" in mails[0].text and f"/desk/returns/{id}/refund/second" in mails[0].text
    with on(shop, id) as return_:
        seconding.withdraw(return_, owner)
    assert broken(shop.app) == {}


def test_who_would_be_late_is_not_mailed(shop: Shop, id: uuid.UUID) -> None:
    propose(shop, id, shop.actor(Role.MANAGER))
    second(shop, id, shop.actor())
    Trade(shop).work()
    with shop.transaction(reading=True):
        subjects = session.scalars(sa.select(SentMail.subject)).all()
    assert not [subject for subject in subjects if "second approval" in subject]


def test_a_first_approval_of_more_than_is_left_of_the_order_counts_no_more(shop: Shop, id: uuid.UUID) -> None:
    owner, manager = shop.actor(), shop.actor(Role.MANAGER)
    propose(shop, id, manager)
    with on(shop, id) as return_:
        spare = return_.order.refundable - WORTH
        return_.order.refunded_outside += spare
    with shop.transaction(reading=True):
        assert seconding.proposal_of(session.get_one(Return, id))  # just what is left
    with on(shop, id) as return_:
        return_.order.refunded_outside += 1
    with shop.transaction(reading=True):
        assert seconding.proposal_of(session.get_one(Return, id)) is None
    with pytest.raises(Conflict), on(shop, id) as return_:
        seconding.second(return_, WORTH, owner, None, ABOVE)


GONE = {"switched off": {"active": False}, "an agent now": {"role": Role.AGENT}}


@pytest.mark.parametrize("since", GONE.values(), ids=GONE)
def test_a_first_approval_of_somebody_who_may_not_any_more_does_not_count(
    shop: Shop, id: uuid.UUID, since: dict[str, object]
) -> None:
    owner, manager = shop.actor(), shop.actor(Role.MANAGER)
    propose(shop, id, manager)
    with shop.transaction():
        session.execute(sa.update(User).where(User.id == manager.id).values(since))
    with pytest.raises(Conflict, match="may not approve it any more"):
        second(shop, id, owner)
    with shop.transaction(reading=True):
        found = record_of(id)
        assert owner.id and first_of(found, owner.id) is None
        assert (lapsed := lapsed_of(found)) and lapsed.gone
        assert board.counts()[board.View.SECOND] == 0
    propose(shop, id, owner)  # both anew
    second(shop, id, owner)
    assert look(shop, id).refunds[0].alone  # nobody else is left


@pytest.mark.sqlite
def test_who_is_switched_off_while_the_second_approves_is_seen(shop: Shop, id: uuid.UUID) -> None:
    owner, manager = shop.actor(), shop.actor(Role.MANAGER)
    propose(shop, id, manager)
    with on(shop, id) as return_:
        first = seconding.proposal_of(return_)
        assert first
        session.execute(sa.update(User).where(User.id == manager.id).values(active=False))
        with pytest.raises(Conflict, match="may not approve it any more"):
            approve(return_, WORTH, owner, None, two=Two(ABOVE, first))


def test_an_agent_who_kept_within_their_limit_still_counts(shop: Shop) -> None:
    id = inspected(shop, sell(shop, BOOTS))
    agent = shop.actor(Role.AGENT)
    propose(shop, id, agent, WORTH)
    second(shop, id, shop.actor())
    assert look(shop, id).refunds[0].proposal_id is not None


@pytest.mark.sqlite
def test_who_was_first_as_an_agent_is_not_the_second_as_a_manager(shop: Shop) -> None:
    """Whoever is entitled to more since then still was the first, and counts as that."""
    id, agent = inspected(shop, sell(shop, BOOTS)), shop.actor(Role.AGENT)
    propose(shop, id, agent, WORTH)
    with shop.transaction():
        session.execute(sa.update(User).where(User.id == agent.id).values(role=Role.MANAGER))
    with pytest.raises(Refusal, match="You have approved it first"):
        second(shop, id, agent)
    second(shop, id, shop.actor())
    assert look(shop, id).refunds[0].proposal_id is not None
