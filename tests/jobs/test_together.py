"""What several verbs of one command add is written together, or not at all."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import Event, Trail, record
from portal.audit.actors import SYSTEM
from portal.db import transaction
from portal.jobs import Job, enqueue
from portal.slices import AT_ONCE
from portal.tenants import Tenant
from portal.together import Table, together
from portal.web.ritual import Portal
from tests.harness.apps import counted
from tests.jobs.given import Outbox

pytestmark = pytest.mark.sqlite


def shop_of(outbox: Outbox, own: Session) -> Tenant:
    return own.scalars(sa.select(Tenant).where(Tenant.id == outbox.tenant)).one()


def inserts(statements: list[str]) -> list[str]:
    return [text.split()[2] for text in statements if text.startswith("INSERT")]


def test_each_table_has_one_insert_and_a_job_its_cause(app: Portal, outbox: Outbox) -> None:
    with transaction(tenant=outbox.tenant) as own, counted(app) as statements:
        shop = shop_of(outbox, own)
        with together():
            enqueue("mail", {}, "mail/1")
            causes = record(shop, Event.SHOP_CHANGED, SYSTEM)
            with together():
                causes += record(shop, Event.SHOP_CHANGED, SYSTEM)
            enqueue("mail", {}, "mail/2", cause=causes[1])
            assert not inserts(statements)
        assert inserts(statements) == ["trail", "job"]
        rows = own.scalars(sa.select(Trail).where(Trail.chain == shop.id).order_by(Trail.no)).all()
        assert [row.id for row in rows][-2:] == causes
    assert {job.key: job.cause for job in outbox.jobs()} == {"mail/1": None, "mail/2": causes[1]}


def test_a_command_that_fails_inside_leaves_nothing_behind(outbox: Outbox) -> None:
    with transaction(tenant=outbox.tenant) as own:
        shop = shop_of(outbox, own)
        before = shop.trail_no, shop.trail_hash
        with pytest.raises(ZeroDivisionError), together():
            record(shop, Event.SHOP_CHANGED, SYSTEM)
            enqueue("mail", {}, "mail/1")
            raise ZeroDivisionError
        shop.trail_no, shop.trail_hash = before  # as the rollback does
        enqueue("mail", {}, "mail/2")
    assert [job.key for job in outbox.jobs()] == ["mail/2"]


def test_of_two_orders_under_one_key_the_first_is_kept(outbox: Outbox) -> None:
    with transaction(tenant=outbox.tenant), together():
        enqueue("mail", {"no": 1}, "mail/7")
        enqueue("mail", {"no": 2}, "mail/7")
    assert outbox.job().payload == {"no": 1}
    with pytest.raises(ValueError, match="another job"), transaction(tenant=outbox.tenant), together():
        enqueue("mail", {}, "mail/8")
        enqueue("label", {}, "mail/7")
    assert len(outbox.jobs()) == 1


def test_more_than_a_slice_does_not_wait_in_memory(outbox: Outbox) -> None:
    written: list[int] = []
    table = Table(lambda rows: written.append(sum(1 for _ in rows)))
    with transaction(tenant=outbox.tenant), together():
        table.add({"no": n} for n in range(AT_ONCE))
        assert written == []
        table.add({"no": n} for n in range(AT_ONCE + 3))
        assert written == [AT_ONCE + 3]
    assert written == [AT_ONCE + 3, AT_ONCE]


def test_one_key_is_one_kind_also_within_a_command(outbox: Outbox) -> None:
    with pytest.raises(ValueError, match="another job"), transaction(tenant=outbox.tenant), together():
        enqueue("mail", {}, "mail/7")
        enqueue("label", {}, "mail/7")
    with transaction(reading=True) as own:
        assert not own.scalars(sa.select(Job)).all()
