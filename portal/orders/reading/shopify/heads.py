"""What the first row of an order says: whom it went to, how it was paid and sent."""

import re
from functools import cached_property

from portal.i18n import Message, say
from portal.orders.facts import PaymentFacts, TaxFacts, Unfit
from portal.orders.reading import fields
from portal.orders.reading.addresses import Address
from portal.orders.reading.columns import Columns
from portal.orders.reading.paying import kind_of

CAPTURED = ("paid", "partially paid", "partially refunded", "refunded")
_RATE = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,6})?) ?%")


class Head:
    """Reads cells of an order's first row; messages name Shopify's columns."""

    def __init__(self, columns: Columns, row: list[str]) -> None:
        self.columns, self.row = columns, row
        self.currency = fields.currency(self.cell("currency"), "Currency")

    def cell(self, name: str) -> str:
        return self.columns.cell(self.row, name)

    def text(self, name: str, longest: int) -> str:
        return fields.text(self.cell(name), name.capitalize(), longest)

    def amount(self, name: str) -> int:
        return fields.amount(self.cell(name), name.capitalize(), self.currency)

    @cached_property
    def total(self) -> int:
        if not self.cell("total"):
            raise Unfit(say("Total is empty"))
        return self.amount("total")

    @cached_property
    def taxes(self) -> tuple[TaxFacts, ...]:
        """The taxes by rate, and what `Taxes` has beyond them under no rate."""
        found = [self._tax(n) for n in range(1, 6) if self.cell(f"tax {n} value")]
        beyond = self.amount("taxes") - sum(tax.amount for tax in found)
        return (*found, TaxFacts("", beyond)) if beyond > 0 else tuple(found)

    def _tax(self, n: int) -> TaxFacts:
        rate = _RATE.search(self.cell(f"tax {n} name"))
        text = rate[1].replace(",", ".") if rate else ""
        return TaxFacts(fields.rate(text, f"Tax {n} Name"), self.amount(f"tax {n} value"))

    def payments(self) -> tuple[PaymentFacts, ...]:
        captured = self._captured()
        method = self.text("payment method", 80)
        reference = self.columns.first(self.row, "payment reference", "payment references", "payment id")
        return (
            (
                PaymentFacts(
                    kind=kind_of(method),
                    gateway=method.lower().replace(" ", "_")[:40],
                    reference=fields.text(reference, "Payment Reference", 120),
                    label=method,
                    captured=captured,
                ),
            )
            if captured
            else ()
        )

    def _captured(self) -> int:
        status = self.cell("financial status").lower().replace("_", " ")
        if (status and status not in CAPTURED) or (not status and not self.cell("paid at")):
            return 0
        open_ = fields.signed(self.cell("outstanding balance"), "Outstanding Balance", self.currency)
        if status == "partially paid" and not open_:
            return 0
        return max(0, self.total - open_)

    def doubts(self) -> tuple[Message, ...]:
        """What the file leaves open about the money."""
        found = []
        if "+" in self.cell("payment method"):
            found.append(say("It was paid in several ways; how much by which is not known."))
        if self.cell("financial status") == "partially_paid" and not self._captured():
            found.append(say("It was paid in part; how much is not known."))
        if self.amount("duties"):
            found.append(say("The total has duties in it, which belong to no line."))
        return tuple(found)

    @cached_property
    def side(self) -> str:
        """Where it was sent to, or else billed to."""
        sent = ("name", "address1", "street", "city", "zip", "country")
        return "shipping" if any(self.cell(f"shipping {part}") for part in sent) else "billing"

    def name(self) -> str:
        return self.text(f"{self.side} name", 200)

    def postcode(self) -> str:
        """Without the apostrophe that keeps spreadsheets from taking it for a number."""
        return self.text(f"{self.side} zip", 21).removeprefix("'")[:20]

    @cached_property
    def country(self) -> str:
        return fields.country(self.cell(f"{self.side} country"))

    def address(self) -> tuple[str, ...]:
        side = self.side
        return Address(
            company=self.text(f"{side} company", 200),
            street=self.text(f"{side} address1", 200) or self.text(f"{side} street", 200),
            second=self.text(f"{side} address2", 200),
            city=self.text(f"{side} city", 100),
            province=self.text(f"{side} province", 60),
            postcode=self.postcode(),
            country=self.country,
            country_name=self.text(f"{side} country", 100),
        ).lines()
