"""The shop's trail: what it finds, page by page, at any size."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import Actor, Event, Trail
from portal.audit.actors import SYSTEM
from portal.db import locked, on_postgresql
from portal.ids import uuid7
from portal.people import Role
from portal.returns import Return
from portal.returns.deciding import deny
from portal.views import trail as reading
from portal.views.paging import Spot
from portal.views.trail import Fact, Wish
from tests.harness.sales import approved, look, requested, sell
from tests.harness.shops import Shop

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROWS = 30_000


def found(shop: Shop, wish: Wish = Wish(), spot: Spot = Spot()) -> Sequence[Fact]:  # noqa: B008 - values
    with shop.transaction(reading=True) as session:
        rows = reading.trail(wish, spot).rows
        session.expunge_all()
        return rows


def planted(shop: Shop, n: int, chains: int, by: Actor = SYSTEM) -> list[uuid.UUID]:
    """So many rows about so many things; the trail need not hold for this. Their chains."""
    ids = [uuid7() for _ in range(chains)]
    events = list(Event)
    with shop.transaction() as session:
        session.execute(
            sa.insert(Trail).execution_options(render_nulls=True),
            [
                {
                    "id": uuid7(), "tenant_id": shop.id, "chain": ids[i % chains], "no": i // chains + 1,
                    "at": NOON - timedelta(days=400) + timedelta(minutes=i), "event": events[i % 20].value,
                    "actor_kind": by.kind if i % 3 else "shopper", "actor_id": by.id if i % 3 else uuid7(),
                    "subject_kind": "return", "subject_id": ids[i % chains], "before": None, "after": None,
                    "policy_version": None, "data": {}, "previous": "", "hash": "",
                }
                for i in range(n)
            ],
        )  # fmt: skip
    return ids


def wishes(shop: Shop) -> dict[str, Wish]:
    return {
        "all": Wish(),
        "rare kind": Wish(kind="api"),
        "kind": Wish(kind="shopper"),
        "person": Wish(who=shop.actor(Role.AUDITOR).id),
        "event": Wish(event=Event.LABELS_ADDED),
        "days": Wish(since=NOON - timedelta(days=380), until=NOON - timedelta(days=379)),
        "number": Wish(typed="#1001"),
    }


@pytest.mark.parametrize("name", ["all", "rare kind", "kind", "person", "event", "days", "number"])
def test_no_wish_reads_the_whole_trail(shop: Shop, name: str) -> None:
    planted(shop, ROWS, 3000)
    requested(shop, sell(shop))
    wish = wishes(shop)[name]
    if shop.app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        with shop.transaction() as session:
            session.execute(sa.text("ANALYZE trail"))
    with shop.transaction(reading=True) as session:
        steps = plan_of(session, reading._asking(wish).order_by(Trail.at.desc(), Trail.id.desc()).limit(51))
    trail = [step for step in steps if "trail" in step]
    assert trail and not any("SCAN trail" in step or "Seq Scan" in step for step in trail), steps


def plan_of(session: Session, query: sa.Select[Any]) -> list[str]:
    """How the database would read the tables, one line each: the index where it has one."""
    said = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    ask = session.connection().exec_driver_sql
    if not on_postgresql():
        lines = [row.detail for row in ask(f"EXPLAIN QUERY PLAN {said}")]
        return [line for line in lines if "staff_user" not in line and line.startswith(("SEARCH", "SCAN"))]
    lines = [row[0] for row in ask(f"EXPLAIN {said}")]
    return [line for line in lines if "Scan" in line and " on staff_user" not in line]


def test_the_newest_come_first_and_pages_hold_every_row_once(shop: Shop, other_shop: Shop) -> None:
    for one in (shop, other_shop):
        planted(one, 240, 7)
    walked, spot = [], Spot()
    while True:
        with shop.transaction(reading=True):
            page = reading.trail(Wish(kind="system"), spot)
            walked += [(fact.row.at, fact.id) for fact in page.rows]
        if not page.after:
            break
        spot = Spot(after=page.after)
    with shop.transaction(reading=True) as session:
        mine = sa.select(Trail.at, Trail.id).where(Trail.tenant_id == shop.id, Trail.actor_kind == "system")
        newest = session.execute(mine.order_by(Trail.at.desc(), Trail.id.desc())).all()
    assert walked == [tuple(row) for row in newest] and len(walked) > 100


def test_a_wish_finds_what_it_names_and_nothing_of_another_shop(shop: Shop, other_shop: Shop) -> None:
    mine = approved(shop, sell(shop, number="1"))
    approved(shop, sell(shop, number="2"))
    theirs = approved(other_shop, sell(other_shop, number="1"))
    rma = look(shop, mine).return_.rma
    for typed in (rma, rma.lower(), "#1", " 1 "):
        assert {fact.row.chain for fact in found(shop, Wish(typed=typed))} == {mine}
    assert found(shop, Wish(typed=look(other_shop, theirs).return_.rma)) == []
    owner = shop.actor()
    by_owner = found(shop, Wish(who=owner.id))
    assert {fact.row.actor_id for fact in by_owner} == {owner.id} and all(fact.who for fact in by_owner)
    assert {fact.row.event for fact in found(shop, Wish(event=Event.REFUND_APPROVED))} == {"refund.approved"}
    assert {fact.row.actor_kind for fact in found(shop, Wish(kind="shopper"))} == {"shopper"}
    assert found(shop, Wish(who=other_shop.actor().id)) == []


def test_days_are_counted_from_the_first_moment_to_before_the_last(shop: Shop) -> None:
    planted(shop, 100, 1)
    begin = NOON - timedelta(days=400)
    some = found(shop, Wish(since=begin + timedelta(minutes=10), until=begin + timedelta(minutes=20)))
    assert [fact.row.at for fact in some] == [begin + timedelta(minutes=n) for n in range(19, 9, -1)]


def test_a_row_has_the_words_that_were_written_with_it(shop: Shop, other_shop: Shop) -> None:
    for one in (shop, other_shop):
        id = requested(one, sell(one), reason="other")
        with one.transaction():
            deny(locked(Return, id), f"Not by {one.slug}.", one.actor())
    denied = found(shop, Wish(event=Event.RETURN_DENIED))
    assert denied and {fact.reason for fact in denied} == {"Not by acme."}
    assert {fact.reason for fact in found(shop, Wish(event=Event.RETURN_REQUESTED))} == {""}
