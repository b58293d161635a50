"""What a shopper picks for what comes back, while it is a draft, and what it costs."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from portal.audit import Actor, Event, record
from portal.catalogue import Product, Variant
from portal.catalogue.reserving import Stock, stock_of
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.orders.models import Order, OrderLine
from portal.policies import Instead
from portal.returns.exchanges.pricing import Price, gross
from portal.returns.models import Return, ReturnLine


@dataclass(frozen=True)
class Pick:
    """A variant for each unit of a line, and what a piece costs."""

    line: ReturnLine
    variant: Variant
    price: Price


def exchangeable(order: Order) -> bool:
    """Whether the shop offers anything at all that could be given instead."""
    query = sa.select(Variant.id).join(Product, Product.id == Variant.product_id)
    mine = query.where(Variant.tenant_id == here(), Variant.offered, Product.currency == order.currency)
    return session.scalar(mine.limit(1)) is not None


def picked(draft: Return) -> list[Pick]:
    """What was picked so far, in the order of the lines; two statements."""
    wanted = {line.id: line.wanted_id for line in draft.lines if line.wanted_id}
    variants = variants_of(set(wanted.values()))
    lines = sorted(draft.lines, key=lambda line: line.order_line.position)
    there = [(line, variants[wanted[line.id]]) for line in lines if line.id in wanted]
    firsts = first_variants(draft.order, [line.order_line for line, _ in there])
    return [Pick(line, one, price_for(line.order_line, one, firsts)) for line, one in there]


def variants_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Variant]:
    """The shop's variants with their products."""
    if not ids:
        return {}
    query = sa.select(Variant).join(Variant.product).options(contains_eager(Variant.product))
    mine = query.where(Variant.tenant_id == here(), Variant.id.in_(ids))
    return {variant.id: variant for variant in session.scalars(mine)}


def first_variants(order: Order, lines: Iterable[OrderLine]) -> dict[str, Variant]:
    """What was bought, as the catalogue knows it, by SKU; what is offered before what is not any more."""
    skus = {line.sku for line in lines if line.sku}
    if not skus:
        return {}
    query = sa.select(Variant).join(Variant.product).options(contains_eager(Variant.product))
    query = query.where(Variant.tenant_id == here(), Variant.sku.in_(skus))
    mine = query.where(Product.currency == order.currency).order_by(Variant.offered, Variant.id)
    return {variant.sku: variant for variant in session.scalars(mine)}


def price_for(line: OrderLine, variant: Variant, firsts: Mapping[str, Variant]) -> Price:
    """What a piece of the variant costs where it stands for a unit of the line.

    Where the catalogue tells no tax rates, or the same as for what was bought, those of the sale count.
    """
    first = firsts.get(line.sku)
    now = _price(line, variant, first)
    if first is None or first.product_id != variant.product_id:
        return now
    return Price(now.amount - _price(line, first, first).amount, at_price_paid=True, rates=now.rates)


def _price(line: OrderLine, variant: Variant, first: Variant | None) -> Price:
    rates = _rates(line, variant, first)
    inside = variant.product.prices_include_tax
    inside = line.order.prices_include_tax if inside is None else inside
    return Price(gross(variant.price, rates, inside=inside), rates=rates)


def _rates(line: OrderLine, variant: Variant, first: Variant | None) -> tuple[str, ...]:
    """None where what was paid held no tax: such a sale is exempt, whatever the catalogue says at home."""
    sold, alike = tuple(line.taxes), first is not None and first.tax_rates == variant.tax_rates
    exempt = not any(line.taxes.values()) and line.subtotal > line.discount
    if exempt:
        return ()
    if variant.tax_rates is None or (alike and len(sold) == 1 and sold[0]):
        return sold
    return tuple(variant.tax_rates)


def pick(draft: Return, line: ReturnLine, variant: Variant, by: Actor) -> None:
    """Have the units of a line exchanged for a variant. Lock the draft.

    Raises Refusal, with the line's id as field, for what is not offered or of which too few are left.
    """
    check_offered(draft, line, variant)
    if line.wanted_id != variant.id:
        line.wanted_id, line.wanted = variant.id, variant
        record(draft, Event.EXCHANGE_PICKED, by)


def check_offered(draft: Return, line: ReturnLine, variant: Variant) -> None:
    """Raises Refusal, with the line's id as field."""
    together = sum(one.quantity for one in draft.lines if one is not line and one.wanted_id == variant.id)
    lack = _lack(draft, variant, stock_of([variant.id])[variant.id], together + line.quantity)
    if lack:
        raise Refusal(lack, str(line.id))


def lacks(draft: Return, picks: Sequence[Pick]) -> dict[uuid.UUID, Message]:
    """Why what was picked cannot be had any more, by the ids of the draft's lines; two statements."""
    stock, wanted = stock_of({pick.variant.id for pick in picks}), Counter[uuid.UUID]()
    for pick in picks:
        wanted[pick.variant.id] += pick.line.quantity
    found = {
        pick.line.id: _lack(draft, one, stock[one.id], wanted[one.id])
        for pick in picks
        for one in [pick.variant]
    }
    return {line: lack for line, lack in found.items() if lack}


def _lack(draft: Return, variant: Variant, stock: Stock, wanted: int) -> Message | None:
    if not variant.offered or variant.product.currency != draft.currency:
        return say("This is not offered. Choose something else.")
    if stock.has(wanted):
        return None
    few = say("Only {left} of it are left. Choose something else.", left=stock.available)
    return few if stock.available else say("It is sold out. Choose something else.")


def choose_instead(draft: Return, instead: Instead | None, by: Actor) -> None:
    """What the shopper wants if it is sold out, the last thing to be said of an exchange. Lock the draft.

    Raises Refusal, with its field, where a line has nothing picked, or no answer is given.
    """
    for line in draft.lines:
        if line.wanted_id is None:
            raise Refusal(say("Choose what you would like for it."), str(line.id))
    note_instead(draft, instead, by)


def note_instead(draft: Return, instead: Instead | None, by: Actor) -> None:
    """The same before everything is picked."""
    if instead is None or instead not in instead_offered(draft):
        raise Refusal(say("Say what you would like if it is sold out."), "instead")
    if draft.instead is not instead:
        draft.instead = instead
        record(draft, Event.EXCHANGE_PICKED, by, instead=instead.value)


def instead_offered(draft: Return) -> Sequence[Instead]:
    """Of what the policy offers: money back, store credit where somebody can own it, and to wait."""
    allowed = {way.value for way in draft.policy.policy.resolutions}
    owned = bool(draft.email_key)
    fits = [way for way in Instead if way.value in allowed or way is Instead.WAIT]
    return [way for way in fits if owned or way is not Instead.STORE_CREDIT]


def unpicked(draft: Return) -> bool:
    """Whether something of an exchange still has to be said."""
    return draft.instead is None or any(line.wanted_id is None for line in draft.lines)
