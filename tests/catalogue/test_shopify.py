"""Shopify's product export and its API's products: what is read, and what is refused at which line."""

import json
from typing import Any

import pytest

from tests.catalogue.given import first, hands, more, pieces, row, run, shopify, stored
from tests.harness.shops import Shop
from tests.orders.given import outcomes

pytestmark = pytest.mark.sqlite
CDN = "https://cdn.shopify.com/"


def test_the_rows_of_a_handle_make_a_product(shop: Shop) -> None:
    file = shopify(
        first(
            Vendor="Wolle", Type="Hats", Tags="wool, winter ,", Option2_Name="Colour", Option2_Value="Moss",
            Variant_SKU="'0017", Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="4",
            Cost_per_item="7.50", Variant_Taxable="false", Image_Src=CDN + "2.jpg", Image_Position="2",
            **{"Body_(HTML)": "<p>Two lines\nand a \"word\"</p>"},
        ),
        more(
            Option2_Value="Slate", Variant_SKU="HAT-M", Variant_Inventory_Tracker="shopify",
            Variant_Inventory_Qty="-2", Variant_Image=CDN + "m.jpg", Image_Src=CDN + "1.jpg",
            Image_Position="1",
        ),
        row(Image_Src=CDN + "3.jpg", Image_Position="3"),
        row(Image_Src=CDN + "x" * 500, Image_Position="0"),
        row("mug", Title="Mug", Option1_Name="Title", Option1_Value="Default Title", Variant_Price="9",
            Variant_Inventory_Qty="0", Status="draft"),
    )  # fmt: skip
    assert outcomes(run(shop, file)) == ["2 imported", "7 imported"]
    hat = stored(shop)
    assert (hat.source, hat.vendor, hat.category, hat.tags, hat.image) == (
        "shopify", "Wolle", "Hats", ["wool", "winter"], CDN + "1.jpg",
    )  # fmt: skip
    assert (hat.currency, hat.prices_include_tax, hat.active) == ("EUR", None, True)
    small, medium = hat.variants
    assert (small.external_id, small.sku, small.price, small.unit_cost, small.tax_rates) == (
        "S / Moss", "0017", 1900, 750, [],
    )  # fmt: skip
    assert (medium.attributes, medium.unit_cost, medium.tax_rates, medium.image) == (
        [["Size", "M"], ["Colour", "Slate"]], None, None, CDN + "m.jpg",
    )  # fmt: skip
    assert pieces(shop) == {"S / Moss": 4, "M / Slate": -2}
    mug = stored(shop, "mug")
    assert (mug.variants[0].external_id, mug.variants[0].attributes) == ("Default Title", [])
    assert (mug.active, mug.variants[0].offered) == (False, False)
    assert pieces(shop, "mug") == {"Default Title": None}  # no tracker: its 0 means nothing


def test_a_file_as_spreadsheets_leave_it_is_read(shop: Shop) -> None:
    text = shopify(first(Title="Mütze", Variant_SKU="A"), more(Variant_SKU="B"))
    for data in (
        text.encode("utf-8-sig"),
        text.replace("\n", "\r\n").encode(),
        text.encode("latin-1"),
        text.encode("utf-16"),
        "\n".join(line.replace(",", ";") for line in text.splitlines()).encode(),
    ):
        assert outcomes(run(shop, data))[0] in ("2 imported", "2 unchanged")
    assert stored(shop).title == "Mütze"


def test_the_newer_export_is_read(shop: Shop) -> None:
    head = "Title,URL handle,Status,SKU,Option1 name,Option1 value,Price,Charge tax"
    rows = "Hat,hat,Active,HAT-S,Size,S,19.00,TRUE,3,7.50\n,hat,,HAT-M,,M,21.00,TRUE,,\n"
    file = f"{head},Inventory quantity,Cost per item\n{rows}"
    assert outcomes(run(shop, file)) == ["2 imported"]
    small, medium = stored(shop).variants
    assert (small.sku, small.unit_cost, medium.price) == ("HAT-S", 750, 2100)
    assert pieces(shop) == {"S": 3, "M": None}


