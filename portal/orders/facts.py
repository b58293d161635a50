"""An order as the outside tells it: plain values. Money in integer minor units of the order's currency.

A reader fills in what its format knows. What is said of the order as a whole (`discounts`, `taxes`) stays
there until `adding_up.settle` has given it to the lines.
"""

from dataclasses import dataclass
from datetime import datetime

from portal.i18n import Message

MOST_LINES = 10_000
MOST_UNITS = 1_000_000  # of one line


class Unfit(ValueError):
    """A value or an order that cannot be taken; `message` says which and why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message

    @property
    def field(self) -> str:
        """The field that it is about as its format names it (`variants.1.price`), or ""."""
        found = dict(self.message.args).get("field", "")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Refused:
    """This order is not taken, and why. `number` is the order's as printed, where it could be read."""

    reason: Message
    number: str = ""


@dataclass(frozen=True, slots=True)
class TaxFacts:
    """A tax: its rate in per cent as text ("19", "6.25", empty when unknown) and its amount."""

    rate: str
    amount: int


@dataclass(frozen=True, slots=True)
class LineFacts:
    """An article. `subtotal` is quantity × price before `discount`. `key` names the line within its order."""

    key: str
    sku: str
    title: str
    quantity: int
    subtotal: int
    discount: int = 0
    taxes: tuple[TaxFacts, ...] = ()
    taxable: bool = True
    variant: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    unit_cost: int | None = None
    image: str = ""

    @property
    def paid(self) -> int:
        """The price after discounts; with tax if prices include it."""
        return self.subtotal - self.discount


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """Delivery before its `discount`. `standard` is the cheapest way the shop offered, None when unknown."""

    charged: int = 0
    discount: int = 0
    standard: int | None = None
    taxes: tuple[TaxFacts, ...] = ()

    @property
    def paid(self) -> int:
        return self.charged - self.discount


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """Money that was captured. `refunded_outside` None: the file does not say it for this payment."""

    kind: str
    gateway: str
    reference: str
    captured: int
    label: str = ""
    refunded_outside: int | None = None


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """A parcel. `lines` are the keys of the lines in it; None means the whole order."""

    shipped_at: datetime | None
    delivered_at: datetime | None
    carrier: str = ""
    tracking: str = ""
    lines: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """Sums that the file states; None where it does not."""

    goods: int | None = None  # after discounts, before delivery
    tax: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order. `address` is printed lines, without the name; moments are aware."""

    source: str
    external_id: str
    number: str
    placed_at: datetime
    currency: str
    prices_include_tax: bool
    lines: tuple[LineFacts, ...]
    email: str = ""
    name: str = ""
    address: tuple[str, ...] = ()
    postcode: str = ""
    country: str = ""
    language: str | None = None
    delivery: DeliveryFacts = DeliveryFacts()
    payments: tuple[PaymentFacts, ...] = ()
    shipments: tuple[ShipmentFacts, ...] = ()
    discounts: tuple[int, ...] = ()
    taxes: tuple[TaxFacts, ...] = ()
    refunded_outside: int = 0
    cancelled_at: datetime | None = None
    stated: Stated = Stated()
    flags: tuple[Message, ...] = ()

    @property
    def captured(self) -> int:
        return sum(p.captured for p in self.payments)
