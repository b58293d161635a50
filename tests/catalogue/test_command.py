"""`flask catalogue`: what it says, and how it ends; and that the published schema is the reader's."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator

from portal.catalogue.reading import schema
from portal.config import ROOT
from portal.web.ritual import Portal
from tests.catalogue.given import hands, moment, product, run, stored, variant
from tests.harness.shops import Shop

pytestmark = pytest.mark.sqlite
PUBLISHED = json.loads((ROOT / "docs/products.schema.json").read_text())


def command(app: Portal, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["catalogue", *words])


def test_it_says_what_became_of_every_product(app: Portal, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "products.json"
    file.write_text(json.dumps([product("hat", variant(on_hand=2))]) + "\n")
    done = command(app, "import", str(file), "--shop", "acme", "--levels-at", "2026-11-02T08:00:00+01:00")
    assert (done.output, done.exit_code) == ("1 imported, 0 updated, 0 unchanged, 0 refused\n", 0)
    assert hands(shop)["HAT-S"].at == moment("2026-11-02T07:00:00+00:00")
    file.write_text('{"id": "x"}\n' + json.dumps(product()) + "\n")
    done = command(app, "import", str(file), "--shop", "acme")
    assert done.output.splitlines() == [
        "line 1, no. 1: x: title: this has to be there",
        "0 imported, 0 updated, 1 unchanged, 1 refused",
    ]
    assert done.exit_code == 1


def test_what_cannot_be_is_an_error(app: Portal, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("Name,Email\n")
    done = command(app, "import", str(file), "--shop", "acme")
    assert (done.output[:48], done.exit_code) == ("Error: This is no product export of Shopify: it ", 1)
    for when in ("yesterday", "2099-01-01T00:00:00Z"):
        done = command(app, "import", str(file), "--shop", "acme", "--levels-at", when)
        assert "The moment" in done.output and done.exit_code == 2


def test_the_published_schema_is_the_readers(app: Portal) -> None:
    assert schema.published() == PUBLISHED, (
        "write it anew: flask catalogue schema > docs/products.schema.json"
    )
    Draft202012Validator.check_schema(PUBLISHED)
    assert json.loads(command(app, "schema").output) == PUBLISHED


def test_what_the_documentation_shows_is_taken(shop: Shop) -> None:
    text = (ROOT / "docs/catalogue.md").read_text()
    example = json.loads(text.split("```json\n")[1].split("```")[0])
    assert not list(Draft202012Validator(PUBLISHED).iter_errors(example))
    assert [result.outcome.value for result in run(shop, example)] == ["imported"]
    assert len(stored(shop, example["id"]).variants) == 2
