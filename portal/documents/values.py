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
