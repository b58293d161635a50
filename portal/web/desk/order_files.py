"""Importing orders at the desk."""

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

ORDERS = filing.Counter(
    holds=Holds.ORDERS,
    formats={
        "": say("Told by its content"),
        "homeward": say("Homeward’s own JSON"),
        "shopify": say("Shopify’s order export, CSV"),
        "shopify-api": say("Shopify’s API, JSON"),
        "woocommerce": say("WooCommerce’s API, JSON"),
        "woocommerce-csv": say("WooCommerce’s order export, CSV"),
    },
    title=say("Import orders"),
    intro=say(
        "You see what would come of a file before anything is written. "
        "Importing again updates orders and never doubles them."
    ),
    label=say("File of orders"),
    hint=say("An export of Shopify or WooCommerce, what their APIs answer, or Homeward’s own JSON."),
    thing=say("Order"),
    refused_ones=say("Refused orders"),
    more_refused=say("More refused orders"),
    see_them=say("See the orders"),
    all="desk.order_files",
    add="desk.add_order_file",
    one="desk.order_file",
    progress="desk.file_progress",
    confirm="desk.confirm_file",
    discard="desk.discard_file",
    refused="desk.refused_csv",
    things="desk.orders",
    column="order",
    file="refused-orders.csv",
)


@desk.get("/orders/import")
@permitted(Permission.IMPORT_ORDERS)
def order_files() -> str:
    """Where a file is put in, and the latest ones."""
    return filing.listed(ORDERS)


@desk.post("/orders/import")
@permitted(Permission.IMPORT_ORDERS)
@redrawn(by=order_files)
def add_order_file() -> Any:
    """Put a file in. Nothing is imported by that."""
    return filing.added(ORDERS)


@desk.get("/orders/files/<uuid:id>")
@permitted(Permission.IMPORT_ORDERS)
def order_file(id: uuid.UUID) -> str:
    """One file: how far it is, what would come of it, or what came of it."""
    return filing.shown(ORDERS, id)


@desk.get("/orders/files/<uuid:id>/progress")
@permitted(Permission.IMPORT_ORDERS)
def file_progress(id: uuid.UUID) -> Any:
    """Only what changes while the worker has it in hand."""
    return filing.progressed(ORDERS, id)


@desk.post("/orders/files/<uuid:id>/confirm")
@permitted(Permission.IMPORT_ORDERS)
@redrawn(by=order_file)
def confirm_file(id: uuid.UUID) -> Any:
    """Have it imported."""
    return filing.judged(ORDERS, id, "confirm")


@desk.post("/orders/files/<uuid:id>/discard")
@permitted(Permission.IMPORT_ORDERS)
@redrawn(by=order_file)
def discard_file(id: uuid.UUID) -> Any:
    """Nothing of it is to be imported."""
    return filing.judged(ORDERS, id, "discard")


@desk.get("/orders/files/<uuid:id>/refused.csv")
@permitted(Permission.IMPORT_ORDERS)
def refused_csv(id: uuid.UUID) -> Response:
    """Every refused order with its line and the reason."""
    return filing.refused_csv(ORDERS, id)
