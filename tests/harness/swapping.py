"""Exchanges at work, for tests: a catalogue, and what a shopper picks from it."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor
from portal.catalogue import Product, StockLevel, Variant
from portal.catalogue.directory import KnownVariant
from portal.catalogue.facts import LevelFacts
from portal.catalogue.finding import found_by
from portal.catalogue.levels import take_levels
from portal.db import find, session
from portal.errors import Conflict
from portal.i18n import say
from portal.policies import Instead, Resolution
from portal.refunds import demands
from portal.refunds.demands.tending import heard
from portal.refunds.exchanges import giving_up, shipping
from portal.refunds.quoting import quote
from portal.returns.drafting import choose_resolution
from portal.returns.exchanges import picking
from portal.returns.exchanges.holding import exchange_of
from portal.returns.exchanges.models import Exchange
from portal.returns.models import Return
from portal.returns.submitting import submit
from tests.harness.sales import ZONE, Sold
from tests.harness.trading import Picked, Trade

SHIRT = Sold(4000, 1, "SHIRT-M", "Shirt", taxes={"19": 639}, unit_cost=1200)


class Swap(Trade):
    """What a shop's people and shoppers do where one article is given for another."""

    def stock(self, sku: str, price: int, on_hand: int | None = None, **facts: object) -> uuid.UUID:
        """A variant that is offered; its id. With the same `product`, a sister of those before it."""
        told = clock.now() - timedelta(hours=1)  # before anything moves
        with self.shop.transaction():
            product = self._product(facts)
            variant = Variant(product_id=product, source="homeward", external_id=sku, sku=sku, price=price)
            variant.position, variant.unit_cost = 1, _cost(facts)
            variant.attributes = facts.get("attributes", [["Size", sku[-1:]]])  # type: ignore[assignment]
            variant.tax_rates = facts.get("tax_rates")  # type: ignore[assignment]
            variant.found_by = found_by(find(Product, product).title, sku, variant.attributes)
            variant.on_hand, variant.on_hand_at = on_hand, None if on_hand is None else told
            session.add(variant)
            session.flush()
            if on_hand is not None:
                level = StockLevel(variant_id=variant.id, at=told, on_hand=on_hand, told_at=told)
                session.add(level)
            return variant.id

    def _product(self, facts: Mapping[str, object]) -> uuid.UUID:
        name = str(facts.get("product", uuid.uuid4()))
        known = session.scalar(sa.select(Product.id).where(Product.external_id == name))
        if known:
            return known
        product = Product(source="homeward", external_id=name, digest="", title=name)
        product.currency, product.imported_at = str(facts.get("currency", "EUR")), clock.now()
        session.add(product)
        session.flush()
        return product.id

    def tell(self, variant: uuid.UUID, on_hand: int) -> None:
        """The source tells how many there are now."""
        with self.shop.transaction():
            take_levels([(KnownVariant(variant, "", ""), LevelFacts("", on_hand))], clock.now())

    def swap_draft(
        self, order: uuid.UUID, picked: Picked, wanted: Mapping[int, uuid.UUID] | uuid.UUID,
        instead: Instead = Instead.ORIGINAL, said: Mapping[int, str] | str = "changed_mind",
    ) -> uuid.UUID:  # fmt: skip
        """A draft with a variant picked for each line, or one for all."""
        draft = self.draft(order, picked, said)
        by = Actor("shopper", order)
        with self.on(draft) as held:
            choose_resolution(held, Resolution.EXCHANGE, by)
            for line in held.lines:
                id = wanted if isinstance(wanted, uuid.UUID) else wanted[line.order_line.position]
                picking.pick(held, line, picking.variants_of([id])[id], by)
            picking.choose_instead(held, instead, by)
        return draft

    def swap(self, order: uuid.UUID, *args: object, **kw: object) -> uuid.UUID:
        """A return that was requested for something else."""
        draft = self.swap_draft(order, *args, **kw)  # type: ignore[arg-type]
        with self.on(draft) as held:
            submit(held, quote(held, Resolution.EXCHANGE).amount, ZONE, Actor("shopper", order))
        return draft

    def ready(self, wanted: uuid.UUID, sold: Sold | None = None, **kw: object) -> uuid.UUID:
        """A return whose other article is to be sent: what came was checked, and its refund approved."""
        return_ = self.swap(self.order(sold or Sold(3000)), {1: 1}, wanted, **kw)
        self.receive(return_)
        self.inspect(return_)
        self.approve(return_)
        self.work()
        return return_

    @contextmanager
    def on_exchange(self, return_: uuid.UUID) -> Iterator[Exchange]:
        with self.on(return_) as held:
            exchange = exchange_of(held, lock=True)
            if exchange is None:
                raise Conflict(say("It was given up."))
            yield exchange

    def ship(self, return_: uuid.UUID, tracking: str = "JJD 0001") -> None:
        """It leaves, and what came back for it pays."""
        with self.on_exchange(return_) as exchange:
            shipping.ship(exchange, "DHL", tracking, self.clerk)
        self.work()

    def pay_for(self, return_: uuid.UUID) -> int:
        """The shopper pays what the exchange costs more; how much that was."""
        with self.on_exchange(return_) as exchange:
            demand = demands.demand_of(exchange.id)
            assert demand
            id, amount = demand.id, demand.amount
        self.work()
        self.bank.pay(self.link_of(id))
        with self.shop.transaction():
            heard(id, "paid")
        self.work()
        return amount

    def sell_out(self, return_: uuid.UUID) -> None:
        with self.on_exchange(return_) as exchange:
            giving_up.sold_out(exchange, self.clerk)

    def keep_again(self, return_: uuid.UUID) -> None:
        with self.on_exchange(return_) as exchange:
            giving_up.keep_again(exchange, self.clerk)

    def exchange(self, return_: uuid.UUID) -> Exchange:
        """As it is now, with its lines; the last one, alive or not."""
        with self.shop.transaction(reading=True):
            query = sa.select(Exchange).where(Exchange.return_id == return_).order_by(Exchange.made_at.desc())
            exchange = session.scalars(query).first()
            assert exchange
            exchange.lines, exchange.order  # noqa: B018 - loads them
            session.expunge_all()
            return exchange

    def available(self, variant: uuid.UUID) -> int | None:
        with self.shop.transaction(reading=True):
            return picking.stock_of([variant])[variant].available

    def state(self, return_: uuid.UUID) -> str:
        with self.shop.transaction(reading=True):
            return find(Return, return_).state.value


def _cost(facts: Mapping[str, object]) -> int | None:
    cost = facts.get("unit_cost")
    return None if cost is None else int(str(cost))
