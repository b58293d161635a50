"""Credit notes at the desk: at their refund, in the list under Books, as paper and in a file."""

import csv
import io
import json
from collections.abc import Callable

import pytest

from portal.people.roles import Role
from tests.documents.reading import pages
from tests.harness.client import ShopClient
from tests.harness.sales import Sold, approved, look, sell
from tests.harness.shops import Shop, find_shop
from tests.harness.trading import Trade
from tests.web.desk.working import main, record, spent

Staff = Callable[[Role], ShopClient]
MIXED = (
    Sold(11_900, 1, "BOOT", "Boots", taxes={"19": 1_900}),
    Sold(1_070, 1, "BOOK", "Book", taxes={"7": 70}),
)


@pytest.fixture
def auditor(staff: Staff) -> ShopClient:
    return staff(Role.AUDITOR)


def paper(client: ShopClient, address: str) -> str:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return " ".join(pages(answer.data))


def test_a_refund_names_its_credit_note_and_the_one_that_cancels_it(shop: Shop, agent: ShopClient) -> None:
    id = approved(shop, sell(shop, *MIXED))
    Trade(shop).cancel_refund(look(shop, id).refunds[0].id)
    page = main(record(agent, id))
    links = [link for link in page.all("a") if "/credit-notes/" in link.get("href")]
    assert [link.text for link in links] == [
        "Credit note CN-000001",
        "Cancellation of a credit note CN-000002",
    ]
    assert "credit note CN-000001" in page.text and "by credit note CN-000002" in page.text
    assert "Tax 19 % on €100.00" in paper(agent, links[0].get("href"))
    assert "Cancels credit note CN-000001" in paper(agent, links[1].get("href"))


@pytest.mark.sqlite
def test_the_list_and_its_file_say_the_same(shop: Shop, auditor: ShopClient) -> None:
    kept = approved(shop, sell(shop, *MIXED, number="1"))
    gone = approved(shop, sell(shop, number="2"))
    Trade(shop).cancel_refund(look(shop, gone).refunds[0].id)
    other = find_shop(shop.app, "other")
    approved(other, sell(other, number="3"))
    page = main(auditor.get("/desk/books/credit-notes"))
    rows = [row.text for row in page.one("tbody").all("tr")]
    assert [row.split()[0] for row in rows] == ["CN-000003", "CN-000002", "CN-000001"]
    assert "cancels CN-000002" in rows[0] and "cancelled by CN-000003" in rows[1]
    assert "19 % €19.00 , 7 % €0.70" in rows[2] and look(shop, kept).return_.rma in rows[2]
    assert "€110.00 net, €19.70 tax" in page.text  # what was cancelled counts for nothing
    table = list(csv.DictReader(io.StringIO(auditor.get("/desk/books/credit-notes.csv").text)))
    assert [(row["number"], row["state"], row["other"]) for row in table] == [
        ("CN-000001", "issued", ""),
        ("CN-000002", "cancelled", "CN-000003"),
        ("CN-000003", "cancels", "CN-000002"),
    ]
    assert (table[0]["net"], table[0]["tax"], table[0]["total"]) == ("110.00", "19.70", "124.80")
    assert json.loads(table[0]["taxes"]) == {"19": "19.00", "7": "0.70"}
    assert table[1]["total"] == table[2]["total"].removeprefix("-")


@pytest.mark.sqlite
def test_a_period_is_asked_for_and_a_wrong_one_refused(shop: Shop, auditor: ShopClient) -> None:
    assert "No credit note yet" in main(auditor.get("/desk/books/credit-notes")).text
    approved(shop, sell(shop))
    for query, found in (({"since": "2020-01-01"}, True), ({"until": "2020-01-01"}, False)):
        page = main(auditor.get("/desk/books/credit-notes", query_string=query))
        assert ("CN-000001" in page.text) is found
        assert ("No credit note of these days" in page.text) is not found
        text = auditor.get("/desk/books/credit-notes.csv", query_string=query).text
        assert len(text.splitlines()) == 1 + found
    for query in ({"since": "x\0"}, {"since": "2026-02-30"}, {"since": "2026-02-02", "until": "2026-02-01"}):
        for to in ("", ".csv"):
            answer = auditor.get(f"/desk/books/credit-notes{to}", query_string=query)
            assert answer.status_code == 422 and "CN-000001" not in main(answer).text


@pytest.mark.sqlite
def test_the_list_costs_as_much_for_many_as_for_one_and_goes_on_by_key(
    shop: Shop, auditor: ShopClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(shop, sell(shop, number="0"))
    few = spent(shop, auditor, lambda: auditor.get("/desk/books/credit-notes"))
    for n in range(1, 4):
        approved(shop, sell(shop, number=str(n)))
    assert spent(shop, auditor, lambda: auditor.get("/desk/books/credit-notes")) == few <= 15
    monkeypatch.setattr("portal.views.paging.cut.__defaults__", (2,))
    page, seen = auditor.get("/desk/books/credit-notes"), []
    while True:
        seen += [row.text.split()[0] for row in main(page).one("tbody").all("tr")]
        later = [link for link in main(page).all("a") if link.get("rel") == "next"]
        if not later:
            break
        page = auditor.get(later[0].get("href"))
    assert seen == ["CN-000004", "CN-000003", "CN-000002", "CN-000001"]
