"""A refund over three payments whose second one fails: what has arrived is no refund, and the rest finds its
way to a bank account that the shopper names behind a mailed link."""

import re
import uuid

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from portal.db import find, session
from portal.jobs.worker import step
from portal.notices import mailbox
from portal.orders.models import Order
from portal.people.roles import Role
from portal.refunds.bank_accounts.models import BankAccount
from portal.returns.links import status_token
from tests.harness.browser import Visitor
from tests.harness.sales import Sold, today
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.stories.shopping import Shopper, nothing
from tests.stories.sights import Eyes
from tests.stories.working import Member

pytestmark = pytest.mark.browser


def partly_sent(shop: Shop) -> uuid.UUID:
    """Paid with a wallet and two cards, of which the first takes nothing back."""
    trade = Trade(shop)
    order = trade.order(Sold(9000, unit_cost=2000), paid=[("wallet", 2000), 3000, 4000], name="Ronja Ek")
    with shop.transaction(reading=True):
        second = find(Order, order).payments[1].reference
    trade.bank.close(second)
    return_ = trade.go_whole_way(order, {1: 1}, "damaged")
    trade.work()
    return return_


def mailed(shop: Shop) -> str:
    """The path of the link to the form."""
    while step(shop.app):
        pass
    with shop.transaction(reading=True):
        links = [link for mail in mailbox() for link in re.findall(r"/acme/bank/\S+", mail.text)]
    return links[-1]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_second_of_three_payments_fails_and_finds_another_way(
    shop: Shop, visitor: Visitor, javascript: bool
) -> None:
    id = partly_sent(shop)
    looks = Eyes() if javascript else nothing
    ronja = Shopper(visitor.page("phone", javascript=javascript), at_each=looks)
    ronja.page.goto(f"/acme/s/{status_token(id)}")
    ronja.arrives("Sent in part")
    expect(ronja.page.locator("main")).to_contain_text("€30.00 could not be sent yet")

    clerk = Member(visitor.page("desktop", javascript=javascript), Role.MANAGER, at_each=looks)
    clerk.signs_in(f"/desk/returns/{id}", "Ronja Ek")
    expect(clerk.page.locator("main")).to_contain_text("sent in part, €60.00 of €90.00")
    clerk.goes("Ways out for €30.00", "€30.00 for Ronja Ek")
    clerk.page.get_by_role("radio", name="Ask the shopper for a bank account").check()
    clerk.page.get_by_role("button", name="Do this").click()
    expect(clerk.page.locator("main")).to_contain_text("The shopper is asked by mail")
    clerk.arrives("Ronja Ek")

    ronja.page.goto(mailed(shop))
    ronja.arrives("Where may we transfer €30.00?")
    ronja.page.get_by_label("IBAN").fill("DE89 3704 0044 0532 0130 01")
    ronja.presses("Send bank account", "Where may we transfer €30.00?")
    expect(ronja.page.locator("main")).to_contain_text("A character of this IBAN is wrong")
    looks(ronja.page)
    expect(ronja.page.get_by_label("IBAN")).to_have_value("DE89 3704 0044 0532 0130 01")
    ronja.page.get_by_label("IBAN").fill("de89 3704 0044 0532 0130 00")
    ronja.page.get_by_role("button", name="Send bank account").click()
    expect(ronja.page.locator("main")).to_contain_text("to your account …3000")
    ronja.arrives("Checked")

    while step(shop.app):
        pass
    clerk.page.goto("/acme/desk/transfers")
    clerk.arrives("To transfer by hand")
    clerk.page.locator("main a.code").click()
    clerk.arrives("€30.00 to Ronja Ek")
    clerk.goes("See it whole…", "Where €30.00 goes to")
    clerk.presses("Show the account", "Where €30.00 goes to")
    expect(clerk.page.locator("main")).to_contain_text("DE89 3704 0044 0532 0130 00")
    clerk.page.get_by_label("Reference of the transfer").fill("SEPA 2026-11-27 / 4")
    clerk.page.get_by_label("Day").fill(today().isoformat())
    clerk.presses("Confirm €30.00", "To transfer by hand")

    ronja.page.reload()
    ronja.arrives("Refunded")
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(BankAccount.ending)).all() == ["3000"]
