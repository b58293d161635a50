"""Exports at the desk: ordered once, seen as they grow, fetched by whoever may, and never unseen."""

import re
import uuid
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from portal import clock, config
from portal.db import session
from portal.exports import Export, ExportKind
from portal.people import User, set_role
from portal.people.roles import Role
from portal.tenants import locked_shop
from portal.web.ritual import Portal
from tests.exports.given import made, ordered, told
from tests.harness.apps import counted
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop, email
from tests.web.desk.working import follow, sign_in

Staff = Callable[[Role], ShopClient]
PAGE = "/desk/exports"


def count(shop: Shop) -> int:
    with shop.transaction(reading=True):
        return session.scalar(sa.select(sa.func.count(Export.id))) or 0


def the_only(shop: Shop) -> uuid.UUID:
    with shop.transaction(reading=True):
        return session.scalars(sa.select(Export.id)).one()


def test_an_auditor_orders_a_file_and_fetches_it(shop: Shop, staff: Staff, worker: Callable[[], int]) -> None:
    approved(shop, sell(shop))
    auditor = staff(Role.AUDITOR)
    answer = auditor.send(auditor.get(PAGE), PAGE, kind="refunds", format="json", since="2026-11-01")
    page = follow(auditor, answer)
    assert "Waits for the worker" in page.text
    worker()
    link = next(
        a.get("href") for a in read(auditor.get(PAGE).text).all("a") if a.get("href").endswith("/file")
    )
    file = auditor.get(link)
    assert (file.mimetype, file.headers["Cache-Control"]) == ("application/json", "no-store")
    assert re.search(
        r'attachment; filename="?acme-refunds-2026-11-01-\w+\.json', file.headers["Content-Disposition"]
    )
    assert file.headers["Repr-Digest"] == f"sha-256=:{b64encode(sha256(file.data).digest()).decode()}:"
    assert int(file.headers["Content-Length"]) == len(file.data)
    assert file.json and file.json[0]["event"] == "approved"
    beside = auditor.get(link.replace("/file", "/manifest"))
    assert beside.json and beside.json["sha256"] == sha256(file.data).hexdigest()
    assert [(row.actor_id, row.data["part"]) for row in told(shop, "export.fetched")] == [
        (shop.actor(Role.AUDITOR).id, "file"),
        (shop.actor(Role.AUDITOR).id, "manifest"),
    ]


def test_two_clicks_are_one_export(shop: Shop, manager: ShopClient) -> None:
    page = manager.get(PAGE)
    for _ in range(2):
        assert manager.send(page, PAGE, kind="stock").status_code == 303
    assert count(shop) == 1
    assert (
        manager.send(manager.get(PAGE), PAGE, kind="stock").status_code == 303
    )  # a page later, it still waits
    assert count(shop) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "everything"},
        {"format": "xlsx"},
        {"since": "yesterday"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "2026-02-02", "until": "2026-02-01"},
        {"since": "2026-\x002-02"},
    ],
)
@pytest.mark.sqlite
def test_what_is_no_export_is_asked_again(shop: Shop, manager: ShopClient, typed: dict[str, str]) -> None:
    answer = manager.send(manager.get(PAGE), PAGE, **typed)
    assert answer.status_code == 422 and count(shop) == 0
    assert read(answer.text).all(role="alert")


def test_a_page_asks_by_itself_only_while_something_is_written(
    shop: Shop, manager: ShopClient, worker: Callable[[], int]
) -> None:
    ordered(shop)
    assert read(manager.get(PAGE).text).one(id="exports").get("hx-trigger") == "every 2s"
    worker()
    done = read(manager.get(PAGE, htmx=True).text).one(id="exports")
    assert not done.get("hx-trigger") and "Ready" in done.text


def test_who_lost_the_permission_fetches_nothing(shop: Shop, staff: Staff) -> None:
    made(shop, ExportKind.RETURNS)
    auditor, file = staff(Role.AUDITOR), f"/desk/exports/{the_only(shop)}/file"
    assert auditor.get(file).status_code == 200
    owner = shop.actor()
    with shop.transaction():
        person = session.scalars(sa.select(User).where(User.email == email(Role.AUDITOR))).one()
        set_role(person, Role.AGENT, owner)
    assert auditor.get(file).status_code == 403
    assert len(told(shop, "export.fetched")) == 1


def test_another_shop_has_none_of_it(app: Portal, shop: Shop, other_shop: Shop) -> None:
    made(shop, ExportKind.RETURNS)
    stranger = ShopClient(app)
    stranger.slug = "other"
    page = stranger.get("/sign-in")
    stranger.send(page, "/sign-in", email=email(Role.OWNER, "other"), password="a parcel going home")
    assert stranger.get(f"/desk/exports/{the_only(shop)}/file").status_code == 404
    assert str(the_only(shop)) not in stranger.get(PAGE).text


def test_a_file_whose_time_is_over_is_not_there(shop: Shop, manager: ShopClient) -> None:
    path = made(shop, ExportKind.RETURNS)
    file = f"/desk/exports/{the_only(shop)}/file"
    with clock.at(clock.now() + timedelta(days=config.current().export_days, hours=1)):
        again = sign_in(ShopClient(shop.app), Role.MANAGER)
        assert again.get(file).status_code == 404
    path.unlink()
    assert manager.get(file).status_code == 404
    assert told(shop, "export.fetched") == []


@pytest.mark.sqlite
def test_many_exports_cost_no_more_statements(app: Portal, shop: Shop, manager: ShopClient) -> None:
    manager.get(PAGE)
    for n in range(12):
        ordered(shop, since=clock.now().date() - timedelta(days=n))
    with counted(app) as seen:
        page = manager.get(PAGE)
    assert page.text.count("Waits for the worker") == 12 and len(seen) <= 15


@pytest.mark.sqlite
def test_a_command_writes_into_the_same_folder(shop: Shop) -> None:
    run = shop.app.test_cli_runner()
    done = run.invoke(
        args=["export", "journal", "--shop", "acme", "--from", "2026-11-01", "--format", "json"]
    )
    assert done.exit_code == 0, done.output
    path = done.output.splitlines()[0]
    assert path.startswith(str(config.current().export_folder))
    checked = run.invoke(args=["export", "check", path])
    assert (checked.exit_code, "journal of acme" in checked.output) == (0, True)
    wrong = run.invoke(
        args=["export", "journal", "--shop", "acme", "--from", "2026-11-02", "--to", "2026-11-01"]
    )
    assert wrong.exit_code == 1 and "before the first" in wrong.output
    with shop.transaction():
        assert locked_shop().trail_no >= 2
