"""What the portal asks of a payment gateway, in plain values. Network: never call it inside a transaction.

What is certain about money is only what a gateway says it has done. So there are three ways not to get a
refund: it said no (`Declined`), it said that the question was asked otherwise before (`KeyReused`), or
nobody knows (`LostAnswer`). The last is no failure: look the refund up, then send again with the same key.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Declined(Exception):
    """The gateway refuses the refund for good; no money moves. `reason` is its code, for staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# Codes by which gateways say that a payment takes no refund any more: trying again cannot help.
CLOSED = frozenset(
    "payment_closed expired_or_canceled_card lost_or_stolen_card account_closed payment_too_old "
    "charge_expired_for_refund".split()
)


class LostAnswer(Exception):
    """A timeout, a 5xx, a connection cut: the refund may or may not have happened, or may still happen."""


class KeyReused(Exception):
    """The key has been used for another refund. Nothing happened now; a fault of the caller."""


class UnknownRefund(Exception):
    """The gateway knows no refund of this reference."""


class UnknownPayment(Exception):
    """The gateway knows no payment of this reference that came in by a link."""


class UnknownLink(Exception):
    """The gateway knows no payment link of this reference."""


class RefundState(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class PaymentFacts:
    """A payment by the gateway's own reference; `captured` in minor units of the currency."""

    reference: str
    captured: int
    currency: str


@dataclass(frozen=True)
class RefundRequest:
    """A refund to be made: `amount` in minor units, at least 1.

    `key` makes repeats harmless while the gateway remembers it. `metadata` holds our ids and is what the
    refund is recognized by later.
    """

    key: str
    payment: PaymentFacts
    amount: int
    metadata: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a refund is at least one minor unit")


@dataclass(frozen=True)
class SeenRefund:
    """A refund as the gateway shows it. `reason` is its code for a failure. Made by hand: no metadata."""

    reference: str
    payment: str
    amount: int
    currency: str
    state: RefundState
    created_at: datetime
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


class LinkState(StrEnum):
    """`closed`: nothing can be paid by it any more, since it was closed or its time is over."""

    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True)
class LinkRequest:
    """A page at the gateway where one amount can be paid once, in minor units, until a moment.

    `key` makes repeats harmless. `home`: the address of the shop's pages; `back`: where whoever has paid
    goes on. `metadata` holds our ids. Nobody knows the address of a link whose answer was lost, so such a
    link takes no money.
    """

    key: str
    amount: int
    currency: str
    until: datetime
    home: str
    back: str
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class SeenLink:
    """A payment link as the gateway shows it. `payment`: what it became when it was paid, by the gateway's
    own reference, to which a refund can go."""

    reference: str
    url: str
    amount: int
    currency: str
    state: LinkState
    payment: str = ""


class Way(StrEnum):
    """`in`: a shopper paid by a payment link. `out`, `back`: a refund left, and came back."""

    IN = "in"
    OUT = "out"
    BACK = "back"


@dataclass(frozen=True)
class Movement:
    """A line of a gateway's own journal: money that came to the shop's account there, left it, or came back.

    `reference` and `metadata` are the refund's, or the payment's and its link's; `amount` in minor units,
    always above zero.
    """

    reference: str
    way: Way
    at: datetime
    amount: int
    currency: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JournalPage:
    """`after` is where the next page begins; empty: there is none."""

    movements: Sequence[Movement]
    after: str = ""


@dataclass(frozen=True)
class Limits:
    """How long a gateway remembers a key, and after how long a request can have no effect any more."""

    key_lives: timedelta
    longest_request: timedelta


class Gateway(Protocol):
    """One shop's account at a gateway."""

    name: str
    test_mode: bool
    limits: Limits

    @abstractmethod
    def submit(self, request: RefundRequest) -> SeenRefund:
        """Ask for the refund. The same key and content again gives the same refund.

        Raises Declined, LostAnswer, KeyReused.
        """

    @abstractmethod
    def refunds_of(self, payment: PaymentFacts) -> Sequence[SeenRefund]:
        """Every refund of the payment, oldest first, also failed ones and those made elsewhere.

        Raises LostAnswer.
        """

    @abstractmethod
    def read(self, reference: str) -> SeenRefund:
        """One refund as it now is. Raises UnknownRefund, LostAnswer."""

    @abstractmethod
    def journal(self, begins: datetime, ends: datetime, after: str = "") -> JournalPage:
        """A page of what left and came back from `begins` to before `ends`, also of refunds made elsewhere,
        and of what was paid by links; not of what orders were paid with. Raises LostAnswer.
        """

    @abstractmethod
    def open_link(self, request: LinkRequest) -> SeenLink:
        """Make the link. The same key and content again gives the same link.

        Raises Declined, LostAnswer, KeyReused.
        """

    @abstractmethod
    def read_link(self, reference: str) -> SeenLink:
        """The link as it now is. Raises UnknownLink, LostAnswer."""

    @abstractmethod
    def read_payment(self, reference: str) -> Movement:
        """One payment by a link, as it came in. Raises UnknownPayment, LostAnswer."""

    @abstractmethod
    def close_link(self, reference: str) -> SeenLink:
        """Let nobody pay by it any more; the answer says whether somebody had before. Repeating it is
        harmless. Raises UnknownLink, LostAnswer."""


def matching(refunds: Sequence[SeenRefund], metadata: Mapping[str, str]) -> list[SeenRefund]:
    """Those that carry all of this metadata."""
    return [r for r in refunds if metadata.items() <= r.metadata.items()]
