"""What the portal asks of a carrier, in plain values. Network: never call it inside a transaction."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from portal.documents.values import Address


class CarrierRefused(Exception):
    """The carrier will not take this parcel; asking again cannot help. `reason` is its code, for staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CarrierSilent(Exception):
    """No answer. The label may or may not have been made; the same key gives it."""


class Scan(StrEnum):
    """What the carrier noted of a parcel."""

    LABEL_ISSUED = "label_issued"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"


@dataclass(frozen=True)
class Way:
    """A parcel's way: from the shopper to the shop. The same `key` again gives the same label."""

    key: str
    sender: Address
    to: Address


@dataclass(frozen=True)
class Consignment:
    """A parcel that the carrier knows."""

    tracking: str
    issued_at: datetime


@dataclass(frozen=True)
class Scanned:
    scan: Scan
    at: datetime


class Carrier(Protocol):
    """A carrier that makes labels. `name` in settings, `title` on labels and pages."""

    name: str
    title: str
    test_mode: bool

    @abstractmethod
    def issue(self, way: Way) -> Consignment:
        """Make the label. Raises CarrierRefused, CarrierSilent."""

    @abstractmethod
    def scans(self, consignment: Consignment) -> Sequence[Scanned]:
        """What was noted of the parcel so far, oldest first. Raises CarrierSilent."""
