"""Picking another article: nothing that was chosen is lost on the way, and words find what can be had."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from werkzeug.test import TestResponse

from tests.harness.apps import counted
from tests.harness.client import ShopClient
from tests.harness.pages import read, sent_by
from tests.harness.shops import Shop
from tests.harness.swapping import Swap
from tests.web.shopper.test_exchanges import SHIRT, swapping, visit
from tests.web.shopper.walking import main, on, radios

BOOTS = {"attributes": [["Size", "43"], ["Colour", "Écru foncé"]], "product": "Wander-Stiefel"}


@dataclass
class Step:
    """The step of a draft, where nothing is chosen yet."""

    swap: Swap
    client: ShopClient
    order: uuid.UUID

    def page(self) -> TestResponse:
        return self.client.get(f"/orders/{self.order}/exchange")

    def line(self) -> str:
        return radios(self.page())[0]

    def looked(self, typed: str = "", **args: str) -> TestResponse:
        where = f"/orders/{self.order}/exchange/{self.line()}"
        return self.client.get(where, query_string={"q": typed, **args})

    def found(self, typed: str) -> list[str]:
        """The titles and words of what is found."""
        articles = read(self.looked(typed).text).all("article")
        return [" ".join(article.one("div").text.split()) for article in articles]


def take(client: ShopClient, page: TestResponse, variant: str | None = None) -> TestResponse:
    """Press "Take this", with what is chosen on the page or this."""
    form = next(f for f in read(page.text).all("form") if f.get("method") == "post")
    return client.post(form["action"], data=sent_by(form) | ({"variant": variant} if variant else {}))


@pytest.fixture
def step(shop: Shop, at: Callable[..., None], client: ShopClient) -> Step:
    swap = swapping(shop, at)
    swap.stock("SHIRT-M", 4000, 3, product="shirt")
    large = swap.stock("SHIRT-L", 4000, 3, product="shirt")
    order = swap.order(SHIRT, number="1001", number_key="1001")
    visit(client, swap, swap.swap_draft(order, {1: 1}, large))
    return Step(swap, client, order)


def chosen(page: TestResponse) -> list[str]:
    """The words of what is chosen, in the order of the page."""
    labels = [
        label
        for label in read(page.text).all("label")
        if any("checked" in one.attributes for one in label.all("input"))
    ]
    return [" ".join(label.text.split()) for label in labels]


def test_what_is_chosen_is_still_chosen_after_a_look_at_another_article(step: Step) -> None:
    step.swap.stock("HAT", 4000, 3, product="Hat")
    page, line = step.page(), step.line()
    medium = read(page.text).all("input", type="radio", name=line)[0]["value"]
    looks = {line: medium, "instead": "wait", "other": line}
    looked = on(step.client, step.client.send(page, "/exchange", **looks))
    assert looked.request.path.endswith(line)
    assert chosen(step.page()) == ["M same price", "Wait for it"]
    hat = read(looked.text).all("input", name="variant")[0]["value"]
    back = on(step.client, take(step.client, looked, hat))
    assert chosen(back) == ["Hat, T same price", "Wait for it"]


def test_who_has_said_nothing_yet_may_look_as_well(step: Step) -> None:
    page, line = step.page(), step.line()
    looked = on(step.client, step.client.send(page, "/exchange", other=line))
    assert looked.request.path.endswith(line)
    assert chosen(step.page()) == ["L same price", "My money back"]  # as it was


def test_what_is_gone_meanwhile_stops_nobody_from_looking(step: Step) -> None:
    coat = step.swap.stock("COAT", 4000, 0, product="Coat")
    page, line = step.page(), step.line()
    looked = on(step.client, step.client.send(page, "/exchange", **{line: str(coat), "other": line}))
    assert looked.request.path.endswith(line)


def test_nothing_chosen_keeps_the_search_and_its_page_and_says_so_at_the_list(step: Step) -> None:
    for n in range(35):
        step.swap.stock(f"SOCK-{n:02}", 900, 3, product=f"Sock {n:02}")
    step.swap.stock("HAT", 900, 3, product="Hat")
    first = step.looked("sock")
    second = step.client.get(read(first.text).one("a", rel="next")["href"])
    shown = [label.text for label in read(second.text).all("label", class_="name")]
    assert shown == [f"Sock {n:02}" for n in range(30, 35)]
    refused = take(step.client, second)
    assert refused.status_code == 422
    assert [label.text for label in read(refused.text).all("label", class_="name")] == shown
    assert read(refused.text).one(id="q")["value"] == "sock"
    fault = read(refused.text).one(id="at-variant").one(id="at-variant-error")
    assert "Choose what you would like for it." in fault.text


def test_what_is_sold_out_meanwhile_is_said_at_the_list(step: Step) -> None:
    hat = step.swap.stock("HAT", 900, 1, product="Hat")
    page = step.looked("hat")
    step.swap.swap(step.swap.order(SHIRT), {1: 1}, hat)
    refused = take(step.client, page, str(hat))
    fault = read(refused.text).one(id="at-variant").one(id="at-variant-error")
    assert refused.status_code == 422 and "It is sold out. Choose something else." in fault.text
    assert read(refused.text).one(id="q")["value"] == "hat"


@pytest.mark.parametrize(
    "typed",
    ["stiefel 43", "43 stiefel", "WANDER ecru", "ECRU FONCE 43", "ws-43", "fonc\u00e9", "fonce\u0301"],
)
def test_each_word_is_found_wherever_it_stands(step: Step, typed: str) -> None:
    step.swap.stock("WS-43-B", 9000, 3, **BOOTS)
    step.swap.stock("WS-44-B", 9000, 3, attributes=[["Size", "44"]], product="Schnee")
    assert [row.split(" \u20ac")[0] for row in step.found(typed)] == ["Wander-Stiefel 43, Écru fonc\u00e9"]


def test_sisters_of_what_goes_back_are_found_too(step: Step) -> None:
    assert step.found("shirt l") == ["shirt L same price"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "sock%", "s_ck", "size", '["'])
def test_what_stands_for_others_in_a_pattern_stands_for_itself(step: Step, typed: str) -> None:
    step.swap.stock("SOCK", 900, 3, product="Sock")
    assert step.found(typed) == []
    step.swap.stock("ODD", 900, 3, product='100% wool_\\ s_ck sock% size ["')
    assert len(step.found(typed)) == 1


def test_only_what_can_be_had_here_is_found(step: Step, other_shop: Shop, at: Callable[..., None]) -> None:
    for n in range(40):
        step.swap.stock(f"GONE-{n}", 900, 0, product=f"A sock {n}")
    step.swap.stock("SOCK", 900, 3, product="Sock")
    step.swap.stock("FRANC", 900, 3, product="Swiss sock", currency="CHF")
    Swap(other_shop).stock("THEIRS", 900, 3, product="Their sock")
    assert step.found("sock") == ["Sock K €31.00 back"]


def test_the_search_takes_few_statements(step: Step) -> None:
    for n in range(40):
        step.swap.stock(f"SOCK-{n}", 900, 3, product=f"Sock {n}")
    line = step.line()
    with counted(step.swap.shop.app) as seen:
        step.client.get(f"/orders/{step.order}/exchange/{line}", query_string={"q": "sock"})
    assert len(seen) <= 15, len(seen)
    assert main(step.looked("sock")).all("a", rel="next")
