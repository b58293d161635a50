"""A request is one transaction: kept under 400, undone otherwise; and a GET cannot write."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import transaction
from portal.tenants import Tenant
from portal.web.ritual import Portal
from tests.harness.apps import counted, fill


def name(app: Portal) -> str:
    with app.app_context(), transaction(reading=True) as session:
        return str(session.scalar(sa.select(Tenant.name).where(Tenant.slug == "acme")))


def test_what_ends_well_is_kept(app: Portal, client: FlaskClient) -> None:
    answer = client.post("/acme/probe/ends/well", data=fill(client, "/acme/probe"))
    assert (answer.status_code, name(app)) == (200, "well")


@pytest.mark.parametrize(
    ("how", "code"),
    [("422", 422), ("badly", 422), ("missing", 404), ("forbidden", 403), ("409", 409), ("broken", 500)],
)
def test_what_ends_badly_is_undone(app: Portal, client: FlaskClient, how: str, code: int) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.post(f"/acme/probe/ends/{how}", data=fill(client, "/acme/probe"))
    assert (answer.status_code, name(app)) == (code, "Fjell & Faden")


def test_a_get_cannot_write(app: Portal, client: FlaskClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get("/acme/probe/write").status_code >= 500
    assert name(app) == "Fjell & Faden"


@pytest.mark.sqlite
def test_the_foundation_itself_asks_nothing_of_a_known_shop(app: Portal, client: FlaskClient) -> None:
    client.get("/acme/probe")
    with counted(app) as statements:
        client.get("/acme/probe/regions")
    assert statements == []


@pytest.mark.sqlite
def test_a_changed_shop_is_seen_again_once_it_is_forgotten(app: Portal, client: FlaskClient) -> None:
    client.get("/acme/probe")
    with app.app_context(), transaction() as session:
        session.execute(
            sa.update(Tenant).values(main="#8a1020", accent="#0b6b3a", ground="#1a2b3c", roundness=35)
        )
    faces = app.extensions["faces"]
    for kept in list(faces._kept.values()):
        faces.forget(kept[1].id)
    assert "/acme/brand.css?v=8a10200b6b3a1a2b3c-35" in client.get("/acme/probe").text
    style = client.get("/acme/brand.css").text
    assert style.startswith(":root{--hue:22;--round:0.35}\n@media screen{:root{--brand:#8a1020;")
    assert "--accent:#0b6b3a;--ground:#1a2b3c;--on-ground:#ffffff}}" in style
