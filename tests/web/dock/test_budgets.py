"""The dock's statements are few, and as few for eighty units as for one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from werkzeug.test import TestResponse

from portal.web.ritual import Portal
from tests.harness.apps import counted
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, Sold, received, requested, sell
from tests.harness.shops import Shop
from tests.web.dock.working import check, follow, main, rma, take_all

READS, WRITES = 15, 30


def shirts(n: int) -> Sold:
    return Sold(1990 * n, n, "TS-ORG", "Bio-T-Shirt", category="Clothing", unit_cost=700)


class Tally:
    """How many statements each step took."""

    def __init__(self, app: Portal) -> None:
        self.app, self.steps = app, dict[str, int]()

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        with counted(self.app) as seen:
            yield
        self.steps[step] = len(seen)

    def ask(self, step: str, do: Callable[[], TestResponse], code: int = 200) -> TestResponse:
        with self.of(step):
            answer = do()
        assert answer.status_code == code, read(answer.text).text
        return answer


def whole_way(app: Portal, shop: Shop, clerk: ShopClient, units: int, number: str) -> dict[str, int]:
    """Scan, count, check and correct so many units of two lines."""
    id = requested(shop, sell(shop, BOOTS, shirts(units), number=number))
    tally, code = Tally(app), rma(shop, id)
    clerk.get("/dock")  # what is remembered for a while is asked for now
    tally.ask("GET list", lambda: clerk.get("/dock"))
    tally.ask("GET scan", lambda: clerk.get("/dock", query_string={"code": code}), 303)
    tally.ask("GET scan order", lambda: clerk.get("/dock", query_string={"code": number}), 303)
    tally.ask("GET scan unknown", lambda: clerk.get("/dock", query_string={"code": "nothing"}))
    page = tally.ask("GET count", lambda: clerk.get(f"/dock/returns/{id}"))
    answer = tally.ask("POST count", lambda: take_all(clerk, page), 303)
    boots = tally.ask("GET check", lambda: clerk.get(answer.location))
    address = main(boots).one("form")["action"]
    token = main(boots).all("input", name="csrf_token")[0]["value"]
    sent = {"csrf_token": token, "grade": "B", "condition-box_there": "yes"}
    tally.ask("POST propose", lambda: clerk.post(f"{address}/proposal", data=sent, htmx=True))
    many = follow(clerk, check(clerk, boots))
    same = {"same": str(units)} if units > 1 else {}
    answer = tally.ask("POST check", lambda: check(clerk, many, note="All of one pallet.", **same), 303)
    done = tally.ask("GET done", lambda: clerk.get(answer.location))
    link = [a["href"] for a in main(done).all("a") if a["href"].endswith("/correction")][-1]
    page = tally.ask("GET correct", lambda: clerk.get(link))
    tally.ask("POST correct", lambda: clerk.send(page, "/correction", why="key", **same), 303)
    return tally.steps


@pytest.fixture
def few(app: Portal, shop: Shop, clerk: ShopClient) -> dict[str, int]:
    received(shop, sell(shop, BOOTS, number="first"))
    return whole_way(app, shop, clerk, 1, "1")


def test_steps_are_within_their_budget_and_do_not_grow(
    app: Portal, shop: Shop, clerk: ShopClient, few: dict[str, int]
) -> None:
    for n in range(6):
        received(shop, sell(shop, BOOTS, shirts(3), number=f"more-{n}"))
    much = whole_way(app, shop, clerk, 80, "2")
    assert {step: (few[step], much[step]) for step in much if much[step] > few[step]} == {}
    over = {step: n for step, n in much.items() if n > (READS if step.startswith("GET") else WRITES)}
    assert over == {}, much
