"""Reconciling at the desk: three sums side by side, each difference with its next step, and a file of it."""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.jobs import Job
from portal.jobs.worker import step
from portal.people.roles import Role
from portal.reconciling import Verdict
from portal.refunds.gateways.bank import Ask
from portal.web.desk.reconciling_words import OF_PAYMENTS, STEPS, VERDICTS
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.reconciling.given import seen
from tests.reconciling.test_running import MIDNIGHT, NOVEMBER, by_hand, hidden, leg, paid
from tests.web.desk.working import main, spent

Staff = Callable[[Role], ShopClient]
PAGE = "/desk/books/reconciliations"
LATER = MIDNIGHT + timedelta(hours=2)


def asked(client: ShopClient, *, htmx: bool = False, **typed: str) -> uuid.UUID:
    """Have a period reconciled; the run's id."""
    typed = {"span": "month", "day": NOVEMBER.isoformat(), **typed}
    answer = client.send(client.get(PAGE, htmx=htmx), PAGE, htmx=htmx, **typed)
    assert answer.status_code == 303, answer.text
    return uuid.UUID(answer.location.rsplit("/", 1)[1])


def test_an_auditor_sees_how_far_it_is_then_each_difference_with_its_next_step(
    shop: Shop, staff: Staff
) -> None:
    good, lost = paid(shop, "1", MIDNIGHT), paid(shop, "2", MIDNIGHT)
    with clock.at(LATER):
        auditor = staff(Role.AUDITOR)
        assert "Nothing has been reconciled yet" in auditor.get(PAGE).text
        run = asked(auditor)
        waiting = auditor.get(f"{PAGE}/{run}")
        assert "Waits for the worker" in waiting.text and main(waiting).one(id="reconciled").get("hx-get")
        while step(shop.app):
            pass
        page = auditor.get(f"{PAGE}/{run}")
        assert "No difference" in page.text and "say the same of every refund" in page.text
        assert not main(page).one(id="reconciled").get("hx-get")
        hidden(shop, leg(shop, lost))
        by_hand(shop, leg(shop, good))
        answer = auditor.send(page, PAGE, span="month", day=NOVEMBER.isoformat())  # "Run it again"
        again = uuid.UUID(answer.location.rsplit("/", 1)[1])
        assert again != run
        while step(shop.app):
            pass
        for htmx in (False, True):
            said = main(auditor.get(f"{PAGE}/{again}", htmx=htmx))
            rows = [row.text for table in said.all("table")[1:] for row in table.all("tr")[1:]]
            assert len(rows) == 3 and "2 differences" in said.text
            (folded,) = said.all("details")
            assert "open" not in folded.attributes and "The same in all three: 1" in folded.text
            assert [row.text for row in folded.one("table").all("tr")[1:]] == rows[2:]
            assert "Here, not at the gateway" in rows[0] and "Ask the gateway about this reference" in rows[0]
            assert "At the gateway, not here" in rows[1] and "import it again" in rows[1]
            assert "The same" in rows[2] and "See to it" not in rows[2]
        file = list(csv.DictReader(io.StringIO(auditor.get(f"{PAGE}/{again}.csv").text)))
        assert [row["verdict"] for row in file] == ["only_here", "only_there", "same"]
        assert file[0]["at_gateway"] == "" and file[1]["portal"] == "" and file[1]["at_gateway"] == "5.00"
        assert file[2]["portal_at"].startswith("2026-11-01T00:00:00+01:00")
        trail = auditor.get("/desk/trail")
        assert "Reconciled" in trail.text and f"{PAGE}/{again}" in trail.text


@pytest.mark.sqlite
def test_what_is_no_period_is_said_at_its_field(shop: Shop, staff: Staff) -> None:
    with clock.at(LATER):
        manager = staff(Role.MANAGER)
        page = manager.get(PAGE)
        for typed in (
            {"day": "", "span": "day"},
            {"day": "2026-13-01", "span": "day"},
            {"day": "9999-12-31", "span": "month"},
            {"day": "0001-01-01", "span": "week"},
            {"day": "2027-01-01", "span": "day"},
            {"day": "2026-11-01", "span": "year"},
        ):
            answer = manager.send(page, PAGE, **typed)
            assert answer.status_code == 422 and main(answer).all(class_="error"), typed
        first = manager.send(page, PAGE, day="2026-11-01", span="week")
        second = manager.send(page, PAGE, day="2026-11-01", span="week")  # a double click
        assert first.location == second.location
        run = seen(shop, uuid.UUID(first.location.rsplit("/", 1)[1]))
        assert (str(run.since), str(run.until)) == ("2026-10-26", "2026-11-01")


