import random
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.audit import Event, Trail
from portal.db import session, transaction
from portal.engines import configure
from portal.errors import Refusal
from portal.returns.carriers import pool
from portal.returns.carriers.models import PooledLabel
from portal.returns.carriers.pool import LARGEST, NewLabel, add_labels, hand_out, label_of, left
from portal.web.ritual import Portal
from tests.harness.apps import made_app
from tests.harness.processes import context
from tests.harness.shops import Shop
from tests.returns.carriers.given import authorized, fill_pool, pdf

TAKERS, PARCELS = 3, 12


def given(shop: Shop, parcel: uuid.UUID) -> str | None:
    with shop.transaction():
        label = hand_out(parcel)
        return label.tracking if label else None


def test_labels_are_handed_out_oldest_first_and_each_once(shop: Shop) -> None:
    fill_pool(shop, 1, 2)
    first, second, third = authorized(shop, 3)
    assert given(shop, first) == "JD 014600000001"
    assert given(shop, second) == "JD 014600000002"
    assert given(shop, third) is None


def test_a_parcel_keeps_the_label_that_it_has(shop: Shop) -> None:
    fill_pool(shop, 1, 2)
    (parcel,) = authorized(shop)
    assert given(shop, parcel) == given(shop, parcel)
    with shop.transaction(reading=True):
        label = label_of(parcel)
        assert label and label.pdf == pdf(1) and label.handed_out_at
        assert left() == 1


def test_a_label_goes_back_when_the_transaction_does(shop: Shop) -> None:
    fill_pool(shop, 1)
    first, second = authorized(shop, 2)
    with pytest.raises(ZeroDivisionError), shop.transaction():
        assert hand_out(first)
        raise ZeroDivisionError
    assert given(shop, second) == "JD 014600000001"


def test_a_shop_has_only_its_own_labels(shop: Shop, other_shop: Shop) -> None:
    fill_pool(other_shop, 1)
    (parcel,) = authorized(shop)
    assert given(shop, parcel) is None
    with other_shop.transaction(), pytest.raises(IntegrityError):
        hand_out(parcel)


def test_adding_is_safe_to_repeat_and_stands_in_the_trail(shop: Shop) -> None:
    assert (fill_pool(shop, 1, 2), fill_pool(shop, 2, 3), fill_pool(shop, 3)) == (2, 1, 0)
    with shop.transaction(reading=True):
        assert left() == 3
        rows = session.scalars(sa.select(Trail).where(Trail.event == Event.LABELS_ADDED).order_by(Trail.no))
        assert [row.data for row in rows] == [{"count": 2}, {"count": 1}]


def test_numbers_that_only_look_different_are_one_label(shop: Shop) -> None:
    labels = [NewLabel(" jd-0146-0000-0001", pdf(1)), NewLabel("JD 01460000 0001 ", pdf(2))]
    with shop.transaction():
        assert add_labels("DHL", labels, shop.actor()) == 1


@pytest.mark.parametrize(
    ("carrier", "label", "field"),
    [
        (" ", NewLabel("JD014600001", pdf(1)), "carrier"),
        ("DHL" * 21, NewLabel("JD014600001", pdf(1)), "carrier"),
        ("DHL", NewLabel("JD", pdf(1)), "tracking"),
        ("DHL", NewLabel("<script>alert</script>", pdf(1)), "tracking"),
        ("DHL", NewLabel("JD014600001", b"<html>"), "pdf"),
        ("DHL", NewLabel("JD014600001", pdf(1).ljust(LARGEST + 1)), "pdf"),
    ],
)
def test_what_is_no_label_is_refused_with_all_beside_it(
    shop: Shop, carrier: str, label: NewLabel, field: str
) -> None:
    with pytest.raises(Refusal) as error, shop.transaction():
        add_labels(carrier, [NewLabel("JD014600000", pdf(0)), label], shop.actor())
    assert error.value.field == field
    with shop.transaction(reading=True):
        assert left() == 0


@dataclass(frozen=True)
class Race:
    """What the racing processes share."""

    url: str
    shop: uuid.UUID
    barrier: Any
    locking: bool


def widen(locking: bool) -> None:
    """Let a moment pass between finding a free label and taking it, so that a race has its chance."""
    taking = pool._take if locking else take_unseen

    def take(id: uuid.UUID, parcel: uuid.UUID) -> bool:
        time.sleep(random.uniform(0, 0.01))
        return taking(id, parcel)

    pool._take = take


def take_unseen(id: uuid.UUID, parcel: uuid.UUID) -> bool:
    """The control's fault: who takes a label does not look whether it is still free."""
    session.execute(sa.update(PooledLabel).where(PooledLabel.id == id).values(parcel_id=parcel))
    return True


def unlock() -> None:
    sa.Select.with_for_update = lambda query, **_: query  # type: ignore[method-assign]
    sys.modules[configure.__module__]._begin_sqlite = lambda _: None  # type: ignore[attr-defined]


def take_labels(race: Race, file: Path, parcels: list[uuid.UUID]) -> None:
    """Hand a label to each parcel; writes down which it got."""
    widen(race.locking)
    if not race.locking:
        unlock()
    app = made_app(race.url)
    race.barrier.wait(30)
    with app.app_context(), file.open("a") as got:
        for parcel in parcels:
            with transaction(tenant=race.shop):
                label = hand_out(parcel)
                got.write(f"{label.tracking}\n" if label else "")


def run(app: Portal, shop: Shop, folder: Path, *, locking: bool) -> list[str]:
    """The labels that the processes got, four each, where there is one for every parcel."""
    fill_pool(shop, *range(PARCELS))
    parcels = authorized(shop, PARCELS)
    race = Race(app.config["SQLALCHEMY_DATABASE_URI"], shop.id, context.Barrier(TAKERS), locking)
    files = [folder / str(n) for n in range(TAKERS)]
    takers = [
        context.Process(target=take_labels, args=(race, file, parcels[n::TAKERS]))
        for n, file in enumerate(files)
    ]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join(60)
    assert not locking or [taker.exitcode for taker in takers] == [0] * TAKERS
    return [line for file in files for line in file.read_text().splitlines()]


@pytest.mark.race
def test_two_that_ask_at_once_never_get_the_same(app: Portal, shop: Shop, tmp_path: Path) -> None:
    got = run(app, shop, tmp_path, locking=True)
    assert len(got) == len(set(got)) == PARCELS
    with shop.transaction(reading=True):
        assert left() == 0
        assert len(set(session.scalars(sa.select(PooledLabel.parcel_id)))) == PARCELS


@pytest.mark.race
def test_without_the_condition_a_label_goes_out_twice(app: Portal, shop: Shop, tmp_path: Path) -> None:
    """The control of the race above."""
    got = run(app, shop, tmp_path, locking=False)
    assert 0 < len(set(got)) < len(got)
