"""Homeward's product format as models; docs/products.schema.json is made of them."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from portal.catalogue.facts import MOST_ATTRIBUTES, MOST_PIECES, MOST_VARIANTS
from portal.i18n.plainly import CURRENCY
from portal.orders.reading.schema import IMAGE, SOURCE, Amount, Key, Moment, Part, Rate

Image = Annotated[str, StringConstraints(max_length=500, pattern=IMAGE)]
Rates = Annotated[list[Rate], Field(max_length=10)]


class Attribute(Part):
    """What tells a variant from the others."""

    name: str = Field(min_length=1, max_length=60, description="Size, Colour …")
    value: str = Field(min_length=1, max_length=120)


class Variant(Part):
    """What can be bought."""

    id: Key | None = Field(
        default=None,
        description="Names the variant within its product; its SKU, or else its place, if absent.",
    )
    sku: str = Field(default="", max_length=120)
    attributes: list[Attribute] = Field(default_factory=list, max_length=MOST_ATTRIBUTES)
    price: Amount = Field(description="Of one piece, with or without tax as prices_include_tax says.")
    unit_cost: Amount | None = Field(default=None, description="What one piece cost the shop.")
    tax_rates: Rates | None = Field(default=None, description="Where they are not the product's.")
    image: Image = Field(default="", description="Where it is not the product's.")
    active: bool = Field(default=True, description="Whether it is offered.")
    on_hand: int | None = Field(
        default=None,
        ge=-MOST_PIECES,
        le=MOST_PIECES,
        description="Pieces that can be sold. null: stock is not tracked. Absent: nothing is said of it.",
    )
    on_hand_at: Moment | None = Field(
        default=None, description="The moment for which on_hand is true; that of the import if absent."
    )


class Product(Part):
    """A product with all its variants."""

    source: str = Field(default="homeward", pattern=SOURCE, description="The system it comes from.")
    id: Key = Field(description="That system's id of the product.")
    title: str = Field(min_length=1, max_length=300)
    vendor: str = Field(default="", max_length=120)
    category: str = Field(default="", max_length=120)
    tags: list[Annotated[str, StringConstraints(max_length=120)]] = Field(
        default_factory=list, max_length=250
    )
    currency: str | None = Field(default=None, pattern=CURRENCY, description="The shop's if absent.")
    prices_include_tax: bool | None = Field(default=None, description="Unknown if absent.")
    tax_rates: Rates | None = Field(
        default=None, description="Per cent. An empty list: no tax. Absent: unknown."
    )
    image: Image = ""
    active: bool = Field(default=True, description="Whether any of it is offered.")
    variants: list[Variant] = Field(min_length=1, max_length=MOST_VARIANTS)


class Products(Part):
    """A file of products."""

    products: list[Product]


class _Published(GenerateJsonSchema):
    def generate(self, schema: Any, mode: Any = "validation") -> dict[str, Any]:
        made = super().generate(schema, mode)
        return {"$schema": self.schema_dialect, "title": "Products for Homeward"} | made


def published() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file: a product, an array of products, or an object that holds one."""
    return TypeAdapter[Any](Product | list[Product] | Products).json_schema(schema_generator=_Published)
