"""Files of orders that are put in: looked through without a trace, confirmed, imported once, and gone."""

import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Event, Trail
from portal.db import Base, locked
from portal.errors import Conflict, Refusal
from portal.i18n import Voice, load
from portal.jobs import Job
from portal.jobs.worker import step
from portal.orders.files import FileState, ImportFile, Phase, Remark, keeping, working
from portal.orders.files.confirming import confirm, discard
from portal.orders.files.keeping import Kept, take_in
from portal.orders.files.models import FilePart
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.orders.files import order
from tests.orders.given import count, hold, run, stored

Worker = Callable[[], int]
At = Callable[[Any], None]


def put_in(shop: Shop, content: Any, format: str = "", name: str = "orders.json") -> uuid.UUID:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    by = shop.actor()
    with shop.transaction():
        return take_in(io.BytesIO(data), name, format, by)[0].id


def seen(shop: Shop, id: uuid.UUID) -> ImportFile:
    with shop.transaction(reading=True) as session:
        file = session.scalars(sa.select(ImportFile).where(ImportFile.id == id)).one()
        session.expunge_all()
        return file


def confirmed(shop: Shop, id: uuid.UUID) -> None:
    by = shop.actor()
    with shop.transaction():
        confirm(locked(ImportFile, id), by)


def refused(shop: Shop, id: uuid.UUID, phase: Phase) -> list[tuple[int, str, str]]:
    query = sa.select(Remark).where(Remark.file_id == id, Remark.phase == phase)
    with shop.transaction(reading=True) as session:
        found = session.scalars(query.order_by(Remark.no)).all()
        return [(r.line, r.number, Voice("en").text(load(r.reason))) for r in found]


def rows(shop: Shop, kind: type[Base]) -> int:
    with shop.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def many(n: int, **facts: Any) -> list[dict[str, Any]]:
    return [order(number=f"#{1000 + i}", id=f"o-{i}", **facts) for i in range(n)]


def test_looking_through_a_file_tells_what_would_come_of_it_and_writes_no_order(
    shop: Shop, worker: Worker
) -> None:
    run(shop, many(3))
    held = stored(shop, "#1002")
    hold(shop, number="#1002")
    other = [{"sku": "MUG", "id": "a", "title": "Mug", "quantity": 9, "subtotal": "20.00"}]
    content = [*many(2), *many(3, lines=other)[2:], *many(6)[3:], order(number="", lines=[])]
    content[1] = {**content[1], "name": "Another Name"}
    id = put_in(shop, content)
    worker()
    file = seen(shop, id)
    assert file.state is FileState.CHECKED
    assert file.checked == {"imported": 3, "updated": 1, "unchanged": 1, "refused": 2}
    reasons = refused(shop, id, Phase.CHECK)
    assert [number for _, number, _ in reasons] == ["#1002", ""] and "line 1" in reasons[0][2]
    assert count(shop) == 3 and stored(shop, "#1001").name != "Another Name"
    assert stored(shop, "#1002").version == held.version


def test_a_confirmed_file_is_imported_and_its_bytes_are_gone(shop: Shop, worker: Worker) -> None:
    id = put_in(shop, [*many(2), order(number="#9", currency="nothing")])
    worker()
    confirmed(shop, id)
    worker()
    file = seen(shop, id)
    assert (file.state, file.percent) == (FileState.DONE, 100)
    assert file.imported == {"imported": 2, "refused": 1} and count(shop) == 2
    assert [number for _, number, _ in refused(shop, id, Phase.IMPORT)] == ["#9"]
    assert rows(shop, FilePart) == 0
    with shop.transaction(reading=True) as session:
        trail = session.scalars(sa.select(Trail).where(Trail.event == Event.ORDERS_IMPORTED)).one()
        job = session.scalars(sa.select(Job).where(Job.kind == "file.import")).one()
        caused = session.scalars(sa.select(Trail).where(Trail.id == job.cause)).one()
        session.expunge_all()
    assert trail.actor_id == caused.actor_id == shop.actor().id
    assert trail.data == {"imported": 2, "updated": 0, "unchanged": 0, "refused": 1}
    ends_well(shop.app)


def test_what_is_in_the_file_twice_is_new_once(shop: Shop, worker: Worker, monkeypatch: Any) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    again = [order(number="#1000", id="o-0", name="Somebody Else"), *many(2)[1:]]
    id = put_in(shop, [*many(2), *again])
    worker()
    assert seen(shop, id).checked == {"imported": 2, "updated": 1, "unchanged": 1}
    confirmed(shop, id)
    worker()
    assert seen(shop, id).imported == {"imported": 2, "updated": 1, "unchanged": 1}


