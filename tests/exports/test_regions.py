"""The files of a shop lie in its own region's folder, and nothing of another shop is in them."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.audit.actors import SYSTEM
from portal.config import BadConfig, Config
from portal.db import transaction
from portal.exports import ExportKind, Format, commanding
from portal.exports.ordering import Wanted
from portal.orders.models import Order
from portal.web.ritual import Portal
from tests.exports.given import TABLES
from tests.harness.apps import OWNER, PASSWORD, open_shop, portal_on, schema
from tests.harness.client import ShopClient
from tests.harness.databases import Databases

KEYS = {"SECRET_KEY": "s" * 32, "TRAIL_KEY": "t" * 32, "MAIL_URL": "smtp://mail.example:25"}
TWO = {"REGION_URLS": '{"eu": "sqlite:///eu.db", "us": "sqlite:///us.db"}'}


@pytest.fixture
def spread(databases: Databases, tmp_path: Path) -> Iterator[Portal]:
    """One shop in eu and one in us, in a database and a folder each."""
    folders = {"eu": tmp_path / "for-eu", "us": tmp_path / "for-us"}
    with databases.fresh(schema) as eu, databases.fresh(schema) as us:
        urls = {"eu": eu, "us": us}
        with portal_on(databases, schema, region_urls=urls, export_folders=folders) as app:
            yield app


def opened(app: Portal, region: str) -> object:
    id = open_shop(app, f"shop-{region}", region=region, name=f"Faden {region.upper()}")
    with app.app_context(), transaction(region, id) as session:
        facts = {"source": "homeward", "external_id": "1", "digest": "", "number_key": "1", "currency": "EUR"}
        facts |= {
            "prices_include_tax": True,
            "email": f"ida@{region}.example",
            "email_key": "",
            "address": [],
        }
        session.add(
            Order(**facts, number=f"#{region}-1", name=f"Ida of {region}", postcode_key="", **_moments())
        )
    return id


def _moments() -> dict[str, object]:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return {"placed_at": now, "imported_at": now}


def written(app: Portal, region: str, shop: object) -> list[Path]:
    with app.app_context():
        return [
            commanding.export(region, shop, Wanted(kind, format), SYSTEM)[0]  # type: ignore[arg-type]
            for kind in ExportKind
            for format in TABLES
        ]


def test_each_regions_files_are_its_own(spread: Portal, tmp_path: Path) -> None:
    shops = {region: opened(spread, region) for region in ("eu", "us")}
    for region, other in (("eu", "us"), ("us", "eu")):
        paths = written(spread, region, shops[region])
        assert all(path.is_relative_to(tmp_path / f"for-{region}" / f"shop-{region}") for path in paths)
        assert any(f"Ida of {region}" in path.read_text() for path in paths)
        for file in (tmp_path / f"for-{region}").rglob("*"):
            assert other not in file.name.split("-")
            if file.is_file():
                text = file.read_text()
                for foreign in (f"#{other}-1", f"Ida of {other}", f"shop-{other}", str(shops[other])):
                    assert foreign not in text
    assert {p.name for p in tmp_path.iterdir()} == {"for-eu", "for-us"}


def test_nobody_fetches_another_regions_file(spread: Portal) -> None:
    eu, us = opened(spread, "eu"), opened(spread, "us")
    with spread.app_context():
        wanted = Wanted(ExportKind.ORDERS, Format.CSV)
        mine = commanding.export("eu", eu, wanted, SYSTEM)[1].id  # type: ignore[arg-type]
        theirs = commanding.export("us", us, wanted, SYSTEM)[1].id  # type: ignore[arg-type]
    client = ShopClient(spread)
    client.slug = "shop-eu"
    client.send(client.get("/sign-in"), "/sign-in", email=OWNER, password=PASSWORD)
    assert client.get(f"/desk/exports/{mine}/file").status_code == 200
    for slug, status in (("shop-eu", 404), ("shop-us", 302)):  # there, a stranger
        client.slug = slug
        for part in ("file", "manifest"):
            assert client.get(f"/desk/exports/{theirs}/{part}").status_code == status


def test_it_does_not_start_without_a_folder_for_each_region() -> None:
    with pytest.raises(BadConfig, match="a folder for us"):
        Config.from_env({**KEYS, **TWO, "EXPORT_FOLDERS": '{"eu": "/srv/eu"}'})
    with pytest.raises(BadConfig, match="none within another"):
        Config.from_env({**KEYS, **TWO, "EXPORT_FOLDERS": '{"eu": "/srv/x", "us": "/srv/x/us"}'})
    with pytest.raises(BadConfig, match="none within another"):
        Config.from_env({**KEYS, **TWO, "EXPORT_FOLDERS": '{"eu": "/srv/x", "us": "/srv/x"}'})
    with pytest.raises(BadConfig, match="names se"):
        Config.from_env({**KEYS, "EXPORT_FOLDERS": '{"se": "/srv/se"}'})
    with pytest.raises(BadConfig, match="JSON"):
        Config.from_env({**KEYS, **TWO, "EXPORT_FOLDERS": "/srv"})
    with pytest.raises(BadConfig, match="EXPORT_DAYS"):
        Config.from_env({**KEYS, "EXPORT_DAYS": "0"})
    right = Config.from_env({**KEYS, **TWO, "EXPORT_FOLDERS": '{"eu": "/srv/eu", "us": "/srv/us"}'})
    assert os.fspath(right.exports_of("us")) == "/srv/us"
