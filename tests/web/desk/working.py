"""What the staff does at the desk, without a browser."""

import uuid
from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

from portal import clock
from portal.audit import Actor
from portal.db import locked
from portal.jobs import Job
from portal.people.roles import Role
from portal.returns import Return
from portal.returns.receiving import awaited, receive
from tests.harness.apps import PASSWORD, counted
from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.sales import check
from tests.harness.shops import Shop, email


def sign_in(client: ShopClient, role: Role) -> ShopClient:
    page = client.get("/sign-in?next=/acme/desk")
    answer = client.send(page, "/sign-in", email=email(role), password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/acme/desk")
    return client


def follow(client: ShopClient, answer: TestResponse, *, htmx: bool = False) -> TestResponse:
    while answer.status_code in {302, 303}:
        answer = client.get(answer.location, htmx=htmx)
    assert answer.status_code == 200
    return answer


def record(client: ShopClient, id: uuid.UUID) -> TestResponse:
    return follow(client, client.get(f"/desk/returns/{id}"))


def main(page: TestResponse) -> Element:
    return read(page.text).one(id="main")


def heading(page: TestResponse) -> str:
    return read(page.text).one("h1").text


def notes(page: TestResponse) -> list[str]:
    """What the page says first: what happened, or what is wrong."""
    return [note.text for note in main(page).all(class_="note")]


def acts(page: TestResponse) -> set[str]:
    """The words on the buttons of the bar of acts, without their keys."""
    bars = [e for e in main(page).all("div") if "acts" in e.get("class").split()]
    buttons = [e for bar in bars for e in bar.walk() if "button" in e.get("class").split()]
    return {" ".join(c.own for c in button.children if not c.tag).strip() for button in buttons}


def act(client: ShopClient, id: uuid.UUID, to: str, **typed: Any) -> TestResponse:
    """Press a button of the record's own page: the form whose address ends so."""
    return client.send(record(client, id), to, **typed)


def ask(client: ShopClient, id: uuid.UUID, act: str, **typed: Any) -> TestResponse:
    """Go to the page that asks before an act, fill it in and send it."""
    page = client.get(f"/desk/returns/{id}/{act}")
    assert page.status_code == 200
    return client.send(page, f"/{act}", **typed)


def rows(page: TestResponse) -> list[str]:
    """The RMA numbers on the board, in their order."""
    boards = [t for t in main(page).all("table") if "data-board" in t.attributes]
    return [a.text for board in boards for a in board.all("a", class_="code")]


def rail(page: TestResponse) -> dict[str, int]:
    """The views of what is under way and their counts."""
    links = [link for link in read(page.text).one(id="rail").all("a") if link.all("data")]
    return {link.children[0].own.strip(): int(link.one("data")["value"]) for link in links}


def some_in(shop: Shop, id: uuid.UUID, n: int) -> None:
    """So many units of the first line arrive and are checked."""
    with shop.transaction():
        return_ = locked(Return, id)
        receive(return_, {next(iter(awaited(return_))): n}, Actor("system"))
    check(shop, id)


def spent(shop: Shop, client: ShopClient, do: Callable[[], TestResponse], code: int = 200) -> int:
    """How many statements a request takes while the shop itself is remembered."""
    shop.app.extensions["faces"].forget(shop.id)
    client.get("/brand.css")
    with counted(shop.app) as statements:
        assert do().status_code == code
    return len(statements)


def bury(
    shop: Shop, kind: str = "notice.send", error: str = "TimeoutError: mx1 is away", **payload: str
) -> uuid.UUID:
    """A dead letter of this kind; its id."""
    now = clock.now()
    with shop.transaction() as session:
        job = Job(
            tenant_id=shop.id, kind=kind, payload=payload, key=f"k/{uuid.uuid4()}", run_at=now, dead_at=now,
            attempts=12, fence=12, last_error=error,
        )  # fmt: skip
        session.add(job)
        session.flush()
        return job.id
