"""WooCommerce's sums: always without tax, which stands beside them; the prices of the shop may include it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.i18n import say
from portal.money import allocate
from portal.orders.facts import TaxFacts, Unfit
from portal.orders.reading import fields
from portal.orders.reading.parts import Part
from portal.orders.taxing import merged

_FINE = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,20}))?\Z")
_PER_CENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")


@dataclass(frozen=True)
class Sums:
    """`inside`: prices are shown with tax, so it is put back into them. `rates`: per cent by rate id."""

    inside: bool
    rates: dict[str, str]

    @classmethod
    def of(cls, order: Part) -> "Sums":
        rates = {tax.text("rate_id", 60): _rate(tax) for tax in order.parts("tax_lines")}
        return cls(bool(order.flag("prices_include_tax")), rates)

    def price(self, part: Part, name: str) -> int:
        """`total`, `subtotal` or what is called so, as the shop shows it."""
        return part.amount(name) + (part.amount(f"{name}_tax") if self.inside else 0)

    def taxes(self, parts: Iterable[Part]) -> tuple[TaxFacts, ...]:
        """By rate. WooCommerce keeps fractions of a cent here; each `total_tax` is the whole."""
        found = (tax for part in parts for tax in self._taxes(part))
        return merged(tax for tax in found if tax.amount)

    def _taxes(self, part: Part) -> list[TaxFacts]:
        whole = part.amount("total_tax")
        weights = [(tax.text("id", 60), _fine(tax)) for tax in part.parts("taxes") if tax.written("total")]
        if not sum(weight for _, weight in weights):
            return [TaxFacts("", whole)]
        amounts = allocate(whole, [weight for _, weight in weights])
        return [TaxFacts(self.rates.get(id, ""), n) for (id, _), n in zip(weights, amounts, strict=True)]


def _rate(tax: Part) -> str:
    """Old versions say the rate only in the label, if the shop has put it there."""
    if tax.has("rate_percent"):
        return fields.rate(tax.written("rate_percent"), tax.at + "rate_percent")
    found = _PER_CENT.search(tax.text("label"))
    return fields.rate(found[1], tax.at + "label") if found else ""


def _fine(tax: Part) -> int:
    """A tax in millionths, for its share only."""
    found = _FINE.match(tax.written("total"))
    if not found:
        value = fields.shown(tax.written("total"))
        raise Unfit(say("{field} is no amount: {value}", field=tax.at + "total", value=value))
    return int(found[1] + (found[2] or "")[:6].ljust(6, "0"))
