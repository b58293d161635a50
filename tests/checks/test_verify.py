"""`flask verify` finds nothing wrong with what the verbs did, and names what was planted."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import cache

import pytest
import sqlalchemy as sa
from click.testing import Result

from portal import clock
from portal.checks import INVARIANTS, Report
from portal.checks.looking import snapshot
from portal.db import db
from portal.orders.models import Order
from portal.people.roles import Role
from portal.refunds.approving import approve
from portal.refunds.gateways.bank import Ask, Mode, Switch
from portal.web.ritual import Portal
from tests.checks import cases
from tests.checks.plants import Case, guarded, loosened
from tests.checks.story import filled
from tests.conftest import Kinds
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.sales import SOCKS, Sold
from tests.harness.shops import Shop, find_shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy


@pytest.fixture
def told(databases: Databases) -> Iterator[Portal]:
    """The portal over a shop with a past."""
    with portal_on(databases, filled) as app:
        yield app


@pytest.fixture(scope="module")
def ground(kinds: Kinds) -> Iterator[Callable[[str], Portal]]:
    """The same, for all tests of a kind that leave it as it is."""
    with ExitStack() as stack:
        yield cache(lambda kind: stack.enter_context(portal_on(kinds[kind], filled)))


def test_what_the_verbs_did_holds(told: Portal) -> None:
    assert broken(told) == {}


@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)
def test_a_planted_violation_is_named_and_clean_lines_stay_clean(
    ground: Callable[[str], Portal], kind: str, case: Case
) -> None:
    if case.only not in ("", kind):
        return
    app, report = ground(kind), Report()
    with app.app_context():
        shop, other = find_shop(app), find_shop(app, "other")
        with loosened(db.engine, shop.id, other.id, case.drops) as loose:
            case.plant(loose)
            report.look(guarded(loose), () if case.in_other else {shop.slug})
    found = {line.id: line.first for line in report.lines if not line.ok}
    assert set(found) == case.broken(kind), found


def test_every_line_has_its_plants() -> None:
    assert {case.line for case in cases.CASES} == {invariant.id for invariant in INVARIANTS}


def run(app: Portal, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["verify", *arguments])


def test_the_command_says_a_line_for_each_and_ends_well(told: Portal) -> None:
    result = run(told)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert [line[0] for line in lines] == [invariant.id for invariant in INVARIANTS]
    assert {tuple(line[-2:]) for line in lines} == {("ok", "0")}


def test_the_command_names_five_keys_and_ends_with_one(told: Portal) -> None:
    shop = find_shop(told)
    with shop.transaction() as session:
        session.execute(sa.update(Order).values(reserved=sa.case((Order.reserved > 0, 0), else_=1)))
        wrong = session.scalar(sa.select(sa.func.count(Order.id)))
    result = run(told)
    assert result.exit_code == 1
    (line,) = [line for line in result.output.splitlines() if "FAIL" in line]
    assert line.split()[:4] == ["I2", "counter", "FAIL", str(wrong)]
    assert line.count("acme: orders/") == 5


def test_only_the_shops_that_were_asked_for_are_looked_at(told: Portal) -> None:
    with find_shop(told).transaction() as session:
        session.execute(sa.update(Order).values(reserved=sa.case((Order.reserved > 0, 0), else_=1)))
    assert run(told, "--tenant", "other").exit_code == 0
    assert run(told, "--tenant", "other", "--tenant", "acme").exit_code == 1
    result = run(told, "--tenant", "nobody")
    assert result.exit_code == 1
    assert "There is no such shop nobody" in result.output


def test_nothing_can_be_written_through_the_snapshot(told: Portal) -> None:
    with (
        told.app_context(),
        pytest.raises((sa.exc.OperationalError, sa.exc.InternalError)),
        snapshot(None) as connection,
    ):
        connection.execute(sa.update(Order).values(reserved=0))


def test_what_happens_meanwhile_is_not_seen(told: Portal) -> None:
    count = sa.select(sa.func.count(Order.id))
    with told.app_context(), snapshot(None) as connection:
        before = connection.scalar(count)
        Trade(find_shop(told)).order(SOCKS)
        assert connection.scalar(count) == before
    with told.app_context(), snapshot(None) as connection:
        assert connection.scalar(count) == before + 1


@pytest.fixture
def trade(shop: Shop) -> Trade:
    """Refunds that a bank knows of: one that went, one that was declined, one whose answer was lost."""
    trade = Trade(shop)
    for mode in (Mode.LOSE_ANSWER, Mode.DECLINE, Mode.NORMAL):
        trade.bank.switch = Switch(mode)
        trade.go_whole_way(trade.order(SOCKS), {1: 1})
        trade.work()
    return trade


def approved_by_an_agent(trade: Trade, limits: list[int], amount: int) -> dict[str, list[str]]:
    """Limits in force one after another; the return is judged by the first, and approved under the last."""
    for n, limit in enumerate(limits):
        at = clock.now() + timedelta(days=10 * n)
        with clock.at(at):
            trade.rule(policy(agent_limit={"EUR": limit}))
            if not n:
                later = clock.at(at + timedelta(days=6))
                with later:
                    id = trade.ask(trade.order(Sold(amount)), {1: 1}, "damaged")
    agent = trade.shop.actor(Role.AGENT)
    with clock.at(clock.now() + timedelta(days=10 * len(limits))):
        trade.receive(id)
        trade.inspect(id)
        with trade.on(id) as held:
            approve(held, amount, agent, None)
    return broken(trade.shop.app)


def test_a_limit_that_was_lowered_since_binds_for_returns_of_before(shop: Shop) -> None:
    assert list(approved_by_an_agent(Trade(shop), [9_000, 5_000], 7_000)) == ["I19"]


def test_a_limit_that_was_raised_since_counts_for_returns_of_before(shop: Shop) -> None:
    assert approved_by_an_agent(Trade(shop), [5_000, 9_000], 7_000) == {}


def test_the_gateways_have_what_the_legs_say(trade: Trade) -> None:
    assert broken(trade.shop.app, gateway=True) == {}


def test_a_refund_that_came_back_unseen_is_named(trade: Trade) -> None:
    reference = trade.bank.statement()[0]["reference"]
    trade.bank.turn(reference, "failed")
    assert set(broken(trade.shop.app)) == set()
    assert set(broken(trade.shop.app, gateway=True)) == {"I10"}


def test_a_refund_with_our_mark_and_no_leg_is_named(trade: Trade) -> None:
    payment = trade.bank.statement()[0]
    ask = Ask(payment["payment"], 1, "EUR", {"leg": str(trade.shop.id), "shop": str(trade.shop.id)})
    made = trade.bank.refund("another key", ask, 0)
    assert broken(trade.shop.app, gateway=True) == {"I10": [f"{made['reference']} at the gateway"]}


def test_refunds_made_by_hand_are_not_ours(trade: Trade) -> None:
    trade.bank.refund_by_hand(Ask(trade.bank.statement()[0]["payment"], 1, "EUR"))
    assert broken(trade.shop.app, gateway=True) == {}


def test_a_gateway_that_is_away_is_named(trade: Trade) -> None:
    trade.bank.switch = Switch(Mode.DOWN)
    (first, *_) = broken(trade.shop.app, gateway=True)["I10"]
    assert first.endswith("does not answer")
