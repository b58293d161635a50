"""Lifecycles and books hold whatever a shop does, in whatever order, over a real database."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from portal.db import session
from portal.ledger import Line, Role
from portal.orders.models import OrderLine
from portal.refunds import approving, owing
from portal.refunds.planning import Plan
from portal.returns import claiming
from portal.returns.models import Return, ReturnItem
from portal.returns.pieces import Piece
from tests.harness.databases import Databases
from tests.harness.sales import Sold
from tests.properties.swaps import Swaps

RUNS: Mapping[str, int] = {"sqlite": 60, "postgresql": 15}
STEPS = 40


def shopkeeping(databases: Databases, runs: int) -> None:
    """So many runs; the first that fails is shown as it is, since making it small takes minutes."""
    machine = type("Shop", (Swaps,), {"databases": databases})
    how = settings(max_examples=runs, stateful_step_count=STEPS, phases=[Phase.generate])
    run_state_machine_as_test(machine, settings=how)


def test_whatever_a_shop_does_everything_holds(databases: Databases, kind: str) -> None:
    shopkeeping(databases, RUNS[kind])


def counts_each_line_once(return_: Return) -> list[Piece]:
    """A claim of one unit a line, whatever is asked for."""
    for line in return_.lines:
        session.execute(_COUNTING.where(OrderLine.id == line.order_line_id))
    units = claiming.free_pieces(return_)
    session.execute(sa.insert(ReturnItem), [claiming.row_of(unit) for unit in units])
    return units


_COUNTING = sa.update(OrderLine).values(claimed=OrderLine.claimed + 1)
_COUNTING = _COUNTING.where(OrderLine.claimed < OrderLine.quantity)


def posts_the_gross(plan: Plan) -> list[Line]:
    """An approval that balances, with the tax left in the sales."""
    lines = [
        Line(Role.SALES_RETURNS, debit=plan.amount + plan.fees + plan.shipping),
        Line(Role.RESTOCKING_INCOME, credit=plan.fees),
        Line(Role.RETURN_SHIPPING_INCOME, credit=plan.shipping),
        Line(Role.REFUNDS_PAYABLE, credit=plan.amount),
    ]
    return lines if any(line.debit for line in lines) else []


def holds_too_little(kind: Any, id: uuid.UUID, amount: int) -> None:
    """A refund of which a minor unit is not held."""
    take(kind, id, amount - 1)


take = approving.take


def awaits_without_a_claim(items: Any) -> None:
    """The right unit is to come after all, and another return may have it as well."""


@pytest.mark.parametrize(
    ("place", "bug", "line"),
    [
        ("portal.returns.submitting.claim", counts_each_line_once, "(I5|P3)"),
        ("portal.refunds.entering._lines", posts_the_gross, "I9"),
        ("portal.refunds.approving.take", holds_too_little, "I2"),
        ("portal.returns.cases.handling.reclaim", awaits_without_a_claim, "(I5|P3)"),
    ],
)
def test_a_planted_bug_is_found(
    monkeypatch: pytest.MonkeyPatch, sqlite: Databases, place: str, bug: Any, line: str
) -> None:
    monkeypatch.setattr(place, bug)
    with pytest.raises(AssertionError, match=f"id='{line}'"):
        shopkeeping(sqlite, RUNS["sqlite"])


def sent_and_looked_at_again(databases: Databases) -> None:
    """A rule of the machine by itself, since chance does not come to all of it in every run."""
    machine = type("Shop", (Swaps,), {"databases": databases})()
    try:
        machine.a_catalogue(4990, 1, 3)
        machine.look_around()
        machine.send_at_once(2, Sold(9998, 2, sku="SKU-1", taxes={"19": 1400}), True, True)
        machine.holds()
    finally:
        machine.stack.close()


def test_what_was_asked_for_and_is_accepted_after_all_holds(sqlite: Databases) -> None:
    sent_and_looked_at_again(sqlite)


def test_a_refund_that_pays_what_a_link_has_paid_is_found(
    monkeypatch: pytest.MonkeyPatch, sqlite: Databases
) -> None:
    monkeypatch.setattr("portal.refunds.quoting.paid", owing.given)
    with pytest.raises(AssertionError, match="id='X1'"):
        sent_and_looked_at_again(sqlite)
