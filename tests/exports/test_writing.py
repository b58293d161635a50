"""An export is whole or not there, once, for its own eyes, and says what it is."""

import json
import re
import stat
import tracemalloc
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import clock, config
from portal.audit.actors import SYSTEM
from portal.db import session, snapshot
from portal.errors import Refusal
from portal.exports import Export, ExportKind, ExportState, Format, commanding
from portal.exports.folders import MANIFEST
from portal.exports.kinds import STREAMS
from portal.exports.ordering import MOST, Wanted
from portal.exports.sealing import check
from portal.inventory import Place, StockMovement, location_id
from portal.jobs import LeaseLost
from portal.jobs.leases import claim
from portal.jobs.worker import perform, step
from portal.ledger.reading import Period
from portal.orders.models import Order
from tests.exports.given import TABLES, folder, made, manifest, ordered, rows, seen, told
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap

RISKY = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx")


def test_a_file_is_whole_sealed_and_for_us_alone(shop: Shop) -> None:
    approved(shop, sell(shop))
    path = made(shop, ExportKind.RETURNS)
    said = manifest(path)
    assert (said["region"], said["shop"]["slug"], said["kind"]) == ("home", "acme", "returns")
    assert (said["rows"], said["bytes"]) == (len(rows(path)), path.stat().st_size)
    assert said["columns"] == list(rows(path)[0])
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder(shop).iterdir()} == {0o600}
    assert stat.S_IMODE(folder(shop).stat().st_mode) == 0o700
    assert check(path)["sha256"] == said["sha256"]
    assert broken(shop.app) == {}


def test_a_file_or_a_manifest_that_was_changed_is_told(shop: Shop) -> None:
    path = made(shop, ExportKind.JOURNAL)
    beside = path.with_name(path.name + MANIFEST)
    kept = path.read_bytes()
    path.write_bytes(kept + b"x")
    with pytest.raises(Refusal, match="not the one"):
        check(path)
    path.write_bytes(kept)
    beside.write_text(beside.read_text().replace('"rows": 0', '"rows": 7'))
    with pytest.raises(Refusal, match="not sealed"):
        check(path)
    beside.write_text("[]")
    with pytest.raises(Refusal, match="no manifest"):
        check(path)


def test_both_formats_of_each_kind_say_the_same(shop: Shop) -> None:
    approved(shop, sell(shop))
    swap = Swap(shop)
    swap.ready(swap.stock("HAT", 3000, 2))
    for kind in set(ExportKind) - {ExportKind.TRAIL}:
        table, objects = (rows(made(shop, kind, format)) for format in TABLES)
        assert table and len(table) == len(objects), kind
        assert tuple(table[0]) == tuple(objects[0]) == tuple(STREAMS[kind].columns)
        for cells, values in zip(table, objects, strict=True):
            said = {n: "" if v is None else _said(v) for n, v in values.items()}
            assert {n: v.lower() for n, v in cells.items()} == {n: v.lower() for n, v in said.items()}


