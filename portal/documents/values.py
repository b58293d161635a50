"""What labels and slips are drawn from. `number` is an RMA number in its stored form, nine characters;
`url` is the public address behind the QR code. Texts may hold anything; drawing cleans and clips them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.i18n import Message


class Paper(StrEnum):
    """What the printer holds. A4 and Letter carry one label, to be cut out."""

    A4 = "a4"
    LETTER = "letter"
    A6 = "a6"
    ROLL = "100x150"


@dataclass(frozen=True)
class Address:
    """A name and the lines below it, the country last where it matters."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReturnLabel:
    """An address label without postage. Of the sender it shows the name alone."""

    number: str
    url: str
    shop: str
    sender: str
    to: Address


@dataclass(frozen=True)
class CarrierLabel:
    """A simulated carrier's label. `grams` is the parcel's weight where it is known."""

    number: str
    url: str
    carrier: str
    tracking: str
    sender: Address
    to: Address
    service: str = ""
    grams: int | None = None


@dataclass(frozen=True)
class StrayLabel:
    """What is stuck on a parcel that belongs to nothing known. `number` is as printed."""

    number: str
    shop: str
    looks: str
    found: date


@dataclass(frozen=True)
class Look:
    """How a shop shows itself on paper: a PNG, and the colours of headings and of lines, #rrggbb."""

    logo: bytes | None = None
    main: str = "#000000"
    accent: str = "#000000"


@dataclass(frozen=True)
class SlipLine:
    """One article in the parcel; `quantity` in pieces."""

    quantity: int
    title: str
    variant: str = ""
    sku: str = ""
    reason: str = ""


@dataclass(frozen=True)
class PackingSlip:
    """The paper that lies in the parcel. `steps` replaces the usual advice on what to do."""

    number: str
    url: str
    shop: str
    order: str
    to: Address
    lines: tuple[SlipLine, ...]
    hand_in_by: date | None = None
    steps: tuple[Message, ...] = ()
    look: Look = Look()


@dataclass(frozen=True)
class CreditLine:
    """Units of one article: what is credited for them in minor units, after `reduced` for what was
    found, and `cut` by what was no longer refundable."""

    quantity: int
    title: str
    variant: str
    sku: str
    net: int
    tax: int
    reduced: int = 0
    cut: int = 0


@dataclass(frozen=True)
class TaxOf:
    """A rate in per cent, the net that it is on, and the tax, in minor units."""

    rate: str
    net: int
    tax: int


@dataclass(frozen=True)
class Way:
    """Where an amount goes; the name may be the words of the shop's own system."""

    name: Message | str
    amount: int


@dataclass(frozen=True)
class CreditPaper:
    """A credit note, or, where it `cancels` one (its number and day), the paper that takes it back.

    Amounts in minor units of `currency`: net + Σ tax − fees − shipping + goodwill = total.
    """

    number: str
    issued: date
    shop: Address
    buyer: Address
    order: str
    ordered: date
    rma: str
    currency: str
    lines: tuple[CreditLine, ...]
    delivery: tuple[int, int]
    net: int
    taxes: tuple[TaxOf, ...]
    fees: int
    shipping: int
    total: int
    goodwill: int = 0
    ways: tuple[Way, ...] = ()
    cancels: tuple[str, date] | None = None
    look: Look = Look()
    tax_number: str = ""
