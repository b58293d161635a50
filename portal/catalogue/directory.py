"""Which of the shop's products a batch of facts is about, and whose the SKUs are that it names."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from portal.catalogue.facts import ProductFacts
from portal.catalogue.models import Product, Variant
from portal.db import here, session
from portal.i18n import Message, say
from portal.slices import slices


@dataclass(slots=True)
class KnownVariant:
    """A variant as its row says. `on_hand` and `at`: the level that was told last."""

    id: uuid.UUID
    key: str
    sku: str
    on_hand: int | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Known:
    id: uuid.UUID
    digest: str
    variants: list[KnownVariant] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Holder:
    """The product one of whose offered variants has a SKU."""

    product: uuid.UUID
    title: str


class Directory:
    """What is known of the products of a batch, kept in step with what becomes of them."""

    def __init__(self) -> None:
        self._products: dict[tuple[str, str], Known] = {}
        self._holders: dict[tuple[str, str], Holder] = {}

    @classmethod
    def of(cls, products: Sequence[ProductFacts]) -> "Directory":
        """Three statements, however many products; more only for tens of thousands of variants."""
        found = cls()
        for source, some in _by_source(products).items():
            found._learn_products(source, [one.external_id for one in some])
            found._learn_holders(source, sorted(set(_skus(some))))
        return found

    def _learn_products(self, source: str, ids: list[str]) -> None:
        mine = sa.select(Product.id, Product.digest, Product.external_id)
        mine = mine.where(Product.tenant_id == here(), Product.source == source)
        by_id: dict[uuid.UUID, Known] = {}
        for row in session.execute(mine.where(Product.external_id.in_(ids))):
            by_id[row.id] = self._products[source, row.external_id] = Known(row.id, row.digest)
        columns = (Variant.product_id, Variant.id, Variant.external_id, Variant.sku)
        query = sa.select(*columns, Variant.on_hand, Variant.on_hand_at).where(Variant.tenant_id == here())
        rows = session.execute(query.where(Variant.product_id.in_(by_id))) if by_id else ()
        for product, id, key, sku, on_hand, at in rows:
            by_id[product].variants.append(KnownVariant(id, key, sku, on_hand, at))

    def _learn_holders(self, source: str, skus: list[str]) -> None:
        query = sa.select(Variant.sku, Product.id, Product.title)
        query = query.join(Product, Product.id == Variant.product_id)
        query = query.where(Variant.tenant_id == here(), Variant.source == source, Variant.offered)
        for some in slices(skus):
            for sku, id, title in session.execute(query.where(Variant.sku.in_(some))):
                self._holders[source, sku] = Holder(id, title)

    def find(self, product: ProductFacts) -> Known | None:
        return self._products.get((product.source, product.external_id))

    def doubled(self, product: ProductFacts) -> Message | None:
        """Says which SKU of it another product offers, if one does."""
        known = self.find(product)
        for sku in _skus([product]):
            holder = self._holders.get((product.source, sku))
            if holder and (known is None or holder.product != known.id):
                return say("the SKU {sku} is offered as {title} already", sku=sku, title=holder.title)
        return None

    def add(self, product: ProductFacts, known: Known) -> None:
        """It stands in the database so now; whatever else it held is free."""
        self._products[product.source, product.external_id] = known
        for place, holder in list(self._holders.items()):
            if holder.product == known.id:
                del self._holders[place]
        for sku in _skus([product]):
            self._holders[product.source, sku] = Holder(known.id, product.title)


def _by_source(products: Iterable[ProductFacts]) -> dict[str, list[ProductFacts]]:
    found: dict[str, list[ProductFacts]] = {}
    for product in products:
        found.setdefault(product.source, []).append(product)
    return found


def _skus(products: Iterable[ProductFacts]) -> Iterator[str]:
    """Those that are offered."""
    for product in products:
        yield from (v.sku for v in product.variants if v.sku and product.offers(v))
