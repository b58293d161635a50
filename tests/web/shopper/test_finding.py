"""An order is shown to who knows its number and its address, and to nobody by guessing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.ids import rma_number
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.sales import sell
from tests.harness.shops import Shop
from tests.web.shopper.walking import EMAIL, alert, find, heading, on


def bare(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", text)


@pytest.mark.parametrize("number", ["1001", "#1001", " # 1001 ", "１００１"])
@pytest.mark.parametrize("proof", [EMAIL, " Annelie@Posteo.EXAMPLE ", "24937", "D-24937"[2:], "24 937"])
@pytest.mark.sqlite
def test_it_is_found_however_people_type(shop: Shop, client: ShopClient, number: str, proof: str) -> None:
    order = sell(shop)
    answer = find(client, number, proof)
    assert answer.location == f"/acme/orders/{order}/items"
    assert "#1001" in on(client, answer).text


@pytest.mark.parametrize("htmx", [False, True])
def test_an_unknown_order_and_a_wrong_proof_get_the_same_answer(
    shop: Shop, client: ShopClient, htmx: bool
) -> None:
    sell(shop)
    sell(shop, number="2002", postcode_key="", email="", email_key="")
    wrong = [find(client, number, "x@y.example", htmx=htmx) for number in ("1001", "9009", "2002")]
    assert {answer.status_code for answer in wrong} == {422}
    texts = {bare(a.text).replace(n, "") for a, n in zip(wrong, ("1001", "9009", "2002"), strict=True)}
    assert len(texts) == 1
    assert "We found no order" in alert(wrong[0])


@pytest.mark.sqlite
@pytest.mark.parametrize("proof", ["-", ".", "—", "@", " "])
def test_an_order_without_an_address_is_not_found_by_nothing(
    shop: Shop, client: ShopClient, proof: str
) -> None:
    sell(shop, postcode_key="", email="", email_key="")
    assert find(client, "1001", proof).status_code == 422


@pytest.mark.sqlite
def test_what_is_missing_is_told_at_its_field(client: ShopClient) -> None:
    answer = find(client, "", "")
    assert answer.status_code == 422
    assert "2 things" in alert(answer) and 'href="#number"' in answer.text and 'href="#proof"' in answer.text


def test_after_five_wrong_proofs_even_the_right_one_waits(
    shop: Shop, client: ShopClient, at: Callable[..., None]
) -> None:
    sell(shop)
    now = clock.now()
    at(now)
    for n in range(5):
        assert "We found no order" in find(client, "1001", f"{n}@wrong.example").text
    assert "Wait an hour" in alert(find(client))
    assert find(client, "#1001 ").status_code == 422
    at(now + timedelta(minutes=61))
    assert find(client).status_code == 303


@pytest.mark.sqlite
def test_right_answers_are_not_counted(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    assert [find(client).status_code for _ in range(8)] == [303] * 8


@pytest.mark.sqlite
def test_another_shops_order_is_not_found(other_shop: Shop, client: ShopClient) -> None:
    sell(other_shop)
    assert find(client).status_code == 422


@pytest.mark.sqlite
def test_a_visit_opens_one_order_in_one_browser_for_two_hours(
    app: Portal, shop: Shop, client: ShopClient, at: Callable[..., None]
) -> None:
    mine, theirs = sell(shop), sell(shop, number="2002", email_key="b@b.example")
    now = clock.now()
    at(now)
    find(client)
    assert client.get(f"/orders/{mine}/items").status_code == 200
    assert client.get(f"/orders/{theirs}/items").location == "/acme/find"
    assert ShopClient(app).get(f"/orders/{mine}/items").location == "/acme/find"
    at(now + timedelta(minutes=100))
    assert client.get(f"/orders/{mine}/items").status_code == 200
    at(now + timedelta(minutes=200))
    assert client.get(f"/orders/{mine}/items").status_code == 200
    at(now + timedelta(minutes=330))
    assert client.get(f"/orders/{mine}/items").location == "/acme/find"
    assert "Find your order first" in client.get("/find").text


@pytest.mark.sqlite
def test_a_shops_front_is_the_search(client: ShopClient) -> None:
    assert client.get("/").location == "/acme/find"
    page = client.get("/find")
    assert heading(page) == "Send something back"
    assert "30 days from delivery" in page.text and '<data value="4.90">€4.90</data>' in page.text


@pytest.mark.sqlite
def test_a_scanned_slip_leads_a_shopper_to_the_search(client: ShopClient) -> None:
    number = rma_number()
    assert client.get(f"/r/{number}").location == "/acme/find"
    assert client.get(f"/r/RMA-{number[:4]}-{number[4:8]}-{number[8]}".lower()).location == "/acme/find"
    wrong = "0" if number[8] != "0" else "1"
    assert client.get(f"/r/{number[:8]}{wrong}").status_code == 404


@pytest.mark.sqlite
def test_personal_data_is_masked(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    page = on(client, find(client))
    assert "Annelie" not in page.text and "posteo" not in page.text and "Große Straße" not in page.text
