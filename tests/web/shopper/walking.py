"""A shopper's way through the wizard, without a browser."""

from typing import Any

from werkzeug.test import TestResponse

from tests.harness.client import ShopClient
from tests.harness.pages import Element, read

EMAIL = "annelie@posteo.example"


def find(client: ShopClient, number: str = "1001", proof: str = EMAIL, **kw: Any) -> TestResponse:
    """Send the first form."""
    return client.send(client.get("/find"), "/find", number=number, proof=proof, **kw)


def on(client: ShopClient, answer: TestResponse, **kw: Any) -> TestResponse:
    """The page that an answer leads to."""
    assert answer.status_code == 303, read(answer.text).text
    return client.get(answer.location, **kw)


def ticks(page: TestResponse) -> list[str]:
    """The ids of the lines that can be chosen, in their order."""
    return [e["value"] for e in read(page.text).all("input", name="items")]


def radios(page: TestResponse) -> list[str]:
    """The names of the radio groups, in their order."""
    return list(dict.fromkeys(e["name"] for e in read(page.text).all("input", type="radio")))


def heading(page: TestResponse) -> str:
    return read(page.text).one("h1").text


def alert(page: TestResponse) -> str:
    return read(page.text).one(role="alert").text


def main(page: TestResponse) -> Element:
    return read(page.text).one(id="main")


def to_reasons(client: ShopClient, units: tuple[int, ...] = (1,), **kw: Any) -> TestResponse:
    """Find the order and choose so many of its first lines; the page of reasons."""
    items = on(client, find(client), **kw)
    wanted = dict(zip(ticks(items), units, strict=False))
    chosen = [line for line, n in wanted.items() if n]
    numbers = {line: str(n) for line, n in wanted.items() if n > 1}
    return on(client, client.send(items, "/items", items=chosen, **numbers, **kw), **kw)


def to_resolution(client: ShopClient, reason: str = "changed_mind", **kw: Any) -> TestResponse:
    page = to_reasons(client, **kw)
    htmx = {"htmx": kw["htmx"]} if "htmx" in kw else {}
    return on(client, client.send(page, "/reasons", **dict.fromkeys(radios(page), reason), **htmx), **htmx)


def to_review(client: ShopClient, resolution: str = "original", **kw: Any) -> TestResponse:
    page = to_resolution(client, **kw)
    htmx = {"htmx": kw["htmx"]} if "htmx" in kw else {}
    return on(client, client.send(page, "/resolution", resolution=resolution, **htmx), **htmx)


def to_done(client: ShopClient, **kw: Any) -> TestResponse:
    page = to_review(client, **kw)
    htmx = {"htmx": kw["htmx"]} if "htmx" in kw else {}
    return on(client, client.send(page, "/review", **htmx), **htmx)


def link(page: TestResponse, end: str) -> str:
    """The address of the first link that ends so, without its query."""
    return next(a["href"] for a in read(page.text).all("a") if a.get("href").split("?")[0].endswith(end))


def status_link(done: TestResponse) -> str:
    return next(a["href"] for a in read(done.text).all("a") if "/s/" in a["href"] and "." not in a["href"])