def test_a_bad_row_refuses_its_product_at_its_line_and_no_other(shop: Shop) -> None:
    file = shopify(
        first("a", Variant_SKU="A"), more("a", Variant_Price="19,00"),
        first("b", Variant_SKU="B"),
        more("c", Variant_SKU="C"),
        first("d", Status="sold out"),
        first("e"), more("e", Variant_Price="", Variant_SKU="E"),
        first("f"), more("f", Option1_Value="S"),
        first("g"), more("g", Title="Another"),
        first("h", Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="many"),
        first("", Title="Nameless"),
        first("i", Variant_SKU="B"),
    )  # fmt: skip
    broken = 'j,"Hat\n'
    results = outcomes(run(shop, file + broken + shopify(first("k")).splitlines()[1] + "\n"))
    assert results == [
        "3 refused: Variant price is no amount in EUR: 19,00",
        "4 imported",
        "5 refused: a line that does not stand under its product",
        "6 refused: Status is no status: sold out",
        "8 refused: Variant price is empty",
        "9 refused: two variants have the id S",
        "12 refused: two products have the handle g",
        "13 refused: Variant inventory qty is no number of pieces: many",
        "14 refused: Handle is empty",
        "15 refused: the SKU B is offered as Hat already",
        "16 refused: not readable as CSV: unexpected end of data",
        "17 imported",
    ]


def test_a_file_that_is_none_is_refused_whole(shop: Shop) -> None:
    with pytest.raises(Exception, match="no product export of Shopify"):
        run(shop, "Name,Email\nx,y\n")


def api(**facts: Any) -> dict[str, Any]:
    return {
        "id": 632910392, "handle": "hat", "title": "Hat", "body_html": "", "vendor": "Wolle",
        "product_type": "Hats", "tags": "wool, winter", "status": "active",
        "options": [{"name": "Size", "position": 1}, {"name": "Colour", "position": 2}],
        "images": [{"id": 1, "src": CDN + "1.jpg"}, {"id": 2, "src": CDN + "2.jpg"}],
        "image": {"id": 1, "src": CDN + "1.jpg"},
        "variants": [
            {"id": 11, "sku": "HAT-S", "price": "19.00", "option1": "S", "option2": "Moss", "option3": None,
             "inventory_management": "shopify", "inventory_quantity": 4, "image_id": 2, "taxable": True},
            {"id": 12, "sku": "HAT-M", "price": "21.00", "option1": "M", "option2": "Moss", "option3": None,
             "inventory_management": None, "inventory_quantity": 0, "image_id": None, "taxable": False},
        ],
    } | facts  # fmt: skip


def test_the_apis_products_are_read_in_every_wrapping(shop: Shop) -> None:
    for content in ({"products": [api()]}, {"product": api()}, [api()], api(), json.dumps(api()) + "\n"):
        assert outcomes(run(shop, content))[0] in ("1 imported", "1 unchanged")
    hat = stored(shop)
    assert (hat.source, hat.external_id, hat.category, hat.tags) == (
        "shopify",
        "hat",
        "Hats",
        ["wool", "winter"],
    )
    small, medium = hat.variants
    assert (small.attributes, small.image, small.unit_cost, small.tax_rates) == (
        [["Size", "S"], ["Colour", "Moss"]], CDN + "2.jpg", None, None,
    )  # fmt: skip
    assert (medium.tax_rates, medium.image) == ([], "")
    assert pieces(shop) == {"S / Moss": 4, "M / Moss": None}
    assert hands(shop)["S / Moss"].at is not None


def test_the_export_and_the_api_tell_of_the_same_product(shop: Shop) -> None:
    run(shop, api())
    before = {v.external_id: v.id for v in stored(shop).variants}
    file = shopify(
        first(Option2_Name="Colour", Option2_Value="Moss", Variant_SKU="HAT-S", Cost_per_item="7.50"),
        more(Option2_Value="Moss", Variant_SKU="HAT-M"),
    )
    assert outcomes(run(shop, file)) == ["2 updated"]
    assert {v.external_id: v.id for v in stored(shop).variants} == before
    run(shop, api(title="Cap"))
    assert (stored(shop).title, stored(shop).variants[0].unit_cost) == ("Cap", 750)  # it does not say it


def test_what_is_wrong_in_the_api_is_refused_at_its_place(shop: Shop) -> None:
    bad = api(variants=[{"price": 19.999, "option1": "S"}], handle="bad")
    assert outcomes(run(shop, [bad, api()])) == [
        "1 refused: variants.1.price is no amount in EUR: 19.999",
        "1 imported",
    ]
    assert outcomes(run(shop, ['"text"', api(title="")])) == [
        "1 refused: this is no product",
        "1 refused: title is empty",
    ]
    assert outcomes(run(shop, [api(status="archived")])) == ["1 updated"]
    assert not stored(shop).variants[0].offered