@pytest.mark.sqlite
def test_a_run_that_nobody_works_at_says_so(shop: Shop, staff: Staff) -> None:
    with clock.at(LATER):
        manager = staff(Role.MANAGER)
        run = asked(manager)
        with shop.transaction() as session:
            session.execute(sa.update(Job).values(last_error="LostAnswer: x"))
        assert "A gateway does not answer" in manager.get(f"{PAGE}/{run}").text
        with shop.transaction() as session:
            session.execute(sa.update(Job).values(dead_at=Job.run_at))
        page = manager.get(f"{PAGE}/{run}")
        assert "It could not be done" in page.text and "Run it again" in page.text
        assert asked(manager) != run


@pytest.mark.sqlite
def test_pages_cost_as_much_for_many_as_for_one_and_lines_are_paged(shop: Shop, staff: Staff) -> None:
    paid(shop, "0", MIDNIGHT)
    with clock.at(LATER):
        manager = staff(Role.MANAGER)
        one = asked(manager)
        while step(shop.app):
            pass
        few = spent(shop, manager, lambda: manager.get(f"{PAGE}/{one}"))
        listed = spent(shop, manager, lambda: manager.get(PAGE))
        page = manager.get(PAGE)
        typed = {"span": "day", "day": NOVEMBER.isoformat()}
        assert spent(shop, manager, lambda: manager.send(page, PAGE, **typed), 303) <= 30
        with shop.app.app_context():
            bank = Trade(shop).bank
            for n in range(60):
                bank.register(f"pay_{n}", 100, "EUR")
                bank.refund_by_hand(Ask(f"pay_{n}", 100, "EUR"))
        many = asked(manager)
        while step(shop.app):
            pass
        assert spent(shop, manager, lambda: manager.get(f"{PAGE}/{many}")) <= few <= 15
        assert spent(shop, manager, lambda: manager.get(PAGE)) <= listed + 1 <= 15
        first = read(manager.get(f"{PAGE}/{many}").text)
        (more,) = [a for a in first.all("a") if a.get("rel") == "next"]
        tables = main(manager.get(more.get("href"))).all("table")[1:]
        rest = [row for table in tables for row in table.all("tr")[1:]]
        assert len(rest) == 61 - 50 and "The same" in rest[-1].text


def test_every_verdict_has_its_words() -> None:
    advised = {verdict for verdict in VERDICTS if verdict not in ("same", "state")}
    assert {*Verdict} == {*VERDICTS} and {*STEPS} == advised - {"twice"} and {*OF_PAYMENTS} == advised


@pytest.mark.sqlite
def test_the_command_says_the_same_and_fails_with_a_difference(shop: Shop, app: Portal) -> None:
    id = paid(shop, "1", MIDNIGHT)
    run, words = app.test_cli_runner().invoke, ["books", "reconcile", "--shop", "acme"]
    with clock.at(LATER):
        done = run(args=[*words, "--month", "2026-11"])
        assert done.exit_code == 0 and done.output.endswith("No difference.\n")
        assert "test         EUR out  portal" in done.output
        hidden(shop, leg(shop, id))
        for words_of in (["--day", "2026-11-01"], ["--week", "2026-11-01"], ["--month", "2026-11"]):
            found = run(args=[*words, *words_of])
            assert found.exit_code == 1 and "only_here: test re_test" in found.output, found.output
            assert "1 differences" in found.output
        assert run(args=words).exit_code == 2
        assert run(args=[*words, "--day", "2026-11-01", "--month", "2026-11"]).exit_code == 2
        early = run(args=[*words, "--month", "2026-12"])
        assert early.exit_code == 1 and "Choose a day" in early.output
