"""Exports as tests have them made, and what the files say."""

import csv
import json
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.audit.actors import SYSTEM
from portal.db import find
from portal.exports import Export, ExportKind, Format
from portal.exports.folders import MANIFEST, folder_of
from portal.exports.ordering import Wanted, order
from portal.jobs.worker import step
from portal.tenants import locked_shop
from tests.harness.shops import Shop

TABLES = (Format.CSV, Format.JSON)  # every kind has these


def ordered(
    shop: Shop,
    kind: ExportKind = ExportKind.JOURNAL,
    format: Format = Format.CSV,
    since: date | None = None,
    until: date | None = None,
) -> uuid.UUID:
    with shop.transaction():
        return order(locked_shop(), Wanted(kind, format, since, until), SYSTEM).id


def seen(shop: Shop, id: uuid.UUID) -> Export:
    with shop.transaction(reading=True) as session:
        export = find(Export, id)
        session.expunge_all()
        return export


def folder(shop: Shop) -> Path:
    return folder_of(None, shop.slug)


def made(shop: Shop, *args: Any, **kw: Any) -> Path:
    """An export that the worker has written."""
    id = ordered(shop, *args, **kw)
    while step(shop.app):
        pass
    return folder(shop) / seen(shop, id).file


def rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".json":
        return list(json.loads(path.read_text()))
    with path.open(newline="") as source:
        return list(csv.DictReader(source))


def manifest(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.with_name(path.name + MANIFEST).read_text()))


def told(shop: Shop, event: str) -> list[Trail]:
    with shop.transaction(reading=True) as session:
        mine = sa.select(Trail).where(Trail.tenant_id == shop.id, Trail.event == event).order_by(Trail.no)
        found = list(session.scalars(mine))
        session.expunge_all()
        return found
