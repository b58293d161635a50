"""`flask orders import`: what it says, and how it ends."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from portal.orders.reading import schema
from portal.web.ritual import Portal
from tests.harness.shops import Shop
from tests.orders.files import first, more, order, shopify, small
from tests.orders.given import count


def command(app: Portal, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["orders", *words])


@pytest.mark.sqlite
def test_it_says_what_became_of_every_order(app: Portal, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    rows = [small("#1"), small("#2"), more(n="#2", Lineitem_price="1O"), first(n="#")]
    file.write_text(shopify(*rows))
    done = command(app, "import", str(file), "--shop", "acme")
    assert done.output.splitlines() == [
        "line 4, no. 2: #2: Lineitem price is no amount in EUR: 1O",
        "line 5, no. 3: #: Name is empty",
        "1 imported, 0 updated, 0 unchanged, 2 refused",
    ]
    assert (done.exit_code, count(shop)) == (1, 1)
    file.write_text(shopify(small("#1")))
    done = command(app, "import", str(file), "--shop", "acme")
    assert (done.output, done.exit_code) == ("0 imported, 0 updated, 1 unchanged, 0 refused\n", 0)


@pytest.mark.sqlite
def test_a_file_that_is_none_is_an_error(app: Portal, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("Name,Email\n")
    done = command(app, "import", str(file), "--shop", "acme")
    assert done.output.startswith("Error: This is no order export of Shopify")
    assert done.exit_code == 1


@pytest.mark.sqlite
def test_the_format_may_be_said(app: Portal, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(order()))
    assert command(app, "import", str(file), "--shop", "acme", "--format", "shopify").exit_code == 1
    assert command(app, "import", str(file), "--shop", "acme", "--format", "homeward").exit_code == 0


@pytest.mark.sqlite
def test_the_shop_must_be_said_where_there_are_several(app: Portal, tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(order()))
    assert "--shop SLUG" in command(app, "import", str(file)).output
    assert "There is no shop nobody." in command(app, "import", str(file), "--shop", "nobody").output


@pytest.mark.sqlite
def test_the_schema_is_printed(app: Portal) -> None:
    assert json.loads(command(app, "schema").output) == schema.published()
