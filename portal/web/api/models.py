"""What the API says and takes, as models: the OpenAPI document is made of them."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from portal.catalogue.reading.schema import Product
from portal.catalogue.taking import MOST as MOST_PRODUCTS
from portal.orders.reading.schema import Order
from portal.orders.taking import MOST
from portal.views import feed


class Said(BaseModel):
    """A part of an answer. There may be more names in it one day."""


class Asked(BaseModel):
    """A part of a request. What it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class Fault(Said):
    """What is wrong at one place."""

    where: Literal["body", "query", "header"] = Field(alias="in")
    at: str = Field(description="A JSON pointer into the body, or the name of a parameter or header.")
    why: str


class Problem(Said):
    """Every failure (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request: str = Field(description="The request's id, also in X-Request-Id and in the server's log.")
    errors: list[Fault]


Orders = Annotated[list[Order], Field(min_length=1, max_length=MOST)]


class OrderList(Asked):
    """Orders in an object."""

    orders: Orders


class SentOrders(RootModel[Order | Orders | OrderList]):
    """One order, a list of them, or an object that holds the list."""


class Outcome(Said):
    """What became of an order."""

    number: str
    source: str | None
    id: str | None = Field(description="The order's id at its source.")
    outcome: Literal["imported", "updated", "unchanged", "refused"]
    retry: bool = Field(description="It was in use at that moment: send it again.")
    errors: list[Fault]


class Counts(Said):
    imported: int
    updated: int
    unchanged: int
    refused: int


class TakenOrders(Said):
    """What became of each order, in the order in which they were sent."""

    orders: list[Outcome]
    counts: Counts


Products = Annotated[list[Product], Field(min_length=1, max_length=MOST_PRODUCTS)]


class ProductList(Asked):
    """Products in an object."""

    products: Products


class SentProducts(RootModel[Product | Products | ProductList]):
    """One product, a list of them, or an object that holds the list."""


class ProductOutcome(Said):
    """What became of a product."""

    id: str = Field(description="The product's id at its source.")
    source: str | None
    outcome: Literal["imported", "updated", "unchanged", "refused"]
    errors: list[Fault]


class TakenProducts(Said):
    """What became of each product, in the order in which they were sent."""

    products: list[ProductOutcome]
    counts: Counts


class AskedChanges(Asked):
    """Which part of the feed."""

    after: int = Field(default=0, ge=0, le=2**62, description="The last number that you have dealt with.")
    limit: int = Field(default=feed.USUAL, ge=1, le=feed.MOST)


class Amount(Said):
    minor: int = Field(description="In the currency's minor units: 1234 is 12.34 EUR.")
    currency: str


class OfReturn(Said):
    id: uuid.UUID
    rma: str


class OfOrder(Said):
    id: uuid.UUID
    number: str
    source: str
    external_id: str


class Change(Said):
    """One fact. `details` depend on the kind, and may get more names in time."""

    no: int
    at: datetime
    kind: str = Field(description="refund.approved, credit.spent …: pass over those that you do not know.")
    id: uuid.UUID = Field(description="What it is about: the refund, its leg, the credit's entry, the move.")
    about: OfReturn | None = Field(alias="return")
    order: OfOrder | None
    amount: Amount | None
    details: dict[str, Any]


class Feed(Said):
    """`next` is the number to ask after next time, `last` the highest that there is."""

    changes: list[Change]
    next: int
    last: int
