"""Making an order's figures whole: what is said of the order as a whole goes to the lines, exactly, and
what does not add up is said in words.
"""

from collections.abc import Iterator
from dataclasses import replace

from portal.i18n import Amount, Message, say
from portal.money import allocate
from portal.orders.facts import DeliveryFacts, LineFacts, OrderFacts, Unfit
from portal.orders.taxing import tax_of, taxed


def settle(order: OrderFacts) -> OrderFacts:
    """The order with its discounts and taxes on the lines and the delivery, flagged where sums differ.

    Raises Unfit where a part is more than the whole that it is a part of.
    """
    for position, line in enumerate(order.lines, 1):
        _check_line(position, line, order)
    _check_delivery(order.delivery, order)
    settled = taxed(_discounted(order))
    _check_taxes(settled)
    return replace(settled, flags=settled.flags + tuple(differences(settled)))


def _discounted(order: OrderFacts) -> OrderFacts:
    """Each discount by what the lines cost after those before it; more than that is left off and flagged."""
    if not any(order.discounts):
        return replace(order, discounts=())
    left = [line.paid for line in order.lines]
    for discount in order.discounts:
        parts = allocate(min(discount, sum(left)), left)
        left = [a - b for a, b in zip(left, parts, strict=True)]
    lines = [replace(i, discount=i.subtotal - paid) for i, paid in zip(order.lines, left, strict=True)]
    excess = sum(order.discounts) - sum(line.paid for line in order.lines) + sum(left)
    said = say("Discounts are {amount} more than the goods cost.", amount=Amount(excess, order.currency))
    return replace(order, lines=tuple(lines), discounts=(), flags=order.flags + ((said,) if excess else ()))


def goods_of(order: OrderFacts) -> int:
    """The lines after discounts, with tax if prices include it."""
    return sum(line.paid for line in order.lines)


def taxes_of(order: OrderFacts) -> int:
    return sum(tax_of(line.taxes) for line in order.lines) + tax_of(order.delivery.taxes)


def total_of(order: OrderFacts) -> int:
    """What a settled order comes to."""
    return goods_of(order) + order.delivery.paid + (0 if order.prices_include_tax else taxes_of(order))


def differences(order: OrderFacts) -> Iterator[Message]:
    """What does not add up in a settled order."""
    stated = order.stated
    yield from _differs(order, say("the lines after discounts"), goods_of(order), stated.goods)
    yield from _differs(order, say("the taxes"), taxes_of(order), stated.tax)
    yield from _differs(order, say("the parts of the total"), total_of(order), stated.total)
    yield from _money(order, total_of(order) if stated.total is None else stated.total)


def _differs(order: OrderFacts, what: Message, found: int, stated: int | None) -> Iterator[Message]:
    if stated is None or found == stated:
        return
    gap = found - stated
    amounts = {
        name: Amount(minor, order.currency)
        for name, minor in (("found", found), ("stated", stated), ("gap", abs(gap)))
    }
    hint = _likely(order, abs(gap))
    if hint:
        yield say(
            "By sum {what} are {found}, by the order {stated}: {gap} apart, as much as {hint}.",
            what=what,
            hint=hint,
            **amounts,
        )
    else:
        yield say("By sum {what} are {found}, by the order {stated}: {gap} apart.", what=what, **amounts)


def _likely(order: OrderFacts, gap: int) -> Message | None:
    """What in the order is as large as the gap, for the person who looks into it."""
    if gap == order.delivery.paid:
        return say("the delivery")
    if gap == taxes_of(order):
        return say("the tax")
    for position, line in enumerate(order.lines, 1):
        if gap == line.paid:
            return say("line {position}", position=position)
        if gap == line.discount:
            return say("the discount of line {position}", position=position)
    return None


def _money(order: OrderFacts, total: int) -> Iterator[Message]:
    captured, currency = Amount(order.captured, order.currency), order.currency
    if 0 < order.captured != total:
        yield say(
            "Captured is {captured} of a total of {total}.", captured=captured, total=Amount(total, currency)
        )
    if order.refunded_outside > order.captured:
        yield say(
            "Refunded elsewhere is {refunded}, more than the {captured} that was captured.",
            refunded=Amount(order.refunded_outside, currency),
            captured=captured,
        )


def _check_line(position: int, line: LineFacts, order: OrderFacts) -> None:
    if line.discount > line.subtotal:
        raise Unfit(
            say(
                "line {position}: discounts of {discount} on a price of {price}",
                position=position,
                discount=Amount(line.discount, order.currency),
                price=Amount(line.subtotal, order.currency),
            )
        )


def _check_delivery(delivery: DeliveryFacts, order: OrderFacts) -> None:
    if delivery.discount > delivery.charged:
        raise Unfit(
            say(
                "delivery: a discount of {discount} on a charge of {charged}",
                discount=Amount(delivery.discount, order.currency),
                charged=Amount(delivery.charged, order.currency),
            )
        )


def _check_taxes(order: OrderFacts) -> None:
    """Tax inside a price cannot be more than the price."""
    if not order.prices_include_tax:
        return
    for position, line in enumerate(order.lines, 1):
        if tax_of(line.taxes) > line.paid:
            raise Unfit(say("line {position}: more tax than the price that holds it", position=position))
    if tax_of(order.delivery.taxes) > order.delivery.paid:
        raise Unfit(say("delivery: more tax than the price that holds it"))
