"""Payments of shoppers on the page of a reconciliation, in its file and by command: in and out apart."""

import csv
import io
import uuid
from collections.abc import Callable

import pytest

from portal import clock
from portal.people.roles import Role
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.reconciling.given import reconciled
from tests.reconciling.test_payments import NOON, asked, dearer, hidden, of_nobody, paid, paid_again, seen
from tests.reconciling.test_running import NOVEMBER
from tests.web.desk.test_reconciling import PAGE
from tests.web.desk.working import follow, main, record

Staff = Callable[[Role], ShopClient]


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def rows(client: ShopClient, run: uuid.UUID, caption: str) -> list[str]:
    """The lines of one table of the page."""
    found = main(client.get(f"{PAGE}/{run}")).all(role="region")
    return [row.text for one in found if one.get("aria-label") == caption for row in one.all("tr")[1:]]


def test_in_and_out_stand_apart_and_tie_out(trade: Trade, staff: Staff, app: Portal) -> None:
    with clock.at(NOON):
        paid(trade, 500)
        trade.give_back_paid(paid(trade, 1_250))
        trade.work()
        run, auditor = reconciled(trade.shop, NOVEMBER), staff(Role.AUDITOR)
        (out,) = rows(auditor, run, "Paid out, less what came back")
        (came,) = rows(auditor, run, "Paid in")
        assert out.count("12.50") == 3 and came.count("17.50") == 3 and "besides" not in out + came
        assert "equal" in out and "not equal" not in out + came
        file = list(csv.DictReader(io.StringIO(auditor.get(f"{PAGE}/{run}.csv").text)))
        assert sorted((row["way"], row["portal"], row["books"], row["at_gateway"]) for row in file) == [
            ("in", *["12.50"] * 3), ("in", *["5.00"] * 3), ("out", *["12.50"] * 3),
        ]  # fmt: skip
        assert {row["state"] for row in file if row["way"] == "in"} == {"paid", "returned"}
        words = ["books", "reconcile", "--shop", "acme", "--month", "2026-11"]
        said = app.test_cli_runner().invoke(args=words)
    assert said.exit_code == 0, said.output
    assert "test         EUR in   portal 17.50  books 17.50  gateway 17.50" in said.output
    assert "test         EUR out  portal 12.50  books 12.50  gateway 12.50" in said.output


@pytest.mark.sqlite
def test_each_difference_says_what_to_do_next(trade: Trade, staff: Staff) -> None:
    with clock.at(NOON):
        good, lost, other = paid(trade, 100), paid(trade, 200), paid(trade, 300)
        trade.bank.pay(trade.link_of(asked(trade, 400)))
        hidden(trade, seen(trade, lost))
        dearer(trade, seen(trade, other))
        paid_again(trade, seen(trade, good))
        run, agent = reconciled(trade.shop, NOVEMBER), staff(Role.MANAGER)
        told = rows(agent, run, "Differences")
    steps = {
        "Ask the gateway about this payment.": "Here, not at the gateway",
        "Ask the gateway which amount came": "Another amount",
        "Have this payment given back at the gateway.": "Paid twice",
        "On the return’s record, ask the gateway again.": "At the gateway, not here",
    }
    assert len(told) == len(steps)
    for step, outcome in steps.items():
        (row,) = [row for row in told if step in row]
        assert outcome in row and "paid in" in row and "See to it" in row and "RMA-" in row
    assert "to be paid" in next(row for row in told if "At the gateway" in row)


@pytest.mark.sqlite
def test_what_nothing_here_asked_for_leads_to_no_order(trade: Trade, staff: Staff) -> None:
    with clock.at(NOON):
        of_nobody(trade, seen(trade, paid(trade)))
        run = reconciled(trade.shop, NOVEMBER)
        (row,) = rows(staff(Role.MANAGER), run, "Differences")
    assert "The portal asked for no such payment." in row and "See to it" not in row and "unknown here" in row


def test_a_lost_call_of_the_gateway_is_made_good_from_the_page(trade: Trade, staff: Staff) -> None:
    with clock.at(NOON):
        id = asked(trade)
        trade.bank.pay(trade.link_of(id))
        run, manager = reconciled(trade.shop, NOVEMBER), staff(Role.MANAGER)
        page = manager.get(f"{PAGE}/{run}")
        (way,) = [a.get("href") for a in main(page).all("a") if a.text == "See to it"]
        assert way == f"/acme/desk/returns/{seen(trade, id).return_id}"
        held = record(manager, seen(trade, id).return_id)
        assert "asked now" in follow(manager, manager.send(held, f"/{id}/look"), htmx=False).text
        trade.work()
        assert "No difference" in manager.get(f"{PAGE}/{reconciled(trade.shop, NOVEMBER)}").text
