"""Importing products at the desk: put in, look, confirm, read; what is in the file twice is seen before."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.catalogue import Variant
from portal.orders.files import ImportFile, working
from portal.people.roles import Role
from tests.catalogue.given import count, first, hands, product, shopify, variant
from tests.harness.client import ShopClient
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.web.desk.test_order_files import figures
from tests.web.desk.working import follow, main

Staff = Callable[[Role], ShopClient]
Worker = Callable[[], int]
PLACE = "/desk/stock/catalogue/import"


def put_in(client: ShopClient, content: Any, name: str = "products.csv", *, htmx: bool = False) -> Any:
    data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    page = client.get(PLACE)
    return client.send(page, "/catalogue/import", htmx=htmx, file=(io.BytesIO(data), name))


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.sqlite
def test_a_file_is_looked_through_confirmed_and_imported(
    shop: Shop, manager: ShopClient, worker: Worker, htmx: bool
) -> None:
    stock = {"Variant_Inventory_Tracker": "shopify", "Variant_Inventory_Qty": "4"}
    file = shopify(first("hat", **stock), first("cap", Title="Cap"), first("bad", Variant_Price="1,0"))
    page = follow(manager, put_in(manager, file, htmx=htmx), htmx=htmx)
    worker()
    address = page.request.path
    page = manager.get(address, htmx=htmx)
    assert figures(page) == {"New": "2", "Updated": "0", "Unchanged": "0", "Refused": "1"}
    text = main(page).text
    assert "2 products would be written" in text and "Shopify’s product export, CSV" in text
    assert "Variant price is no amount in EUR: 1,0" in text and count(shop) == 0
    page = follow(manager, manager.send(page, "/confirm", htmx=htmx), htmx=htmx)
    worker()
    page = manager.get(address, htmx=htmx)
    assert figures(page) == {"New": "2", "Updated": "0", "Unchanged": "0", "Refused": "1"}
    assert (count(shop), count(shop, Variant)) == (2, 2)
    with shop.transaction(reading=True) as session:
        put = session.scalars(sa.select(ImportFile.created_at)).one()
    assert hands(shop)["S"].at == put  # not when somebody confirmed it
    trail = main(manager.get("/desk/trail"))
    assert "Import of products confirmed" in trail.text and "Products imported" in trail.text
    assert address in [a.get("href") for a in trail.all("a")]
    refused = manager.get(address + "/refused.csv").text
    assert refused.splitlines() == [
        "line,product,reason,no",
        '4,bad,"Variant price is no amount in EUR: 1,0",3',
    ]
    ends_well(shop.app)


@pytest.mark.sqlite
def test_what_two_of_a_file_have_is_seen_before_it_is_imported(
    shop: Shop, manager: ShopClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though they stand in batches of their own, which are each taken back."""
    monkeypatch.setattr(working, "BATCH", 1)
    file = [
        product("hat", variant("A")),
        product("cap", variant("A")),
        product("hat", variant("A"), title="H"),
    ]
    page = follow(manager, put_in(manager, file))
    worker()
    page = manager.get(page.request.path)
    wanted = {"New": "1", "Updated": "1", "Unchanged": "0", "Refused": "1"}
    assert figures(page) == wanted and "the SKU A is offered as Hat already" in main(page).text
    manager.send(page, "/confirm")
    worker()
    assert figures(manager.get(page.request.path)) == wanted


@pytest.mark.sqlite
def test_a_file_of_one_kind_is_no_file_of_the_other(shop: Shop, manager: ShopClient, staff: Staff) -> None:
    page = follow(manager, put_in(manager, [product()]))
    id = page.request.path.rpartition("/")[2]
    assert manager.get(f"/desk/orders/files/{id}").status_code == 404
    assert manager.get(f"/desk/orders/files/{id}/refused.csv").status_code == 404
    assert "products.csv" not in main(manager.get("/desk/orders/import")).text
    assert "products.csv" in main(manager.get(PLACE)).text
    answer = put_in(manager, "Name,Email\nx,y\n")
    assert answer.status_code == 422 and "no product export of Shopify" in answer.text
    assert staff(Role.AGENT).get(PLACE).status_code == 403
