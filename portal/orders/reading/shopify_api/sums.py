"""Amounts of the API. Each stands there in the shop's currency and in the shopper's; the shop's is read."""

from collections.abc import Iterable

from portal.orders.facts import TaxFacts
from portal.orders.reading import fields
from portal.orders.reading.parts import Part
from portal.orders.taxing import merged


def in_set(part: Part, name: str) -> Part:
    """The object with the amount in the shop's currency; empty if the file does not have it."""
    return part.part(f"{name}_set").part("shop_money")


def of_shop(part: Part, name: str) -> int:
    """The plain field is in the shop's currency too."""
    return part.amount(name) if part.has(name) else in_set(part, name).amount("amount")


def maybe_of_shop(part: Part, name: str) -> int | None:
    """None where the file does not say it."""
    return part.maybe(name) if part.has(name) else in_set(part, name).maybe("amount")


def allocated(part: Part) -> int:
    """The discounts that Shopify gave to this line, the order's among them."""
    return sum(of_shop(one, "amount") for one in part.parts("discount_allocations"))


def taxes(parts: Iterable[Part]) -> tuple[TaxFacts, ...]:
    """The tax lines of all of these, by rate."""
    found = (_tax(tax) for part in parts for tax in part.parts("tax_lines"))
    return merged(tax for tax in found if tax.amount)


def _tax(tax: Part) -> TaxFacts:
    return TaxFacts(fields.fraction(tax.written("rate"), tax.at + "rate"), of_shop(tax, "price"))
