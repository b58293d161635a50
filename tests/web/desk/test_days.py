"""The page of the days, and its file."""

import csv
import io
from collections.abc import Callable

import pytest

from portal.money import plain
from portal.people.roles import Role
from tests.harness.client import ShopClient
from tests.harness.sales import approved, look, sell
from tests.harness.shops import Shop, find_shop
from tests.web.desk.working import main, spent

Staff = Callable[[Role], ShopClient]


@pytest.fixture
def auditor(staff: Staff) -> ShopClient:
    return staff(Role.AUDITOR)


def test_the_month_stands_there_plain_and_for_htmx_and_in_a_file(shop: Shop, auditor: ShopClient) -> None:
    refund = look(shop, approved(shop, sell(shop))).refunds[0]
    other = find_shop(shop.app, "other")
    approved(other, sell(other))
    for htmx in (False, True):
        text = auditor.get("/desk/books/days", htmx=htmx).text
        assert "Fees kept" in text and text.count(f"€{plain(refund.amount, 'EUR')}") == 4
    (row,) = csv.DictReader(io.StringIO(auditor.get("/desk/books/days.csv").text))
    assert (row["currency"], row["approved"], row["paid"]) == (
        "EUR", plain(refund.amount, "EUR"), "0.00",
    )  # fmt: skip
    assert row["owed at its end"] == row["approved"]


@pytest.mark.sqlite
@pytest.mark.parametrize("month", ["", "2026-13", "0001-01", "9999-12", "x", "2199-12", "1990-01"])
def test_any_month_may_be_asked_for(auditor: ShopClient, month: str) -> None:
    page = auditor.get("/desk/books/days", query_string={"month": month})
    assert page.status_code == 200 and "Nothing was posted in this month" in main(page).text
    for link in [a for a in main(page).all("a") if a.get("rel")]:
        assert auditor.get(link.get("href")).status_code == 200


@pytest.mark.sqlite
def test_it_costs_as_much_for_many_as_for_one(shop: Shop, auditor: ShopClient) -> None:
    approved(shop, sell(shop))
    few = spent(shop, auditor, lambda: auditor.get("/desk/books/days"))
    for n in range(5):
        approved(shop, sell(shop, number=str(n)))
    assert spent(shop, auditor, lambda: auditor.get("/desk/books/days")) <= few <= 15
