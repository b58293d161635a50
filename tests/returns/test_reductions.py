"""Less for a unit because of what was found: the shopper answers first, and the sums are exact."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Event, timeline
from portal.db import find, session
from portal.errors import Conflict, Refusal
from portal.jobs.models import Job
from portal.ledger import JournalEntry
from portal.money import allocate
from portal.notices.models import SentMail
from portal.people import User
from portal.people.roles import Role as StaffRole
from portal.refunds.models import RefundPart
from portal.returns.models import Return, ReturnItem
from portal.returns.reductions import Ground, Reduction, ReductionState
from portal.returns.reductions.models import Off
from portal.returns.reductions.proposing import Found, propose
from portal.web.ritual import Portal
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy

S = ReductionState
CUPS = Sold(10_000, 3, "CUP", "Cup", taxes={"19": 1_597})  # 33.34, 33.33, 33.33


@pytest.fixture
def trade(shop: Shop) -> Trade:
    shop.actor(StaffRole.MANAGER)
    return Trade(shop)


@pytest.fixture
def checked(trade: Trade) -> uuid.UUID:
    return at_dock(trade, CUPS)


def at_dock(trade: Trade, *sold: Sold, **kw: object) -> uuid.UUID:
    return_ = trade.ask(trade.order(*sold), {n: one.quantity for n, one in enumerate(sold, start=1)})
    trade.receive(return_)
    trade.inspect(return_, **kw)
    return return_


def held(trade: Trade, id: uuid.UUID) -> Reduction:
    with trade.shop.transaction(reading=True):
        found = find(Reduction, id)
        session.expunge_all()
        return found


def units(trade: Trade, return_: uuid.UUID) -> list[tuple[int, bool]]:
    with trade.shop.transaction(reading=True):
        return [(item.less, item.reducing) for item in find(Return, return_).items]


def parts(trade: Trade, refund: uuid.UUID) -> list[RefundPart]:
    with trade.shop.transaction(reading=True):
        query = sa.select(RefundPart).join(ReturnItem, ReturnItem.id == RefundPart.item_id)
        found = list(session.scalars(query.where(RefundPart.refund_id == refund).order_by(ReturnItem.no)))
        session.expunge_all()
        return found


def mails(trade: Trade) -> list[str]:
    trade.work()
    with trade.shop.transaction(reading=True):
        return list(session.scalars(sa.select(SentMail.text).order_by(SentMail.id)))


def test_what_waits_for_an_answer_is_in_no_refund_and_the_rest_goes_on(
    app: Portal, trade: Trade, checked: uuid.UUID
) -> None:
    made = trade.reduce(checked, points=1_250)
    assert units(trade, checked) == [(417, True), (0, False), (0, False)]  # 12.5 % of 33.34, half up
    first = trade.approve(checked)
    assert len(parts(trade, first)) == 2
    with pytest.raises(Conflict, match="Nothing is ready"):
        trade.approve(checked)
    trade.work()
    trade.answer(made)
    trade.answer(made)  # a second click is no error
    (part,) = parts(trade, trade.approve(checked))
    assert (part.reduction, part.net + sum(part.taxes.values())) == (417, 3_334 - 417)
    assert [part.net, part.taxes["19"]] == [
        paid - off for paid, off in zip([2_801, 533], allocate(417, [2_801, 533]), strict=True)
    ]
    trade.work()
    assert held(trade, made).state is S.ACCEPTED and broken(app, gateway=True) == {}


@pytest.mark.sqlite
def test_the_mail_names_what_was_found_both_amounts_and_the_day(trade: Trade, checked: uuid.UUID) -> None:
    trade.reduce(checked, amount=1_000)
    (text,) = [text for text in mails(trade) if "What we would refund" in text]
    assert "The laces are missing." in text and "1 × Cup" in text and "/s/" in text
    assert "€33.34" in text and "€23.34" in text and "object by" in text


@pytest.mark.sqlite
def test_the_value_that_is_kept_stays_in_sales(app: Portal, trade: Trade, checked: uuid.UUID) -> None:
    made = trade.reduce(checked, n=3, points=10_000)
    trade.answer(made)
    trade.approve(checked)
    trade.work()
    with trade.shop.transaction(reading=True):
        assert find(Return, checked).state == "closed"
        assert session.scalar(sa.select(sa.func.count(JournalEntry.id))) == 0  # nothing goes back
    assert broken(app) == {}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "off", [{"points": 0}, {"points": 10_001}, {"amount": 0}, {"amount": 3_335}, {"amount": -1}]
)
def test_never_nothing_and_never_more_than_the_unit_is_worth(
    trade: Trade, checked: uuid.UUID, off: dict[str, int]
) -> None:
    with pytest.raises(Refusal, match=r"takes nothing|At most"):
        trade.reduce(checked, **off)
    assert trade.reduce(checked, amount=3_334)


@pytest.mark.sqlite
def test_with_a_condition_that_was_not_met_what_is_left_is_the_most(trade: Trade) -> None:
    seal = {"id": "s", "match": {}, "promise": "Sealed", "question": "Sealed?", "unmet": "reduced"}
    trade.rule(policy(conditions=[seal]))
    with clock.at(clock.now() + timedelta(days=10)):
        return_ = at_dock(trade, Sold(1_001), met=False)
        with pytest.raises(Refusal, match="At most"):
            trade.reduce(return_, amount=501)
        trade.answer(trade.reduce(return_, amount=500))
        (part,) = parts(trade, trade.approve(return_))
        assert (part.reduction, part.amount) == (1_001, 0)


@pytest.mark.sqlite
def test_who_says_nothing_in_time_has_accepted_and_the_trail_says_who_did_that(
    app: Portal, trade: Trade, checked: uuid.UUID
) -> None:
    made = trade.reduce(checked)
    trade.work()
    assert held(trade, made).state is S.PROPOSED
    with clock.at(clock.now() + timedelta(days=6)):
        trade.work()
    assert held(trade, made).state is S.PROPOSED
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        trade.work()
        assert held(trade, made).state is S.LAPSED
        with pytest.raises(Conflict):
            trade.answer(made, "Too late.")
        trade.approve(checked)
    with trade.shop.transaction(reading=True):
        row = next(r for r in timeline(find(Return, checked)) if r.event == Event.REDUCTION_LAPSED)
        assert row.actor_kind == "job" and session.scalar(sa.select(Job.kind).where(Job.id == row.actor_id))
    assert broken(app) == {}


ENDS = {
    "uphold": ({}, S.UPHELD, 667),
    "change": ({"points": 500}, S.CHANGED, 167),
    "withdraw": ({}, S.WITHDRAWN, 0),
}


@pytest.mark.parametrize("event", ENDS)
def test_an_objection_is_decided_and_the_refund_follows(
    app: Portal, trade: Trade, checked: uuid.UUID, event: str
) -> None:
    off, state, less = ENDS[event]
    made = trade.reduce(checked, by=trade.shop.actor(StaffRole.MANAGER))
    trade.answer(made, "They never had laces.")
    with trade.shop.transaction(reading=True):
        since = find(Return, checked).objected_since
    assert since and held(trade, made).decide_by == since + timedelta(3)
    with pytest.raises(Conflict):
        trade.answer(made)
    trade.judge(made, event, **off)
    assert held(trade, made).state is state and units(trade, checked)[0] == (less, False)
    with trade.shop.transaction(reading=True):
        assert find(Return, checked).objected_since is None
    assert parts(trade, trade.approve(checked))[0].reduction == less
    assert any("We have looked at it once more." in text for text in mails(trade))
    assert broken(app, gateway=True) == {}


@pytest.mark.sqlite
def test_who_reduced_does_not_decide_unless_nobody_else_could(app: Portal, shop: Shop) -> None:
    trade = Trade(shop)
    made = trade.reduce(checked_one := at_dock(trade, CUPS))
    trade.answer(made, "No.")
    shop.actor(StaffRole.MANAGER)
    with pytest.raises(Refusal, match="You have reduced it"):
        trade.judge(made, "uphold")
    with shop.transaction():
        session.execute(sa.update(User).where(User.id != trade.clerk.id).values(active=False))
    trade.judge(made, "uphold")
    assert held(trade, made).alone and units(trade, checked_one)[0][0] == 667
    assert broken(app) == {}


@pytest.mark.sqlite
def test_a_change_takes_off_less_and_never_more(trade: Trade, checked: uuid.UUID) -> None:
    made = trade.reduce(checked, by=trade.shop.actor(StaffRole.MANAGER), amount=500)
    trade.answer(made, "No.")
    for off in ({"amount": 500}, {"amount": 501}, {"points": 10_000}, {}):
        with pytest.raises(Refusal, match=r"less than before|At most"):
            trade.judge(made, "change", **off)
    trade.judge(made, "change", amount=499)
    assert (held(trade, made).asked, held(trade, made).total) == (500, 499)


@pytest.mark.sqlite
def test_what_was_accepted_can_be_taken_back_until_its_refund_is_approved(
    app: Portal, trade: Trade, checked: uuid.UUID
) -> None:
    made = trade.reduce(checked)
    trade.answer(made)
    trade.unreduce(made)
    again = trade.reduce(checked, amount=1)
    trade.answer(again)
    trade.approve(checked)
    with pytest.raises(Conflict, match="approved"):
        trade.unreduce(again)
    assert units(trade, checked)[0] == (1, False) and broken(app) == {}


@pytest.mark.sqlite
def test_taking_the_check_back_takes_back_what_followed_from_it(
    app: Portal, trade: Trade, checked: uuid.UUID
) -> None:
    made = trade.reduce(checked, n=2)
    with trade.shop.transaction(reading=True):
        item = find(Return, checked).items[0].id
    trade.correct(item)
    assert held(trade, made).state is S.WITHDRAWN and units(trade, checked) == [(0, False)] * 3
    trade.inspect(checked)
    trade.approve(checked)
    assert broken(app) == {}


@pytest.mark.sqlite
def test_only_units_that_are_checked_and_accepted_can_be_reduced(trade: Trade) -> None:
    return_ = trade.ask(trade.order(CUPS, CUPS), {1: 3, 2: 3})
    trade.keep(return_, {1: 3})
    trade.receive(return_)
    for first in (0, 3):
        with pytest.raises(Conflict), trade.on(return_) as held:
            found = Found(Ground.OTHER, "Scratched.")
            propose(held, held.items[first : first + 1], Off(points=100), found, trade.clerk)
