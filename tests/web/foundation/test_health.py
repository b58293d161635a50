"""The house tells those who watch it how it does."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal import clock
from portal.db import db, transaction
from portal.ids import uuid7
from portal.jobs import Heartbeat, enqueue
from portal.tenants import Tenant
from portal.web.ritual import Portal


def test_it_tells_the_age_of_the_oldest_due_job_and_of_the_workers_last_beat(
    app: Portal, client: FlaskClient
) -> None:
    long_ago = clock.now() - timedelta(minutes=10)
    with app.app_context(), transaction() as session:
        shop = session.scalar(sa.select(Tenant.id).where(Tenant.slug == "acme"))
        session.add(Heartbeat(worker=uuid7(), at=long_ago, version="1"))
    with app.app_context(), transaction(tenant=shop):
        enqueue("notice.send", {"return": uuid7()}, "late", long_ago)
    told = client.get("/healthz").json["databases"]["home"]
    assert told["up"] and told["late"] and not told["working"]
    assert 590 <= told["oldest_due_seconds"] <= 700 and 590 <= told["worker_beat_seconds"] <= 700


@pytest.mark.sqlite
def test_it_is_not_ready_without_its_tables(app: Portal, client: FlaskClient) -> None:
    assert client.get("/readyz").json["ok"] is True
    with app.app_context(), db.engines[None].begin() as connection:
        connection.exec_driver_sql("ALTER TABLE shop_directory RENAME TO gone")
    answer = client.get("/readyz", base_url="http://10.1.2.3")
    assert answer.status_code == 503 and answer.json == {"ok": False, "databases": {"home": {"up": False}}}