class Killed(BaseException):
    """As if the process ended: nothing of the worker's catches it."""


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_worker_that_is_killed_loses_only_the_batch_in_hand(
    shop: Shop, worker: Worker, at: At, monkeypatch: Any, batch: int
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    id = put_in(shop, [*many(5), order(number="#9", currency="nothing")])
    worker()
    confirmed(shop, id)
    tries, note = iter(range(1, 99)), working._note

    def die(*args: Any) -> None:
        note(*args)
        if next(tries) == batch:
            raise Killed

    monkeypatch.setattr(working, "_note", die)
    with pytest.raises(Killed):
        step(shop.app)
    assert seen(shop, id).taken == count(shop) == 2 * (batch - 1)
    assert worker() == 0, "the lease still runs"
    at(clock.now() + timedelta(minutes=3))
    worker()
    file = seen(shop, id)
    assert (file.state, count(shop)) == (FileState.DONE, 5)
    assert file.imported == {"imported": 5, "refused": 1}
    assert len(refused(shop, id, Phase.IMPORT)) == 1
    ends_well(shop.app)


def test_a_long_file_is_done_in_pieces_between_other_work(
    shop: Shop, worker: Worker, monkeypatch: Any
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    monkeypatch.setattr(working, "PIECE", -1)
    again = order(number="#1000", id="o-0", name="Somebody Else")
    id = put_in(shop, [*many(5), order(number="#9", currency="nothing"), again])
    assert worker() > 3, "each piece is a run of the job"
    assert seen(shop, id).checked == {"imported": 5, "updated": 1, "refused": 1}
    confirmed(shop, id)
    assert worker() > 3
    file = seen(shop, id)
    assert file.imported == file.checked and count(shop) == 5
    assert len(refused(shop, id, Phase.IMPORT)) == len(refused(shop, id, Phase.CHECK)) == 1
    ends_well(shop.app)


def test_looking_goes_on_after_a_kill(shop: Shop, worker: Worker, at: At, monkeypatch: Any) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    id = put_in(shop, [order(number="#9", currency="nothing"), *many(4)])
    with monkeypatch.context() as patch:
        patch.setattr(working, "_end", lambda run: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            step(shop.app)
    at(clock.now() + timedelta(minutes=3))
    worker()
    assert seen(shop, id).checked == {"imported": 4, "refused": 1}
    assert len(refused(shop, id, Phase.CHECK)) == 1 and count(shop) == 0


def test_bytes_that_changed_are_not_imported(shop: Shop, worker: Worker) -> None:
    id = put_in(shop, many(2))
    worker()
    with shop.transaction() as session:
        session.execute(sa.update(FilePart).values(data=json.dumps(many(3)).encode()))
    confirmed(shop, id)
    worker()
    file = seen(shop, id)
    assert file.state is FileState.REJECTED and file.problem and count(shop) == 0


def test_the_same_bytes_wait_once(shop: Shop) -> None:
    assert put_in(shop, many(2)) == put_in(shop, many(2)) != put_in(shop, many(3))


@pytest.mark.sqlite
def test_a_day_later_it_is_gone_and_a_month_later_what_was_told(shop: Shop, worker: Worker, at: At) -> None:
    start = clock.now()
    at(start)
    id = put_in(shop, [order(number="#9", currency="nothing")])
    worker()
    at(start + timedelta(days=1, minutes=1))
    worker()
    assert seen(shop, id).state is FileState.EXPIRED and rows(shop, FilePart) == 0
    assert rows(shop, Remark) == 1
    with pytest.raises(Conflict):
        confirmed(shop, id)
    at(start + timedelta(days=31))
    worker()
    assert rows(shop, Remark) == 0


@pytest.mark.sqlite
def test_what_is_thrown_away_cannot_be_imported(shop: Shop, worker: Worker) -> None:
    id = put_in(shop, many(1))
    worker()
    by = shop.actor()
    with shop.transaction():
        discard(locked(ImportFile, id), by)
    assert rows(shop, FilePart) == 0
    with pytest.raises(Conflict):
        confirmed(shop, id)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("content", "field"),
    [(b"", "file"), (b"\x89PNG\r\n\x1a\n\x00\x00", "file"), (b"a,b\n1,2\n", "file")],
)
def test_what_is_no_file_of_orders_is_not_kept(shop: Shop, content: bytes, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        put_in(shop, content)
    assert refused.value.field == field and rows(shop, ImportFile) == 0


@pytest.mark.sqlite
def test_a_file_has_a_largest_size_and_there_are_not_endlessly_many(shop: Shop, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    put_in(shop, many(1))
    put_in(shop, many(2))
    with pytest.raises(Refusal, match="wait"):
        put_in(shop, many(3))
    assert put_in(shop, many(1)), "one that waits is found again"
    monkeypatch.setattr(keeping, "LARGEST", 100)
    monkeypatch.setattr(keeping, "PART", 64)
    with pytest.raises(Refusal, match="At most"):
        put_in(shop, many(4))


def test_parts_are_read_as_one_file(shop: Shop, worker: Worker, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "PART", 100)
    data = json.dumps(many(5)).encode()
    id = put_in(shop, data)
    with shop.app.app_context():
        kept = Kept(None, shop.id, id, len(data))
        assert (
            kept.read() == data and kept.seek(-7, io.SEEK_END) == len(data) - 7 and kept.read() == data[-7:]
        )
        assert kept.read(1) == b""
    worker()
    assert seen(shop, id).checked == {"imported": 5}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\orders\\all.csv", "a\x00b", "x" * 900, "", "\u202egpj.exe"]
)
def test_a_name_is_only_a_name(shop: Shop, name: str) -> None:
    kept = seen(shop, put_in(shop, many(1), name=name)).name
    assert kept and len(kept) <= 200 and "/" not in kept and "\\" not in kept and kept.isprintable()


def test_another_shops_file_is_not_found(shop: Shop, other_shop: Shop) -> None:
    id = put_in(shop, many(1))
    with pytest.raises(Exception, match="ImportFile"), other_shop.transaction():
        confirm(locked(ImportFile, id), Actor("person", uuid.uuid4()))
