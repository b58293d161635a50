"""The `test` gateway: the port, spoken with the simulated bank. TEST MODE: no real money."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from sqlite3 import OperationalError
from typing import Any

from portal.refunds.gateways.bank import KEY_LIVES, LONGEST, Ask, Bank, Refused, Wish
from portal.refunds.gateways.bank.file import moment
from portal.refunds.gateways.port import (
    Declined,
    Gateway,
    JournalPage,
    KeyReused,
    Limits,
    LinkRequest,
    LinkState,
    LostAnswer,
    Movement,
    PaymentFacts,
    RefundRequest,
    RefundState,
    SeenLink,
    SeenRefund,
    UnknownLink,
    UnknownPayment,
    UnknownRefund,
    Way,
)

TEST_MODE = True
PATIENCE = 10  # seconds until an answer counts as lost
AT_ONCE = 100  # lines of the bank's journal in one page


class SimulatedGateway(Gateway):
    """A shop's account at the simulated bank, which learns of a payment with its first refund."""

    name = "test"
    test_mode = TEST_MODE
    limits = Limits(key_lives=KEY_LIVES, longest_request=timedelta(seconds=LONGEST))

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    def submit(self, request: RefundRequest) -> SeenRefund:
        payment = request.payment
        ask = Ask(payment.reference, request.amount, payment.currency, dict(request.metadata))
        with _line():
            self.bank.register(payment.reference, payment.captured, payment.currency)
            return _seen(self.bank.refund(request.key, ask, PATIENCE))

    def refunds_of(self, payment: PaymentFacts) -> Sequence[SeenRefund]:
        with _line():
            return [_seen(refund) for refund in self.bank.refunds(payment.reference)]

    def read(self, reference: str) -> SeenRefund:
        with _line():
            found = self.bank.read(reference)
        if found is None:
            raise UnknownRefund(reference)
        return _seen(found)

    def journal(self, begins: datetime, ends: datetime, after: str = "") -> JournalPage:
        with _line():
            found = self.bank.movements(begins, ends, int(after or 0), AT_ONCE)
        more = str(found[-1]["no"]) if len(found) == AT_ONCE else ""
        return JournalPage([_moved(line) for line in found], more)

    def open_link(self, request: LinkRequest) -> SeenLink:
        until = request.until.astimezone(UTC).isoformat(timespec="microseconds")
        wish = Wish(request.amount, request.currency, until, request.back, dict(request.metadata))
        with _line():
            return _seen_link(self.bank.open_link(request.key, wish), request.home)

    def read_link(self, reference: str) -> SeenLink:
        with _line():
            found = self.bank.read_link(reference)
        return _known_link(found, reference)

    def read_payment(self, reference: str) -> Movement:
        with _line():
            found = self.bank.payment(reference)
        if found is None:
            raise UnknownPayment(reference)
        return _moved(found)

    def close_link(self, reference: str) -> SeenLink:
        with _line():
            found = self.bank.close_link(reference)
        return _known_link(found, reference)


def _known_link(found: dict[str, Any] | None, reference: str) -> SeenLink:
    if found is None:
        raise UnknownLink(reference)
    return _seen_link(found)


def _seen_link(link: dict[str, Any], home: str = "") -> SeenLink:
    """The page is the portal's own, below the shop's address; only who made the link is told it."""
    return SeenLink(
        reference=link["reference"],
        url=f"{home}/bank/pay/{link['reference']}" if home else "",
        amount=link["amount"],
        currency=link["currency"],
        state=LinkState(link["state"]),
        payment=link["payment"],
    )


@contextmanager
def _line() -> Iterator[None]:
    """The bank's errors as the port's."""
    try:
        yield
    except Refused as error:
        raise KeyReused(error.code) if error.code == "key_reused" else Declined(error.code) from error
    except (OSError, OperationalError) as error:
        raise LostAnswer(str(error)) from error


def _moved(line: dict[str, Any]) -> Movement:
    way, at = Way(line["way"]), moment(line["at"])
    return Movement(line["reference"], way, at, line["amount"], line["currency"], line["metadata"])


def _seen(answer: dict[str, Any]) -> SeenRefund:
    return SeenRefund(
        reference=answer["reference"],
        payment=answer["payment"],
        amount=answer["amount"],
        currency=answer["currency"],
        state=RefundState(answer["state"]),
        created_at=moment(answer["created_at"]),
        reason=answer["reason"],
        metadata=answer["metadata"],
    )
