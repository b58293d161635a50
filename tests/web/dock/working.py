"""A clerk's work at the dock, without a browser."""

import uuid
from typing import Any

from werkzeug.test import TestResponse

from portal.people.roles import Role
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop, email

MUGS = Sold(5000, 5, "BE-MUG", "Emaillebecher", unit_cost=300)
SHIRTS = Sold(80 * 1990, 80, "TS-ORG", "Bio-T-Shirt", category="Clothing", unit_cost=700)
PLUGS = Sold(2990, 1, "HY-EAR", "Ohrstöpsel", tags=("sealed",), unit_cost=400)


def sign_in(client: ShopClient, role: Role) -> ShopClient:
    page = client.get("/sign-in?next=/acme/dock")
    answer = client.send(page, "/sign-in", email=email(role), password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/acme/dock")
    return client


def scan(client: ShopClient, code: str, *, htmx: bool = False) -> TestResponse:
    """Scan a code and follow to where it leads."""
    return follow(client, client.get("/dock", query_string={"code": code}, htmx=htmx), htmx=htmx)


def follow(client: ShopClient, answer: TestResponse, *, htmx: bool = False) -> TestResponse:
    while answer.status_code in {302, 303}:
        answer = client.get(answer.location, htmx=htmx)
    return answer


def rma(shop: Shop, id: uuid.UUID) -> str:
    return look(shop, id).return_.rma


def heading(page: TestResponse) -> str:
    return read(page.text).one("h1").text


def note(page: TestResponse) -> str:
    """The first note: what happened, or what is wrong."""
    return main(page).all(class_="note")[0].text


def main(page: TestResponse) -> Element:
    return read(page.text).one(id="main")


def counts(page: TestResponse) -> list[str]:
    """The names of the fields that count lines, in their order."""
    names = [e["name"] for e in read(page.text).all("input") if e.get("name").startswith("line-")]
    return list(dict.fromkeys(names))


def count(client: ShopClient, page: TestResponse, *units: int, **kw: Any) -> TestResponse:
    """Count so many of each line that is awaited."""
    typed = dict(zip(counts(page), map(str, units), strict=True))
    return client.send(page, page.request.path, **typed, **kw)


def take_all(client: ShopClient, page: TestResponse, **kw: Any) -> TestResponse:
    return client.send(page, "/all", **kw)


def asked(page: TestResponse) -> list[str]:
    """The names of the conditions that the page asks about."""
    names = [e["name"] for e in read(page.text).all("input") if e.get("name").startswith("condition-")]
    return list(dict.fromkeys(names))


def answered(page: TestResponse, grade: str, met: bool = True) -> dict[str, str]:
    return {**dict.fromkeys(asked(page), "yes" if met else "no"), "grade": grade}


def check(
    client: ShopClient, page: TestResponse, grade: str = "A", met: bool = True, **kw: Any
) -> TestResponse:
    """Answer everything and save."""
    return client.send(page, page.request.path, **answered(page, grade, met), **kw)
