"""The shop's own pages: settings, labels, mail and the simulated bank."""

import io
from typing import Any

import pytest

from portal import config
from portal.people.roles import Role
from portal.refunds.gateways.bank import Ask, Bank, Mode
from portal.tenants import this_shop
from portal.web.desk.mails import linked
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient, form_of
from tests.harness.pages import read, sent_by
from tests.harness.shops import Shop, email

pytestmark = pytest.mark.sqlite


@pytest.fixture
def owner(client: ShopClient) -> ShopClient:
    sent = client.send(client.get("/sign-in"), "/sign-in", email=email(Role.OWNER), password=PASSWORD)
    assert sent.status_code == 303
    return client


def tenant(shop: Shop) -> Any:
    with shop.transaction(reading=True) as session:
        found = this_shop()
        session.expunge(found)
        return found


def test_settings_are_saved_once_and_a_second_tab_sees_how_they_are_now(
    owner: ShopClient, shop: Shop
) -> None:
    tabs = [owner.get("/desk/settings") for _ in range(2)]
    assert owner.send(tabs[0], "/settings", sender="nord@x.example", daily_hour="9").status_code == 303
    assert (tenant(shop).sender, tenant(shop).daily_hour) == ("nord@x.example", 9)
    late = owner.send(tabs[1], "/settings", sender="other@x.example")
    assert late.status_code == 409 and tenant(shop).sender == "nord@x.example"
    assert owner.send(late, "/settings").status_code == 303
    assert tenant(shop).sender == "other@x.example"


def test_settings_are_saved_whatever_became_of_labels_and_the_bank_meanwhile(
    owner: ShopClient, shop: Shop
) -> None:
    page = owner.get("/desk/settings")
    files = [(io.BytesIO(b"%PDF-1.4 x"), "JD014600000001.pdf")]
    labels, bank = owner.get("/desk/settings/labels"), owner.get("/desk/bank")
    assert owner.send(labels, "/labels", carrier="DHL", files=files).status_code == 303
    for mode in ("pending", "normal"):
        bank = owner.get("/desk/bank")
        assert owner.send(bank, "/bank", mode=mode, later="", times="").status_code == 303
    assert owner.send(page, "/settings", sender="nord@x.example").status_code == 303
    assert tenant(shop).sender == "nord@x.example"


def test_the_bank_is_switched_once_however_often_the_form_arrives(owner: ShopClient, shop: Shop) -> None:
    page = owner.get("/desk/bank")
    first = owner.send(page, "/bank", mode="pending", later="", times="")
    owner.send(owner.get("/desk/bank"), "/bank", mode="normal", later="", times="")
    again = owner.send(page, "/bank", mode="pending", later="", times="")
    assert (again.status_code, again.location) == (303, first.location)
    assert Bank(config.current().bank_file, str(shop.id)).switch.mode is Mode.NORMAL


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("currency", "EURO"),
        ("sender", "x"),
        ("daily_hour", "24"),
        ("daily_hour", "soon"),
        ("tax_number", "1" * 61),
        ("tax_number", "DE\u200b1"),
    ],
)
def test_a_wrong_setting_is_told_at_its_field(owner: ShopClient, shop: Shop, field: str, typed: str) -> None:
    answer = owner.send(owner.get("/desk/settings"), "/settings", **{field: typed, "bank_details": "Kept"})
    assert (
        answer.status_code == 422
        and "Kept</textarea>" in answer.text
        and f'id="{field}-error"' in answer.text
    )
    assert tenant(shop).bank_details == []


def test_that_links_alone_open_orders_is_ticked_and_counts_at_once(owner: ShopClient, shop: Shop) -> None:
    assert "Find my order" in owner.get("/find").text
    assert owner.send(owner.get("/desk/settings"), "/settings", links_only="y").status_code == 303
    assert tenant(shop).links_only
    assert "Mail me the link" in owner.get("/find").text
    page = owner.get("/desk/settings")
    assert owner.send(page, "/settings", daily_hour="8").status_code == 303
    assert tenant(shop).links_only
    daily = {"daily_mail": None, "daily_hour": "18"}
    assert owner.send(owner.get("/desk/settings"), "/settings", links_only=None, **daily).status_code == 303
    assert (tenant(shop).daily_mail, tenant(shop).daily_hour) == (False, 18)
    assert not tenant(shop).links_only


def test_labels_are_added_by_their_names(owner: ShopClient) -> None:
    files = [(io.BytesIO(b"%PDF-1.4 x"), f"JD01460000000{n}.pdf") for n in range(3)]
    page = owner.get("/desk/settings/labels")
    assert owner.send(page, "/labels", carrier="DHL", files=files).status_code == 303
    assert "3 labels" in owner.get("/desk/settings/labels").text


def test_the_bank_behaves_as_it_is_told_and_a_pending_refund_is_settled(
    owner: ShopClient, shop: Shop
) -> None:
    bank = Bank(config.current().bank_file, str(shop.id), pause=lambda _: None)
    page = owner.get("/desk/bank")
    assert owner.send(page, "/bank", mode="pending", later="", times="").status_code == 303
    assert bank.switch.mode is Mode.PENDING and bank.switch.later is None
    bank.register("pay_1", 500, "EUR")
    refund = bank.refund("key", Ask("pay_1", 200, "EUR"), 10)
    page = owner.get("/desk/bank")
    form = form_of(read(page.text), refund["reference"])
    pressed = [owner.post(form["action"], data={**sent_by(form), "to": to}) for to in ("succeeded", "failed")]
    assert [answer.status_code for answer in pressed] == [303, 409]
    assert bank.statement()[0]["state"] == "succeeded"
    assert "pay_1" in owner.get("/desk/bank/payments").text


def test_a_mails_addresses_can_be_followed_and_nothing_else_of_it_is_markup() -> None:
    shown = linked("<b>Hello</b>\nSee https://x.example/s/a?b=1&c=2. Or javascript:alert(1)")
    assert '<a href="https://x.example/s/a?b=1&amp;c=2" rel="noreferrer">' in shown
    assert "<b>" not in shown and 'href="javascript' not in shown


def test_a_file_of_no_possible_period_is_refused(owner: ShopClient) -> None:
    assert owner.get("/desk/books.csv?since=2026-02-30").status_code == 422
    assert owner.get("/desk/books.csv?since=2026-02-02&until=2026-02-01").status_code == 422
    assert owner.get("/desk/books.csv?since=2026-02-01").mimetype == "text/csv"


def test_the_tax_number_is_kept_as_it_is_typed(owner: ShopClient, shop: Shop) -> None:
    page = owner.get("/desk/settings")
    assert owner.send(page, "/settings", tax_number="  USt-IdNr.  DE 811 907 980 ").status_code == 303
    assert tenant(shop).tax_number == "USt-IdNr. DE 811 907 980"
    again = owner.get("/desk/settings")
    assert 'value="USt-IdNr. DE 811 907 980"' in again.text
    assert "tax number" in owner.get("/desk/trail").text.lower()
