"""An order out of its rows."""

from portal.i18n import say
from portal.orders.facts import DeliveryFacts, LineFacts, OrderFacts, Refused, ShipmentFacts, Stated, Unfit
from portal.orders.keys import number_key
from portal.orders.reading import fields
from portal.orders.reading.columns import Columns
from portal.orders.reading.shopify.figures import Figures, Meaning, meaning
from portal.orders.reading.shopify.grouping import Group
from portal.orders.reading.shopify.heads import Head
from portal.orders.reading.shopify.naming import SOURCE, LineKeys

_NO = ("no", "false")
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}


def order_of(columns: Columns, group: Group) -> tuple[int, OrderFacts | Refused]:
    """The order, with the number of its first line; or why not, with the line that it is about."""
    reader = _Reader(columns, group)
    if group.broken:
        number, reason = group.broken
        return number, Refused(reason, fields.shown(group.name))
    try:
        return group.rows[0][0], reader.order()
    except Unfit as error:
        return reader.at, Refused(error.message, fields.shown(group.name))


class _Reader:
    """`at` is the line of the file that is being read."""

    def __init__(self, columns: Columns, group: Group) -> None:
        self.columns, self.group = columns, group
        self.keys = LineKeys()
        self.sent: set[str] = set()
        self.at = group.rows[0][0] if group.rows else 0

    def order(self) -> OrderFacts:
        head = Head(self.columns, self.group.rows[0][1])
        number = head.text("name", 60)
        key = number_key(number)
        placed = fields.moment(head.cell("created at"), "Created at")
        if not key or not placed:
            raise Unfit(say("Name is empty") if not key else say("Created at is empty"))
        lines = self._lines(head.currency)
        self.at = self.group.rows[0][0]
        said = self._meaning(head, lines)
        return OrderFacts(
            source=SOURCE,
            external_id=head.text("id", 120) or key,
            number=number,
            placed_at=placed,
            currency=head.currency,
            prices_include_tax=said.inside,
            email=head.text("email", 254),
            name=head.name(),
            address=head.address(),
            postcode=head.postcode(),
            country=head.country,
            lines=lines,
            discounts=(said.discount,),
            taxes=head.taxes,
            delivery=DeliveryFacts(said.charged, said.off_delivery),
            payments=head.payments(),
            shipments=self._shipments(head, lines),
            refunded_outside=head.amount("refunded amount"),
            cancelled_at=fields.moment(head.cell("cancelled at"), "Cancelled at"),
            stated=_stated(head),
            flags=head.doubts(),
        )

    def _lines(self, currency: str) -> tuple[LineFacts, ...]:
        """A line with the quantity 0 was taken off the order after it was placed."""
        found = [self._line(row, place, currency) for place, row in enumerate(self.group.rows, 1)]
        kept = tuple(line for line in found if line.quantity)
        if not kept:
            raise Unfit(say("the order has no lines"))
        return kept

    def _line(self, numbered: tuple[int, list[str]], place: int, currency: str) -> LineFacts:
        self.at, row = numbered

        def cell(name: str) -> str:
            return self.columns.cell(row, f"lineitem {name}")

        quantity = fields.count(cell("quantity"), "Lineitem quantity")
        if not cell("price"):
            raise Unfit(say("Lineitem price is empty"))
        price = fields.amount(cell("price"), "Lineitem price", currency)
        title = fields.text(cell("name"), "Lineitem name", 300)
        sku = fields.text(cell("sku"), "Lineitem SKU", 120)
        key = self.keys.next(sku, place)
        if cell("fulfillment status") in ("fulfilled", "partial"):
            self.sent.add(key)
        return LineFacts(
            key=key,
            sku=sku,
            title=title or sku or f"#{place}",
            quantity=quantity,
            subtotal=fields.product(quantity, price, "Lineitem price"),
            discount=fields.amount(cell("discount"), "Lineitem discount", currency),
            taxable=cell("taxable").lower() not in _NO,
        )

    def _meaning(self, head: Head, lines: tuple[LineFacts, ...]) -> Meaning:
        return meaning(
            Figures(
                goods=sum(line.paid for line in lines),
                of_lines=sum(line.discount for line in lines),
                discount=head.amount("discount amount"),
                shipping=head.amount("shipping"),
                taxes=sum(tax.amount for tax in head.taxes),
                total=head.total - head.amount("duties"),
                subtotal=head.amount("subtotal") if head.cell("subtotal") else None,
                inside=_TRUTH.get(head.cell("taxes included").lower()),
            )
        )

    def _shipments(self, head: Head, lines: tuple[LineFacts, ...]) -> tuple[ShipmentFacts, ...]:
        """One parcel at the day of the last; when it arrived is not in the file."""
        shipped = fields.moment(head.cell("fulfilled at"), "Fulfilled at")
        if not shipped:
            return ()
        keys = tuple(line.key for line in lines if line.key in self.sent)
        whole = head.cell("fulfillment status") == "fulfilled" or len(keys) == len(lines)
        return (ShipmentFacts(shipped, None, lines=None if whole else keys),)


def _stated(head: Head) -> Stated:
    return Stated(
        goods=head.amount("subtotal") if head.cell("subtotal") else None,
        tax=head.amount("taxes") if head.cell("taxes") else None,
        total=head.total - head.amount("duties"),
    )
