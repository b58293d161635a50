"""The shop's own labels: added by staff, each handed out once."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Event, record
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.inserting import insert_all_new
from portal.returns.carriers.models import PooledLabel
from portal.returns.parcels import TRACKING, tracking_key
from portal.tenants.current import locked_shop

NAME = "pool"
LARGEST = 2 * 1024 * 1024  # bytes of a PDF
UNUSED = PooledLabel.parcel_id.is_(None)


@dataclass(frozen=True)
class NewLabel:
    tracking: str
    pdf: bytes


def add_labels(carrier: str, labels: Iterable[NewLabel], by: Actor) -> int:
    """Put labels of one carrier into the pool; how many are new. One that is there already is left alone.

    Raises Refusal, and adds nothing, when one of them cannot be a label.
    """
    carrier, wanted = carrier.strip(), list(labels)
    if not 0 < len(carrier) <= 60:
        raise Refusal(say("A carrier's name has 1 to 60 letters."), "carrier")
    for label in wanted:
        _check(label)
    shop = locked_shop()
    added = insert_all_new(PooledLabel, [_row(carrier, label) for label in wanted]) if wanted else 0
    if added:
        record(shop, Event.LABELS_ADDED, by, count=added)
    return added


def _check(label: NewLabel) -> None:
    if not TRACKING.match(label.tracking.strip()):
        text = "{tracking} is no tracking number. It has 5 to 60 letters and digits."
        raise Refusal(say(text, tracking=label.tracking[:80]), "tracking")
    if not label.pdf.startswith(b"%PDF-"):
        raise Refusal(say("The label {tracking} is not a PDF file.", tracking=label.tracking), "pdf")
    if len(label.pdf) > LARGEST:
        text = "The label {tracking} is larger than 2 MB."
        raise Refusal(say(text, tracking=label.tracking), "pdf")


def _row(carrier: str, label: NewLabel) -> dict[str, object]:
    tracking = label.tracking.strip()
    return {
        "id": uuid7(),
        "tenant_id": here(),
        "carrier": carrier,
        "tracking": tracking,
        "tracking_key": tracking_key(tracking),
        "pdf": label.pdf,
        "added_at": clock.now(),
    }


def hand_out(parcel: uuid.UUID) -> PooledLabel | None:
    """Give the parcel a label, the oldest that is free; the one it has already, if it has; None if there is
    none. Two that ask at once never get the same."""
    if own := label_of(parcel):
        return own
    free = sa.select(PooledLabel.id).where(PooledLabel.tenant_id == here(), UNUSED)
    oldest = free.order_by(PooledLabel.id).limit(1).with_for_update(skip_locked=True)
    while (id := session.scalar(oldest)) is not None:
        if _take(id, parcel):
            return label_of(parcel)
    return None


def _take(id: uuid.UUID, parcel: uuid.UUID) -> bool:
    taking = sa.update(PooledLabel).where(PooledLabel.id == id, PooledLabel.tenant_id == here(), UNUSED)
    taken = session.execute(
        taking.values(parcel_id=parcel, handed_out_at=clock.now()).returning(PooledLabel.id)
    )
    return taken.first() is not None


def label_of(parcel: uuid.UUID) -> PooledLabel | None:
    """The pooled label that the parcel has; its PDF is loaded when it is asked for."""
    mine = sa.select(PooledLabel).where(PooledLabel.tenant_id == here(), PooledLabel.parcel_id == parcel)
    return session.scalars(mine).one_or_none()


def left() -> int:
    """How many labels are free."""
    free = sa.select(sa.func.count()).select_from(PooledLabel)
    return session.scalar(free.where(PooledLabel.tenant_id == here(), UNUSED)) or 0
