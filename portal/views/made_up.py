"""An order that nobody placed, and what two policies say of it. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.catalogue.models import Product, Variant
from portal.db import here, session
from portal.i18n import Amount
from portal.policies.choosing import Choice
from portal.policies.document import Policy
from portal.policies.rules import Facts
from portal.views.trying import Compared, Costs, costs_of, said_of

MOST_LISTED = 200


@dataclass(frozen=True)
class MadeUp:
    """An order of one line that is none: `price` is what one unit cost with its tax, in minor units, and
    `tax` the rate in it in basis points. The days are the shop's; what was not sent has none for it."""

    title: str
    sku: str
    tags: frozenset[str]
    category: str
    price: int
    tax: int
    currency: str
    quantity: int
    country: str
    placed: date
    shipped: date | None
    delivered: date | None
    gift: bool

    @property
    def position(self) -> int:
        return 1

    @property
    def net(self) -> int:
        """The price without the tax in it, half up."""
        whole = 10_000 + self.tax
        return self.price - (2 * self.price * self.tax + whole) // (2 * whole)

    def facts(self, now: datetime, zone: str) -> Facts:
        """As of that moment; each day counts from its noon."""

        def noon(day: date | None) -> datetime | None:
            return datetime.combine(day, time(12), ZoneInfo(zone)) if day else None

        return Facts(
            now=now,
            zone=zone,
            sku=self.sku,
            tags=self.tags,
            category=self.category,
            quantity=self.quantity,
            claimed=0,
            value=self.price,
            currency=self.currency,
            placed_at=datetime.combine(self.placed, time(12), ZoneInfo(zone)),
            shipped_at=noon(self.shipped),
            delivered_at=noon(self.delivered),
            country=self.country,
            gift=self.gift,
        )


def made_up(order: MadeUp, facts: Facts, choice: Choice, *, now: Policy, then: Policy) -> Compared:
    """The one line of an order that is made up."""
    return Compared(order, *(said_of(order.net, facts, policy, choice) for policy in (now, then)))


def made_up_costs(order: MadeUp, policy: Policy, choice: Choice) -> Costs:
    value = Amount(order.price * order.quantity, order.currency)
    return costs_of(order.country, value, policy, choice)


def article(sku: str) -> Variant | None:
    """Of the catalogue, as it is sold now; its product is loaded."""
    mine = (Variant.tenant_id == here(), Variant.sku == sku, Variant.offered)
    query = sa.select(Variant).where(*mine).order_by(Variant.id).limit(1)
    return session.scalars(query.options(joinedload(Variant.product))).one_or_none()


def some_articles() -> Sequence[tuple[str, str]]:
    """(SKU, title) of a few of the catalogue, to choose from."""
    mine = (Variant.tenant_id == here(), Variant.offered, Variant.sku != "")
    query = sa.select(Variant.sku, Product.title).join(Product, Product.id == Variant.product_id)
    rows = session.execute(query.where(*mine).order_by(Product.title, Variant.sku).limit(MOST_LISTED))
    return [(row.sku, row.title) for row in rows]
