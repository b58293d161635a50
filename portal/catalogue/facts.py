"""A product as the outside tells it: plain values. Money in minor units of the product's currency."""

from dataclasses import dataclass
from datetime import datetime

from portal.i18n import say
from portal.orders.facts import Unfit

MOST_VARIANTS = 2_500
MOST_PIECES = 999_999_999
MOST_ATTRIBUTES = 10
Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """How many there are of the variant `key`, None where stock is not tracked.

    `at` None: as of the import.
    """

    key: str
    on_hand: int | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """`key` names the variant within its product. `tax_rates` None: not said."""

    key: str
    sku: str
    price: int
    attributes: Attributes = ()
    unit_cost: int | None = None
    tax_rates: tuple[str, ...] | None = None
    image: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product with all its variants. `levels` are those that were told; of the others nothing is said."""

    source: str
    external_id: str
    title: str
    currency: str
    variants: tuple[VariantFacts, ...]
    prices_include_tax: bool | None = None
    vendor: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""
    active: bool = True
    levels: tuple[LevelFacts, ...] = ()

    @property
    def number(self) -> str:
        """What it is called in the results of an import."""
        return self.external_id

    def offers(self, variant: VariantFacts) -> bool:
        return self.active and variant.active


def fit(product: ProductFacts) -> ProductFacts:
    """The same product. Raises Unfit if it contradicts itself."""
    if not product.variants:
        raise Unfit(say("the product has no variants"))
    if len(product.variants) > MOST_VARIANTS:
        raise Unfit(say("more than {most} variants in one product", most=MOST_VARIANTS))
    keys, skus = set[str](), set[str]()
    for variant in product.variants:
        if variant.key in keys:
            raise Unfit(say("two variants have the id {key}", key=variant.key))
        keys.add(variant.key)
        if variant.sku and product.offers(variant):
            if variant.sku in skus:
                raise Unfit(say("two active variants have the SKU {sku}", sku=variant.sku))
            skus.add(variant.sku)
    return product
