"""Goodwill at the desk: a form with its bounds at the fields, the record that names who and why, and what the
shopper reads of it."""

import uuid

import pytest

from portal.db import find
from portal.notices import mailbox
from portal.people.roles import Role
from portal.returns.models import Return
from portal.web.shopper.money import money_of
from tests.harness.apps import PASSWORD, counted
from tests.harness.pages import read
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy
from tests.web.desk.conftest import Staff
from tests.web.desk.working import acts, follow, main, notes, record

pytestmark = pytest.mark.sqlite


@pytest.fixture
def id(shop: Shop) -> uuid.UUID:
    """A return of 100.00 of which the order has as much room again; goodwill takes two."""
    trade = Trade(shop)
    trade.rule(policy(goodwill_budget={"EUR": 3_000}, off_quote={"amounts": {"EUR": 0}}))
    return_ = trade.ask(trade.order(Sold(20_000, 2)), {1: 1}, "damaged")
    trade.receive(return_)
    trade.inspect(return_)
    return return_


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_it_is_granted_seen_by_the_second_person_and_told_to_the_shopper(
    shop: Shop, staff: Staff, id: uuid.UUID, htmx: bool
) -> None:
    agent, owner = staff(Role.AGENT), staff(Role.OWNER)
    page = agent.get(f"/desk/returns/{id}/goodwill", htmx=htmx)
    assert "€30.00" in main(page).text and "left of €30.00" in main(page).text
    for typed, wrong in (
        ({"amount": "12,345", "reason": "late"}, "Type none: 1500.00."),
        ({"amount": "1.500", "reason": "late"}, "Type an amount, such as 5.00."),
        ({"amount": "١٢", "reason": "late"}, "Type an amount, such as 5.00."),
        ({"amount": "0", "reason": "late"}, "Type an amount above zero."),
        ({"amount": "30.01", "reason": "late"}, "€30.00 of your goodwill for this month is left."),
        ({"amount": "100.01", "reason": "late"}, "The order has room for €100.00"),
    ):
        refused = agent.send(page, "/goodwill", **typed, htmx=htmx)
        assert refused.status_code == 422 and wrong in read(refused.text).one(id="amount-error").text
        assert read(refused.text).one("input", name="amount")["value"] == typed["amount"]
    refused = agent.send(page, "/goodwill", amount="5", reason="", htmx=htmx)
    assert refused.status_code == 422 and read(refused.text).one(id="reason-error").text
    refused = agent.send(page, "/goodwill", amount="5", reason="other", htmx=htmx)
    assert refused.status_code == 422 and read(refused.text).one(id="note-error").text
    for typed, wrong in (
        ({"amount": "", "reason": ""}, {"amount-error", "reason-error"}),
        ({"amount": "100.01", "reason": "other"}, {"amount-error", "note-error"}),
        (
            {"amount": "30.01", "reason": "other", "note": "4111 1111 1111 1111"},
            {"amount-error", "note-error"},
        ),
    ):
        refused = agent.send(page, "/goodwill", **typed, htmx=htmx)
        told = {e["id"] for e in read(refused.text).all() if e.get("id").endswith("-error")}
        assert refused.status_code == 422 and told == wrong, typed
    given = {"amount": "12,50", "reason": "other", "note": "Waited <b>twice</b>"}
    answer = agent.send(page, "/goodwill", **given, htmx=htmx)
    now = follow(agent, answer, htmx=htmx)
    assert notes(now)[0].startswith("€12.50 of goodwill is granted.")
    assert agent.send(page, "/goodwill", **given, htmx=htmx).status_code in {200, 303}  # a double click
    assert look(shop, id).return_.goodwill == 1_250
    told = main(record(owner, id)).text
    assert "€112.50" in told and "Waited <b>twice</b>" in told and "Another reason" in told
    assert "€100.00 was quoted: more than €0.00 off it takes two people." in told

    assert owner.send(record(owner, id), "/refund/first").status_code == 303
    manager = staff(Role.MANAGER)
    asked = manager.get(f"/desk/returns/{id}/refund/second")
    assert "Waited <b>twice</b>" in main(asked).text
    manager.send(asked, "/refund/second", password=PASSWORD)
    (refund,) = look(shop, id).refunds
    assert (refund.amount, refund.goodwill) == (11_250, 1_250)
    told = main(record(owner, id)).text
    assert "Goodwill granted" in told and told.count("Waited <b>twice</b>") == 1


def test_it_is_taken_back_and_nobody_without_a_budget_grants(shop: Shop, staff: Staff, id: uuid.UUID) -> None:
    owner, trade = staff(Role.OWNER), Trade(shop)
    form = owner.get(f"/desk/returns/{id}/goodwill")
    owner.send(form, "/goodwill", amount="30", reason="loyalty")
    with counted(shop.app) as seen:
        page = record(owner, id)
    assert len(seen) <= 15 and "Approve as the first" in acts(page)
    page = follow(owner, owner.send(page, "/goodwill/back"))
    assert notes(page)[0] == "The goodwill is taken back." and look(shop, id).return_.goodwill == 0
    trade.rule(policy(goodwill_budget={}))
    form = owner.get(f"/desk/returns/{id}/goodwill")
    assert "no budget for goodwill" in main(form).text
    refused = owner.send(form, "/goodwill", amount="1", reason="late")
    assert refused.status_code == 422 and "€0.00 of your goodwill" in refused.text
    with counted(shop.app) as seen:
        owner.send(owner.get(f"/desk/returns/{id}/goodwill"), "/goodwill", amount="1", reason="late")
    assert len(seen) <= 45  # both requests


def test_the_shopper_reads_how_much_of_it_is_goodwill(shop: Shop, id: uuid.UUID) -> None:
    trade = Trade(shop)
    trade.grant(id, 700)
    trade.approve(id)
    trade.work()
    text = "€7.00 of it is goodwill: more than you are owed, from us."
    with shop.transaction(reading=True):
        assert sum(text in mail.text for mail in mailbox()) == 1
        return_ = find(Return, id)
        money = money_of(return_)
        assert money and (money.goodwill, money.total) == (700, 10_700)
