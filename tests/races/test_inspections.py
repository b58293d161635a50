"""Two tablets and one unit."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.inventory import Place, StockMovement, location_id
from portal.ledger import JournalEntry, posting
from portal.returns import inspecting
from portal.web.ritual import Portal
from tests.harness.sales import SOCKS, look, received, sell
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race


def inspect(trade: Trade, return_: uuid.UUID, item: uuid.UUID) -> None:
    trade.inspect(return_, items=[item])


def counted(trade: Trade) -> tuple[int, int]:
    """Movements off the dock, and postings of inspections."""
    off_dock = StockMovement.origin_id == location_id(trade.shop.id, Place.DOCK)
    posted = JournalEntry.source_kind == "item.inspected"
    with trade.shop.transaction(reading=True) as own:
        return (
            own.scalars(sa.select(sa.func.count(StockMovement.id)).where(off_dock)).one(),
            own.scalars(sa.select(sa.func.count(JournalEntry.id)).where(posted)).one(),
        )


def test_a_unit_that_two_inspect_is_moved_and_posted_once(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    id = received(trade.shop, sell(trade.shop, SOCKS), units=[1])
    item = look(trade.shop, id).items[0].id
    assert race(ground, *[Racer(inspect, [id, item])] * 3) == [DONE, REFUSED, REFUSED]
    assert counted(trade) == (1, 1)
    assert broken() == set()


def unguarded(between: Any) -> None:
    """Both look before either writes, and the books take what they have already."""
    posting._must_be_new = lambda entries: None
    pause_before(inspecting, "assess")(between)


def test_without_the_guards_it_is_moved_and_posted_twice(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    id = received(trade.shop, sell(trade.shop, SOCKS), units=[1])
    item = look(trade.shop, id).items[0].id
    drop(
        app,
        *("trail.uq_trail_chain_no", "journal_entry.uq_journal_entry_tenant_id_source_kind_source_id"),
        *("journal_entry.uq_journal_entry_tenant_id_no", "job.uq_job_key"),
    )
    race(ground, *[Racer(inspect, [id, item], careless=unguarded)] * 2)
    moved, posted = counted(trade)
    assert (moved, posted) == (2, 2)
    assert "I15" in broken()
