"""A parcel gets its label and is followed, by jobs; the clock is set, nothing waits."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.db import find, locked, session
from portal.documents.values import Paper
from portal.i18n import Voice
from portal.jobs import Job, JobState
from portal.returns.carriers.following import LONGEST
from portal.returns.carriers.labels import label_pdf
from portal.returns.deciding import cancel
from portal.returns.lifecycle import ParcelState
from portal.returns.models import Parcel, Return
from portal.returns.parcels import mark_sent
from portal.tenants.current import this_shop
from tests.harness.sales import take_in
from tests.harness.shops import Shop
from tests.returns.carriers.given import authorized, fill_pool, gets_labels_from, parcel, pdf

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Set = Callable[[datetime], None]
Work = Callable[[], int]


@pytest.fixture(autouse=True)
def started(at: Set) -> None:
    at(START)


def job(shop: Shop, kind: str) -> Job:
    with shop.transaction(reading=True):
        found = session.scalars(sa.select(Job).where(Job.kind == kind)).one()
        session.expunge_all()
    return found


def print_of(shop: Shop, id: uuid.UUID) -> bytes:
    with shop.transaction(reading=True):
        return label_pdf(find(Parcel, id), this_shop(), "https://shop.example/acme", Paper.A6, Voice("en"))


def words(document: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(document))


def test_the_carriers_label_is_there_as_soon_as_the_job_is_done(shop: Shop, worker: Work) -> None:
    gets_labels_from(shop, "test")
    (id,) = authorized(shop)
    assert parcel(shop, id).state is ParcelState.AWAITING_LABEL
    worker()
    labelled = parcel(shop, id)
    assert (labelled.state, labelled.label_at) == (ParcelState.LABEL_ISSUED, START)
    assert re.fullmatch(r"TEST\d{12}", labelled.tracking)
    said = words(print_of(shop, id))
    for text in ("TEST MODE", labelled.tracking, "Annelie Brückner-Hohenstein", "Werftstraße 114"):
        assert text in said


def test_the_label_stands_in_the_trail_by_the_job(shop: Shop, worker: Work) -> None:
    gets_labels_from(shop, "test")
    (id,) = authorized(shop)
    worker()
    with shop.transaction(reading=True):
        row = session.scalars(sa.select(Trail).where(Trail.event == Event.LABEL_ISSUED)).one()
        assert (row.subject_id, row.actor_kind, row.actor_id) == (id, "job", job(shop, "label.issue").id)


def test_a_parcel_across_a_border_names_both_countries(shop: Shop, worker: Work) -> None:
    gets_labels_from(shop, "test")
    (id,) = authorized(shop, country="AT", address=["Ringstraße 1", "1010 Wien"])
    worker()
    said = words(print_of(shop, id))
    assert "AUSTRIA" in said
    assert "GERMANY" in said


def test_a_shop_without_carrier_has_its_address_printed(shop: Shop, worker: Work) -> None:
    (id,) = authorized(shop)
    worker()
    assert parcel(shop, id).state is ParcelState.AWAITING_LABEL
    assert job(shop, "label.issue").state is JobState.DONE
    said = words(print_of(shop, id))
    assert "Postage not paid" in said
    assert "GERMANY" not in said


def test_a_label_of_the_pool_comes_as_it_was_added(shop: Shop, worker: Work) -> None:
    gets_labels_from(shop, "pool")
    fill_pool(shop, 7)
    (id,) = authorized(shop)
    worker()
    labelled = parcel(shop, id)
    assert (labelled.state, labelled.carrier, labelled.tracking) == (
        ParcelState.LABEL_ISSUED,
        "DHL",
        "JD 014600000007",
    )
    assert print_of(shop, id) == pdf(7)


def test_an_empty_pool_is_looked_at_again(shop: Shop, worker: Work, at: Set) -> None:
    gets_labels_from(shop, "pool")
    (id,) = authorized(shop)
    worker()
    assert parcel(shop, id).state is ParcelState.AWAITING_LABEL
    fill_pool(shop, 7)
    for minutes, state in ((14, ParcelState.AWAITING_LABEL), (15, ParcelState.LABEL_ISSUED)):
        at(START + timedelta(minutes=minutes))
        worker()
        assert parcel(shop, id).state is state


def test_a_cancelled_return_takes_no_label(shop: Shop, worker: Work) -> None:
    gets_labels_from(shop, "pool")
    fill_pool(shop, 7)
    (id,) = authorized(shop)
    with shop.transaction():
        cancel(locked(Return, find(Parcel, id).return_id), shop.actor())
    worker()
    assert parcel(shop, id).tracking == ""
    assert job(shop, "label.issue").state is JobState.DONE


def test_an_address_that_the_carrier_refuses_waits_for_a_person(shop: Shop, worker: Work) -> None:
    gets_labels_from(shop, "test")
    (id,) = authorized(shop, name=" ")
    worker()
    assert parcel(shop, id).state is ParcelState.AWAITING_LABEL
    dead = job(shop, "label.issue")
    assert (dead.state, dead.last_error) == (
        JobState.DEAD,
        "GiveUp: the carrier refuses: address_incomplete",
    )


def test_a_parcel_is_followed_until_it_is_delivered(shop: Shop, worker: Work, at: Set) -> None:
    gets_labels_from(shop, "test")
    (id,) = authorized(shop)
    worker()
    seen = []
    for hour in range(32):
        at(START + hour * HOUR)
        worker()
        seen.append(parcel(shop, id).state)
    assert (
        seen == [ParcelState.LABEL_ISSUED] * 4 + [ParcelState.IN_TRANSIT] * 26 + [ParcelState.DELIVERED] * 2
    )
    assert job(shop, "parcel.follow").state is JobState.DONE
    arrived = parcel(shop, id)
    assert (arrived.sent_at, arrived.delivered_at) == (START + 4 * HOUR, START + 30 * HOUR)


def test_a_worker_that_was_away_notes_the_whole_way(shop: Shop, worker: Work, at: Set) -> None:
    gets_labels_from(shop, "test")
    (id,) = authorized(shop)
    worker()
    at(START + 9 * 24 * HOUR)
    worker()
    with shop.transaction(reading=True):
        rows = session.scalars(sa.select(Trail).where(Trail.subject_id == id).order_by(Trail.no))
        assert [(row.before, row.after) for row in rows] == [
            ("awaiting_label", "label_issued"),
            ("label_issued", "in_transit"),
            ("in_transit", "delivered"),
        ]


def test_a_parcel_on_the_dock_is_followed_no_more(shop: Shop, worker: Work, at: Set) -> None:
    gets_labels_from(shop, "test")
    (id,) = authorized(shop)
    worker()
    take_in(shop, parcel(shop, id).return_id)
    at(START + 48 * HOUR)
    worker()
    assert parcel(shop, id).state is ParcelState.RECEIVED
    assert job(shop, "parcel.follow").state is JobState.DONE


def test_the_carrier_is_asked_about_its_own_number(shop: Shop, worker: Work, at: Set) -> None:
    """Also when the shopper says that the parcel went another way."""
    gets_labels_from(shop, "test")
    (id,) = authorized(shop)
    worker()
    issued = parcel(shop, id).tracking
    with shop.transaction():
        mark_sent(locked(Return, find(Parcel, id).return_id), "JD 014600000001", shop.actor())
    assert job(shop, "parcel.follow").payload["tracking"] == issued


def test_a_label_that_nobody_uses_is_given_up(shop: Shop, worker: Work, at: Set) -> None:
    gets_labels_from(shop, "test")
    authorized(shop)
    worker()
    at(START + LONGEST)
    worker()
    assert job(shop, "parcel.follow").state is JobState.DONE