def _said(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


def test_equal_orders_are_one_export_until_it_is_written(shop: Shop) -> None:
    first = ordered(shop, ExportKind.ORDERS)
    assert ordered(shop, ExportKind.ORDERS) == first
    assert ordered(shop, ExportKind.ORDERS, Format.JSON) != first
    step(shop.app)
    assert ordered(shop, ExportKind.ORDERS) != first


def test_so_many_may_wait_and_no_more(shop: Shop) -> None:
    for n in range(MOST):
        ordered(shop, since=date(2026, 1, 1) + timedelta(days=n))
    with pytest.raises(Refusal, match="wait"):
        ordered(shop)


@pytest.mark.sqlite
def test_a_period_that_is_none_is_refused(shop: Shop) -> None:
    with pytest.raises(Refusal, match="before the first"):
        ordered(shop, since=date(2026, 2, 1), until=date(2026, 1, 1))
    with pytest.raises(Refusal, match="years"):
        ordered(shop, until=date(9999, 12, 31))


def test_a_worker_that_lost_the_job_leaves_nothing(shop: Shop) -> None:
    """The first is held up until its lease is over; the second writes; the first comes to nothing."""
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    with clock.at(now):
        id = ordered(shop)
        with shop.app.app_context():
            slow = claim(None, seen(shop, id).job)
    with clock.at(now + timedelta(minutes=10)), shop.app.app_context():
        quick = claim(None, seen(shop, id).job)
        assert slow and quick
        perform(quick)
        with pytest.raises(LeaseLost), slow.transaction():
            pass
        perform(slow)
    assert seen(shop, id).state is ExportState.READY
    assert len(list(folder(shop).iterdir())) == 2
    assert len(told(shop, "export.written")) == 1


def test_what_a_killed_worker_left_is_swept_and_it_is_begun_anew(shop: Shop) -> None:
    id = ordered(shop)
    folder(shop).mkdir(parents=True)
    (folder(shop) / f".{id}.1.part").write_text("half")
    step(shop.app)
    assert sorted(p.name for p in folder(shop).iterdir()) == sorted(
        [seen(shop, id).file, seen(shop, id).file + MANIFEST]
    )


def test_a_folder_that_cannot_be_written_fails_the_job_and_leaves_no_half_file(shop: Shop) -> None:
    id = ordered(shop)
    folder(shop).parent.mkdir(parents=True, exist_ok=True)
    folder(shop).write_text("in the way")
    step(shop.app)
    assert (seen(shop, id).state, seen(shop, id).file) == (ExportState.ORDERED, "")
    folder(shop).unlink()
    with clock.at(clock.now() + timedelta(minutes=5)):
        step(shop.app)
    assert seen(shop, id).state is ExportState.READY


def test_its_time_ends_its_files_go_and_the_row_stays(shop: Shop) -> None:
    path = made(shop)
    assert (path.exists(), step(shop.app)) == (True, 0)
    with clock.at(clock.now() + timedelta(days=config.current().export_days + 1)):
        assert step(shop.app) == 1
    assert list(folder(shop).iterdir()) == []
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(Export.state)).one() is ExportState.REMOVED
    assert len(told(shop, "export.removed")) == 1
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_a_spreadsheet_would_run_is_escaped(shop: Shop) -> None:
    id = sell(shop)
    for text in RISKY:
        with shop.transaction():
            session.execute(sa.update(Order).where(Order.id == id).values(name=text))
        table, objects = (rows(made(shop, ExportKind.ORDERS, format)) for format in TABLES)
        assert (table[0]["name"], objects[0]["name"]) == (f"'{text}", text)


@pytest.mark.sqlite
def test_the_columns_of_every_kind_are_documented() -> None:
    page = (config.ROOT / "docs" / "exports.md").read_text()
    for kind in ExportKind:
        heading = kind.value.replace("_", " ").capitalize()
        part = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
        assert set(STREAMS[kind].columns) == set(re.findall(r"^\| `(\w+)`", part, re.M)), kind


@pytest.mark.sqlite
def test_many_rows_are_written_in_little_memory(shop: Shop) -> None:
    many, now = 40_000, clock.now()
    with shop.transaction():
        dock, shelf = location_id(shop.id, Place.DOCK), location_id(shop.id, Place.SELLABLE)
        row = {"tenant_id": shop.id, "at": now, "sku": "A-1", "title": "A", "quantity": 1, "currency": "EUR"}
        row |= {
            "origin_id": dock,
            "destination_id": shelf,
            "unit_cost": 100,
            "about": shop.id,
            "corrects": None,
        }
        for _ in range(many // 5000):
            some = [{**row, "id": uuid.uuid4(), "item_id": uuid.uuid4()} for _ in range(5000)]
            session.execute(sa.insert(StockMovement), some)
    with shop.app.app_context():
        tracemalloc.start()
        path, export = commanding.export(None, shop.id, Wanted(ExportKind.STOCK, Format.CSV), SYSTEM)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert export.rows == many == export.expected
    with path.open("rb") as source:
        assert sum(1 for _ in source) == many + 1
    assert peak < 16 << 20


def test_what_happens_meanwhile_is_not_in_it(shop: Shop) -> None:
    approved(shop, sell(shop, number="1"))
    stream, everything = STREAMS[ExportKind.JOURNAL], Period("UTC")
    with shop.app.app_context(), snapshot(None, shop.id):
        before = stream.count(everything)
        approved(shop, sell(shop, number="2"))
        assert stream.count(everything) == before == len(list(stream.rows(everything)))
    with shop.transaction(reading=True):
        assert stream.count(everything) > before


@pytest.mark.sqlite
def test_the_trails_file_carries_the_heads(shop: Shop) -> None:
    approved(shop, sell(shop))
    lines = rows(made(shop, ExportKind.TRAIL, Format.JSON))
    last = {line["chain"]: line for line in lines if line["record"] == "row"}
    heads = {line["chain"]: (line["no"], line["hash"]) for line in lines if line["record"] == "head"}
    assert heads == {chain: (line["no"], line["hash"]) for chain, line in last.items()}
    assert json.dumps(lines[0]).count("acme") == 1
