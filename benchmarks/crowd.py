"""A shop with as many returns as wanted: a few made by the demo's stories, the others copied row by row.

Copies hold together as the originals do: books, stock, jobs and a sealed trail of their own, so that
`flask verify` finds nothing wrong with them.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.audit.models import GENESIS
from portal.audit.trail import seal
from portal.db import db, transaction
from portal.feed import FeedEntry
from portal.ids import rma_number
from portal.inventory import StockMovement
from portal.jobs import Job
from portal.ledger import Book, JournalEntry, Posting
from portal.notices import Notice
from portal.orders.models import Order, OrderLine, Payment, Shipment
from portal.people.models import User
from portal.policies import PolicyVersion
from portal.provisioning.demo.shops import SHOPS, furnish
from portal.refunds.credit_notes import CreditNote, CreditNoteNames
from portal.refunds.models import CreditEntry, LegAttempt, Refund, RefundLeg, RefundPart, StoreCredit
from portal.returns.models import Note, Parcel, Return, ReturnItem, ReturnLine, ReturnMessage
from portal.tenants import Tenant

COPIED = (
    Order, OrderLine, Payment, Shipment, Return, ReturnLine, Parcel, ReturnItem, Note, ReturnMessage, Refund,
    RefundPart, CreditNote, CreditNoteNames, StoreCredit, CreditEntry, RefundLeg, LegAttempt, JournalEntry,
    Posting, StockMovement, Notice, Trail, Job, FeedEntry,
)  # fmt: skip
KEPT = {
    "tenant_id", "policy_id", "approved_by", "actor_id", "by", "created_by", "account_id", "origin_id",
    "destination_id",
}  # fmt: skip
NUMBERED = {"external_id", "number", "number_key", "reference", "owner_key"}  # unique texts without an id
SEEDS = 60  # orders that the demo's stories are told about
BATCH = 2_000
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Rows = Sequence[dict[str, Any]]


def fill(app: Any, returns: int) -> str:
    """Make the shop and bring it to so many returns (or a few more); its slug."""
    shop = replace(SHOPS[0], orders=SEEDS)
    with app.app_context():
        furnish(app, lambda told: None, [shop])
        with transaction(reading=True) as session:
            tenant = session.scalars(sa.select(Tenant.id).where(Tenant.slug == shop.new.slug)).one()
        seeds = Seeds.of(tenant)
        made = sum(1 for row in seeds.rows[Return] if row["number"])
        for k in range(1, -(-returns // made)):
            _copy(tenant, seeds, k)
        _number_on(tenant)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    return shop.new.slug


@dataclass(frozen=True)
class Seeds:
    """The rows to copy, parents first. `kept`: ids that copies share. `checks`: ids that follow from a unit
    and how often it was checked."""

    rows: Mapping[Any, Rows]
    kept: frozenset[uuid.UUID]
    checks: Mapping[uuid.UUID, tuple[uuid.UUID, str]]

    @classmethod
    def of(cls, tenant: uuid.UUID) -> "Seeds":
        with transaction(tenant=tenant, reading=True) as session:
            rows = {
                model: [dict(row) for row in session.execute(sa.select(model.__table__)).mappings()]
                for model in COPIED
            }
            people = session.scalars(sa.select(User.id)).all()
            versions = session.scalars(sa.select(PolicyVersion.id)).all()
        owners = {row["id"] for row in rows[Return]}
        rows[Trail] = [row for row in rows[Trail] if row["chain"] in owners]
        rows[Trail].sort(key=lambda row: (row["chain"], row["no"]))
        kept = frozenset((tenant, *people, *versions))
        rows[Job] = [
            row for row in rows[Job] if any(i not in kept for i in map(uuid.UUID, ID.findall(row["key"])))
        ]
        checks = {
            uuid.uuid5(row["id"], str(n)): (row["id"], str(n))
            for row in rows[ReturnItem]
            for n in range(1, row["inspections"] + 1)
        }
        return cls(rows, kept, checks)

    def twin(self, id: uuid.UUID, k: int) -> uuid.UUID:
        """The id of the k-th copy; those of the rows of one copy go together."""
        if id in self.kept:
            return id
        if id in self.checks:
            unit, n = self.checks[id]
            return uuid.uuid5(self.twin(unit, k), n)
        return uuid.UUID(int=id.int ^ (k << 20))

    def other(self, name: str, value: Any, k: int) -> Any:
        """A column's value in the k-th copy."""
        if isinstance(value, uuid.UUID):
            return value if name in KEPT else self.twin(value, k)
        if isinstance(value, dict):
            return {inner: self.other(inner, kept, k) for inner, kept in value.items()}
        if isinstance(value, str):
            text = ID.sub(lambda found: str(self.twin(uuid.UUID(found[0]), k)), value)
            return f"{value}-{k}" if name in NUMBERED and text == value and value else text
        return value


def _copy(tenant: uuid.UUID, seeds: Seeds, k: int) -> None:
    copies = {model: [_copied(model, row, seeds, k) for row in rows] for model, rows in seeds.rows.items()}
    heads = _sealed(copies[Trail])
    for row in copies[Return]:
        row["trail_hash"] = heads.get(row["id"], GENESIS)
    with transaction(tenant=tenant) as session:
        for model, rows in copies.items():
            for start in range(0, len(rows), BATCH):
                statement = sa.insert(model).execution_options(render_nulls=True)
                session.execute(statement, rows[start : start + BATCH])


def _copied(model: Any, row: dict[str, Any], seeds: Seeds, k: int) -> dict[str, Any]:
    fresh = {name: seeds.other(name, value, k) for name, value in row.items()}
    if model is Return and row["number"]:
        fresh["number"] = rma_number()
    if model in (JournalEntry, FeedEntry, CreditNote):
        fresh["no"] += k * len(seeds.rows[model])
    return fresh


def _sealed(trail: Rows) -> dict[uuid.UUID, str]:
    """Seal the rows anew, chain by chain; the last hash of each."""
    heads: dict[uuid.UUID, str] = {}
    for row in trail:
        row["previous"] = heads.get(row["chain"], GENESIS)
        row["hash"] = heads[row["chain"]] = seal(row)
    return heads


def _number_on(tenant: uuid.UUID) -> None:
    """The next numbers of the book, of the feed and of credit notes come after all copies."""
    with transaction(tenant=tenant) as session:
        last = session.scalar(sa.select(sa.func.max(JournalEntry.no))) or 0
        told = session.scalar(sa.select(sa.func.max(FeedEntry.no))) or 0
        noted = session.scalar(sa.select(sa.func.max(CreditNote.no))) or 0
        counts = {"next_no": last + 1, "next_change": told + 1, "next_credit_note": noted + 1}
        session.execute(sa.update(Book).values(counts))
