"""Importing orders at the desk, with and without htmx: put in, look, confirm, watch, read."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.orders.models import Order
from portal.people.roles import Role
from tests.harness.client import ShopClient
from tests.harness.naughty import sample
from tests.harness.pages import read
from tests.harness.shops import Shop
from tests.orders.files import order
from tests.orders.given import count
from tests.web.desk.working import bury, follow, main, notes, spent

Staff = Callable[[Role], ShopClient]
Worker = Callable[[], int]


def put_in(
    client: ShopClient, content: Any, name: str = "orders.json", *, htmx: bool = False, **typed: Any
) -> TestResponse:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    page = client.get("/desk/orders/import")
    file = (io.BytesIO(data), name) if name else None
    return client.send(page, "/orders/import", htmx=htmx, file=file, **typed)


def many(n: int) -> list[dict[str, Any]]:
    return [order(number=f"#{1000 + i}", id=f"o-{i}") for i in range(n)]


def bad(n: int) -> list[dict[str, Any]]:
    return [order(number=f"#{i}", currency="nothing") for i in range(n)]


def figures(page: TestResponse) -> dict[str, str]:
    (facts,) = [f for f in main(page).all("dl") if "figures" in f["class"].split()]
    return {cell.one("dt").text: cell.one("dd").text for cell in facts.all("div")}


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_file_is_looked_through_confirmed_and_imported(
    shop: Shop, manager: ShopClient, worker: Worker, htmx: bool
) -> None:
    page = follow(manager, put_in(manager, many(3) + bad(1), htmx=htmx), htmx=htmx)
    assert "being looked through" in main(page).text and main(page).all("progress")
    worker()
    address = page.request.path
    page = manager.get(address, htmx=htmx)
    assert figures(page) == {"New": "3", "Updated": "0", "Unchanged": "0", "Refused": "1"}
    assert "3 orders would be written" in main(page).text and count(shop) == 0
    page = follow(manager, manager.send(page, "/confirm", htmx=htmx), htmx=htmx)
    assert "being imported" in main(page).text and main(page).all("progress")
    worker()
    page = manager.get(address, htmx=htmx)
    assert figures(page) == {"New": "3", "Updated": "0", "Unchanged": "0", "Refused": "1"}
    assert count(shop) == 3 and not main(page).all("progress") and not main(page).all("form")
    assert "Import of orders confirmed" in main(manager.get("/desk/trail")).text


def test_while_the_worker_has_it_the_page_asks_again_and_then_stops(
    shop: Shop, manager: ShopClient, worker: Worker
) -> None:
    page = follow(manager, put_in(manager, many(2)))
    (link,) = [a for a in main(page).all("a") if a.text == "Refresh"]
    (polled,) = [e for e in main(page).walk() if e.get("hx-trigger") == "every 2s"]
    assert polled["hx-get"] == link["href"] == link["hx-get"]
    part = manager.get(link["href"], htmx=True)
    assert polled["id"] in part.text and "every 2s" in part.text and "looked through." not in part.text
    assert manager.get(link["href"]).location == page.request.path
    worker()
    part = manager.get(link["href"], htmx=True)
    assert "every 2s" not in part.text
    assert "The file has been looked through. Nothing is imported yet." in part.text


def test_a_double_click_puts_in_one_file_and_confirms_it_once(
    shop: Shop, manager: ShopClient, worker: Worker
) -> None:
    form = manager.get("/desk/orders/import")
    data = json.dumps(many(2)).encode()
    answers = [manager.send(form, "/orders/import", file=(io.BytesIO(data), "a.json")) for _ in range(2)]
    assert answers[0].location == answers[1].location
    worker()
    page = manager.get(answers[0].location)
    for _ in range(2):
        assert manager.send(page, "/confirm").status_code == 303
    assert worker() == 1 and count(shop) == 2


def test_two_people_the_first_one_wins(shop: Shop, staff: Staff, worker: Worker) -> None:
    manager, owner = staff(Role.MANAGER), staff(Role.OWNER)
    page = follow(manager, put_in(manager, many(2)))
    again = follow(owner, put_in(owner, many(2)))
    assert again.request.path == page.request.path
    assert notes(again) == ["This very file is here already."]
    worker()
    mine, theirs = manager.get(page.request.path), owner.get(page.request.path)
    assert manager.send(mine, "/discard").status_code == 303
    late = owner.send(theirs, "/confirm")
    assert late.status_code == 409 and "thrown away" in main(late).text
    worker()
    assert count(shop) == 0


@pytest.mark.sqlite
def test_a_file_with_nothing_to_import_waits_for_nobody(
    shop: Shop, manager: ShopClient, worker: Callable[[], int]
) -> None:
    put_in(manager, [order(number="#9", currency="nothing")])
    worker()
    row = main(manager.get("/desk/orders/import")).one("tbody").text
    assert "nothing to import" in row and "waiting to be confirmed" not in row


@pytest.mark.sqlite
def test_refused_orders_are_folded_beyond_fifty_and_all_in_the_csv(
    shop: Shop, manager: ShopClient, worker: Worker
) -> None:
    page = follow(manager, put_in(manager, [*bad(60), order(number="=1+1", currency="no")]))
    worker()
    page = manager.get(page.request.path)
    tables = [len(table.one("tbody").all("tr")) for table in main(page).all("table")]
    assert tables == [50, 11] and "11 more are refused" in main(page).text
    answer = manager.get(page.request.path + "/refused.csv")
    told = list(csv.reader(io.StringIO(answer.text)))
    assert told[0] == ["line", "order", "reason", "no"] and len(told) == 62
    assert [row[3] for row in told[1:4]] == ["1", "2", "3"]
    assert told[1][1] == "#0" and told[-1][1] == "'=1+1"
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("content", "name", "wrong"),
    [
        (b"", "empty.csv", "This file is empty."),
        (b"\x89PNG\r\n\x1a\n", "picture.png", "neither a CSV nor a JSON"),
        (b"hello,world\n", "hello.csv", "none of the formats"),
        (b"", "", "Choose a file."),
    ],
)
def test_what_is_no_file_of_orders_is_said_at_the_field(
    shop: Shop, manager: ShopClient, content: bytes, name: str, wrong: str
) -> None:
    answer = put_in(manager, content, name)
    assert answer.status_code == 422 and wrong in main(answer).text
    assert main(answer).one(id="file-error")


@pytest.mark.sqlite
def test_a_format_that_is_chosen_is_kept_and_one_that_nobody_knows_is_not(
    shop: Shop, manager: ShopClient
) -> None:
    page = follow(manager, put_in(manager, many(1), format="homeward"))
    assert "Homeward’s own JSON" in main(page).text
    assert put_in(manager, many(2), format="excel").status_code == 422


@pytest.mark.sqlite
def test_work_that_failed_for_good_is_said_and_leads_there(shop: Shop, manager: ShopClient) -> None:
    page = follow(manager, put_in(manager, many(1)))
    id = page.request.path.rpartition("/")[2]
    with shop.transaction() as session:
        session.connection().exec_driver_sql(f"DELETE FROM job WHERE key = 'file.check/{id}'")
    job = bury(shop, kind="file.check")
    with shop.transaction() as session:
        session.connection().exec_driver_sql(
            f"UPDATE job SET key = 'file.check/{id}' WHERE kind = 'file.check'"
        )
    page = manager.get(page.request.path)
    assert job and "failed for good" in main(page).text and "every 2s" not in page.text
    assert "Look through a file" in main(manager.get("/desk/stuck")).text


def test_hostile_files_and_names_break_nothing(shop: Shop, manager: ShopClient, worker: Worker) -> None:
    for text in sample(25):
        name = text.replace("\n", " ")[:80] or "x"
        for content in (text.encode("utf-8", "replace"), json.dumps([order(number=text)]).encode()):
            answer = put_in(manager, content, name)
            assert answer.status_code in (303, 422), repr(text)
            if answer.status_code == 303:
                page = manager.get(answer.location)
                worker()
                page = manager.get(answer.location)
                manager.send(page, "/discard")
    assert "Import orders" in main(manager.get("/desk/orders/import")).text
    assert count(shop, Order) == 0


@pytest.mark.sqlite
def test_much_costs_no_more_statements(shop: Shop, manager: ShopClient, worker: Worker) -> None:
    few = follow(manager, put_in(manager, bad(1))).request.path
    much = follow(manager, put_in(manager, bad(300))).request.path
    worker()
    costs = [spent(shop, manager, lambda path=path: manager.get(path)) for path in (few, much)]
    assert costs[0] == costs[1] <= 9
    assert spent(shop, manager, lambda: manager.get("/desk/orders/import")) <= 9
    assert read(manager.get("/desk/orders/import").text).all("table")
