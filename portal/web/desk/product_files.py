"""Importing products at the desk."""

import uuid
from typing import Any

from flask import Response

from portal.i18n import say
from portal.orders.files import Holds
from portal.people import Permission
from portal.web.desk import filing
from portal.web.desk.blueprint import desk
from portal.web.errors import redrawn
from portal.web.staff import permitted

PRODUCTS = filing.Counter(
    holds=Holds.PRODUCTS,
    formats={
        "": say("Told by its content"),
        "homeward": say("Homeward’s own JSON"),
        "shopify": say("Shopify’s product export, CSV"),
        "shopify-api": say("Shopify’s API, JSON"),
    },
    title=say("Import products"),
    intro=say(
        "You see what would come of a file before anything is written. "
        "A file tells a product whole: variants that it no longer lists are no longer offered."
    ),
    label=say("File of products"),
    hint=say(
        "Shopify’s product export, what its API answers, or Homeward’s own JSON. "
        "Levels that name no moment are taken as of now."
    ),
    thing=say("Product"),
    refused_ones=say("Refused products"),
    more_refused=say("More refused products"),
    see_them=say("See the catalogue"),
    all="desk.product_files",
    add="desk.add_product_file",
    one="desk.product_file",
    progress="desk.product_file_progress",
    confirm="desk.confirm_product_file",
    discard="desk.discard_product_file",
    refused="desk.refused_products_csv",
    things="desk.catalogue",
    column="product",
    file="refused-products.csv",
)


@desk.get("/stock/catalogue/import")
@permitted(Permission.IMPORT_PRODUCTS)
def product_files() -> str:
    """Where a file is put in, and the latest ones."""
    return filing.listed(PRODUCTS)


@desk.post("/stock/catalogue/import")
@permitted(Permission.IMPORT_PRODUCTS)
@redrawn(by=product_files)
def add_product_file() -> Any:
    """Put a file in. Nothing is imported by that."""
    return filing.added(PRODUCTS)


@desk.get("/stock/catalogue/files/<uuid:id>")
@permitted(Permission.IMPORT_PRODUCTS)
def product_file(id: uuid.UUID) -> str:
    """One file: how far it is, what would come of it, or what came of it."""
    return filing.shown(PRODUCTS, id)


@desk.get("/stock/catalogue/files/<uuid:id>/progress")
@permitted(Permission.IMPORT_PRODUCTS)
def product_file_progress(id: uuid.UUID) -> Any:
    """Only what changes while the worker has it in hand."""
    return filing.progressed(PRODUCTS, id)


@desk.post("/stock/catalogue/files/<uuid:id>/confirm")
@permitted(Permission.IMPORT_PRODUCTS)
@redrawn(by=product_file)
def confirm_product_file(id: uuid.UUID) -> Any:
    """Have it imported."""
    return filing.judged(PRODUCTS, id, "confirm")


@desk.post("/stock/catalogue/files/<uuid:id>/discard")
@permitted(Permission.IMPORT_PRODUCTS)
@redrawn(by=product_file)
def discard_product_file(id: uuid.UUID) -> Any:
    """Nothing of it is to be imported."""
    return filing.judged(PRODUCTS, id, "discard")


@desk.get("/stock/catalogue/files/<uuid:id>/refused.csv")
@permitted(Permission.IMPORT_PRODUCTS)
def refused_products_csv(id: uuid.UUID) -> Response:
    """Every refused product with its line and the reason."""
    return filing.refused_csv(PRODUCTS, id)
