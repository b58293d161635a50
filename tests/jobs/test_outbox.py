import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.audit import Event, record
from portal.audit.actors import SYSTEM
from portal.db import transaction
from portal.jobs import Job, JobState, enqueue
from portal.tenants import Tenant
from tests.jobs.given import START, Outbox, effect


class Gone(Exception):
    pass


def test_a_job_is_a_row_of_the_transaction_that_demands_it(outbox: Outbox) -> None:
    with transaction(tenant=outbox.tenant):
        effect("ordered")
        enqueue("mail", {"return": uuid.UUID(int=7), "no": 3}, "mail/7")
    job = outbox.job()
    assert (job.kind, job.key, job.tenant_id) == ("mail", "mail/7", outbox.tenant)
    assert job.payload == {"return": str(uuid.UUID(int=7)), "no": 3}
    assert job.state is JobState.SCHEDULED


def test_a_rollback_takes_the_job_along(outbox: Outbox) -> None:
    with pytest.raises(Gone), transaction(tenant=outbox.tenant):
        effect("ordered")
        enqueue("mail", {}, "mail/7")
        raise Gone
    assert (outbox.jobs(), outbox.effects()) == ([], [])


def test_a_second_order_under_the_same_key_does_nothing(outbox: Outbox) -> None:
    outbox.put("mail", "mail/7")
    with transaction(tenant=outbox.tenant):
        effect("kept")
        enqueue("mail", {"no": 2}, "mail/7")
    assert outbox.job().payload == {}
    assert outbox.effects() == ["kept"]


def test_a_key_belongs_to_one_kind_and_one_shop(outbox: Outbox, other: Outbox) -> None:
    outbox.put("mail", "mail/7")
    for put in (lambda: outbox.put("label", "mail/7"), lambda: other.put("mail", "mail/7")):
        with pytest.raises(ValueError, match="another job"):
            put()


@pytest.mark.parametrize("value", ["jane@shop.example", "Jane Doe", "x" * 65, "Zoë"])
def test_a_payload_holds_ids_and_codes_only(outbox: Outbox, value: str) -> None:
    with pytest.raises(ValueError, match="ids and codes"), transaction(tenant=outbox.tenant):
        enqueue("mail", {"to": value}, "mail/7")
    assert outbox.jobs() == []


def test_a_job_may_wait_for_its_time(outbox: Outbox) -> None:
    with clock.at(START):
        outbox.put("mail", run_at=START + timedelta(days=1))
        outbox.put("mail")
    assert sorted(job.run_at for job in outbox.jobs()) == [START, START + timedelta(days=1)]


def test_a_job_may_belong_to_no_shop(outbox: Outbox) -> None:
    with transaction():
        enqueue("sweep", {}, "sweep/1")
    assert outbox.job().tenant_id is None


def test_a_job_names_a_row_of_its_shops_trail(outbox: Outbox, other: Outbox) -> None:
    with transaction(tenant=outbox.tenant) as own:
        shop = own.scalars(sa.select(Tenant).where(Tenant.id == outbox.tenant).with_for_update()).one()
        (cause,) = record(shop, Event.SHOP_CHANGED, SYSTEM)
        enqueue("mail", {}, "mail/7", cause=cause)
    assert outbox.job().cause == cause
    for tenant, wrong in ((outbox.tenant, uuid.uuid4()), (other.tenant, cause)):
        with pytest.raises(IntegrityError), transaction(tenant=tenant):
            enqueue("mail", {}, "mail/8", cause=wrong)


def test_the_search_for_due_jobs_uses_its_index(outbox: Outbox) -> None:
    with transaction(reading=True) as own:
        if own.get_bind().dialect.name != "sqlite":
            own.execute(sa.text("SET LOCAL enable_seqscan = off"))
        query = sa.select(Job.id).where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_at <= START)
        text = str(
            query.order_by(Job.run_at, Job.id).compile(own.get_bind(), compile_kwargs={"literal_binds": True})
        )
        explain = "EXPLAIN QUERY PLAN" if own.get_bind().dialect.name == "sqlite" else "EXPLAIN"
        plan = " ".join(str(row) for row in own.execute(sa.text(f"{explain} {text}")))
    assert "ix_job_open" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan
