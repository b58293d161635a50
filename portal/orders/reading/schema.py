"""Homeward's order format as models. The published JSON Schema, docs/orders.schema.json, is made of them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from portal.i18n import say
from portal.i18n.plainly import CURRENCY, written
from portal.orders.facts import MOST_LINES, MOST_UNITS

AMOUNT = say("an amount is wanted as text with a point, like 19.99")
RATE = say("a rate in per cent is wanted as text, like 19 or 6.25")
MOMENT = say("a day and time with their offset are wanted, like 2026-05-01T09:58:12+02:00")
IMAGE = written(
    r"^((https:/|/static)/\S+)?$", say("an address is wanted that begins with https:// and has no spaces")
)
SOURCE = written(r"^[a-z0-9_-]{1,20}$", say("small letters, digits, - and _ are wanted, at most 20"))
COUNTRY = written(r"^([A-Z]{2})?$", say("a country is wanted by its two letters, like DE"))
LANGUAGE = written(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", say("a language is wanted, like de or de-AT"))
Amount = Annotated[
    str,
    StringConstraints(pattern=written(r"^[0-9]{1,12}(\.[0-9]{1,4})?$", AMOUNT)),
    Field(description="Decimal text in the order's currency, with a point: 19.99"),
]
Rate = Annotated[
    str,
    StringConstraints(pattern=written(r"^[0-9]{1,3}(\.[0-9]{1,6})?$", RATE)),
    Field(description="Per cent: 19 or 6.25"),
]
_DAY, _TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
Moment = Annotated[
    str,
    StringConstraints(pattern=written(f"^{_DAY}[T ]{_TIME}(Z|[+-][0-9]{{2}}:[0-9]{{2}})$", MOMENT)),
    Field(description="Date and time with their offset: 2026-05-01T09:58:12+02:00"),
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Taxes = Annotated[
    dict[Rate, Amount],
    Field(
        description="Amount by rate; inside the price or on top of it, as prices_include_tax says.",
        json_schema_extra={"additionalProperties": False},
    ),
]
Kind = Literal["card", "wallet", "bank", "gift_card", "store_credit", "cash", "other"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Line(Part):
    """An article of an order."""

    id: Key | None = Field(
        default=None, description="Names the line within its order; its place, from 1, if absent."
    )
    sku: str = Field(default="", max_length=120)
    title: str = Field(min_length=1, max_length=300)
    variant: str = Field(default="", max_length=200)
    quantity: int = Field(ge=1, le=MOST_UNITS)
    subtotal: Amount = Field(description="The price of all pieces together, before discounts.")
    discount: Amount = Field(default="0", description="What the line is reduced by, of its own.")
    taxes: Taxes = Field(default_factory=dict)
    taxable: bool = Field(default=True, description="Whether it has a share in the taxes of the order.")
    category: str = Field(default="", max_length=120)
    tags: list[Annotated[str, StringConstraints(max_length=120)]] = Field(
        default_factory=list, max_length=250
    )
    unit_cost: Amount | None = Field(default=None, description="What one piece cost the shop.")
    image: str = Field(default="", max_length=500, pattern=IMAGE)


class Delivery(Part):
    """Delivery to the shopper."""

    charged: Amount = Field(default="0", description="Before its discount.")
    discount: Amount = "0"
    standard: Amount | None = Field(
        default=None, description="The cheapest way offered; as charged if absent."
    )
    taxes: Taxes = Field(default_factory=dict)


class Payment(Part):
    """Money that was captured."""

    kind: Kind = "other"
    gateway: str = Field(default="", max_length=40)
    reference: str = Field(default="", max_length=120, description="The gateway's own id of the payment.")
    label: str = Field(default="", max_length=80, description="As the shopper knows it: Visa •••• 4242")
    captured: Amount
    refunded_outside: Amount | None = None


class Shipment(Part):
    """A parcel to the shopper."""

    shipped_at: Moment | None = None
    delivered_at: Moment | None = None
    carrier: str = Field(default="", max_length=60)
    tracking: str = Field(default="", max_length=80)
    lines: list[Key] | None = Field(
        default=None, description="Ids of the lines in it; the whole order if absent."
    )


class Address(Part):
    """Where it was sent; without the name."""

    lines: list[Annotated[str, StringConstraints(max_length=200)]] = Field(default_factory=list, max_length=8)
    postcode: str = Field(default="", max_length=20)
    country: str = Field(default="", pattern=COUNTRY)


class Totals(Part):
    """Sums as the shop knows them. What the parts of the order come to is compared with them."""

    goods: Amount | None = Field(default=None, description="The lines after all discounts.")
    tax: Amount | None = Field(default=None, description="All taxes.")
    total: Amount | None = Field(default=None, description="What the shopper had to pay.")


class Order(Part):
    """An order."""

    source: str = Field(default="homeward", pattern=SOURCE, description="The system it comes from.")
    id: Key | None = Field(default=None, description="That system's id of the order; its number if absent.")
    number: str = Field(min_length=1, max_length=60, description="As printed for the shopper.")
    placed_at: Moment
    currency: str = Field(pattern=CURRENCY)
    prices_include_tax: bool
    email: str = Field(default="", max_length=254)
    name: str = Field(default="", max_length=200)
    address: Address = Address()
    language: str | None = Field(default=None, max_length=12, pattern=LANGUAGE)
    lines: list[Line] = Field(min_length=1, max_length=MOST_LINES)
    discount: Amount = Field(default="0", description="On the whole order, beside the lines' own.")
    taxes: Taxes = Field(default_factory=dict, description="Taxes known only for the whole order.")
    delivery: Delivery = Delivery()
    payments: list[Payment] = Field(default_factory=list, max_length=50)
    shipments: list[Shipment] = Field(default_factory=list, max_length=1000)
    refunded_outside: Amount | None = Field(
        default=None, description="Refunded without Homeward, whole order."
    )
    cancelled_at: Moment | None = None
    totals: Totals = Totals()


class _Published(GenerateJsonSchema):
    def generate(self, schema: Any, mode: Any = "validation") -> dict[str, Any]:
        made = super().generate(schema, mode)
        head = {"$schema": self.schema_dialect, "title": "Orders for Homeward"}
        return head | made


class Orders(Part):
    """A file of orders."""

    orders: list[Order]


def published() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file: an order, an array of orders, or an object that holds one."""
    return TypeAdapter[Any](Order | list[Order] | Orders).json_schema(schema_generator=_Published)
