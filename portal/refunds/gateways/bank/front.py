"""The bank as its customers reach it: over a line that fails as the shop's switch says."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from portal.refunds.gateways.bank.books import LAST, Answer, Ask, Books, Line, Paid, Refused
from portal.refunds.gateways.bank.file import opened, stamp, written
from portal.refunds.gateways.bank.links import Links, Shown, Wish
from portal.refunds.gateways.bank.moved import Moved
from portal.refunds.gateways.bank.switch import Mode, Switch, read_switch, take_switch, write_switch


class Bank:
    """One shop's line to the bank. OSError (TimeoutError, ConnectionError): the answer is lost.

    `pause` is how it waits, in seconds. Amounts are minor units.
    """

    def __init__(self, path: Path, shop: str, pause: Callable[[float], None] = time.sleep) -> None:
        self.path, self.shop, self.pause = path, shop, pause

    def register(self, payment: str, captured: int, currency: str) -> None:
        """Take over a payment as captured by the shop. Repeating it is harmless; a capture may only grow.

        The switch has no say here: a bank knows of payments before anybody asks for refunds.
        """
        with opened(self.path) as file:
            Books(file, self.shop).register(payment, captured, currency)

    def refund(self, key: str, ask: Ask, wait: int) -> Answer:
        """Refund, waiting at most so many seconds for the answer. Raises Refused, OSError.

        A request that takes longer than the wait still has its effect, when its time has come.
        """
        with opened(self.path) as file:
            switch = take_switch(file, self.shop)
            books = Books(file, self.shop)
            arrives = switch.mode not in {Mode.DOWN, Mode.LOSE_REQUEST}
            answer = books.answer(key, ask, switch) if arrives else {"error": "not_arrived"}
            books.note(answer.get("error", "refunded"), key)
        self.pause(min(switch.slow, wait))
        return _passed_on(answer, lost=switch.mode is Mode.LOSE_ANSWER or switch.slow > wait)

    def refunds(self, payment: str) -> list[Answer]:
        """Every refund of the payment, oldest first. Raises OSError."""
        with opened(self.path) as file:
            self._reach(read_switch(file, self.shop))
            return [r for r in Books(file, self.shop).refunds(payment) if r["landed_at"] <= stamp()]

    def read(self, reference: str) -> Answer | None:
        """One refund as it now is, None if there is none. Raises OSError."""
        with opened(self.path) as file:
            self._reach(read_switch(file, self.shop))
            found = Books(file, self.shop).find(reference)
        return found if found and found["landed_at"] <= stamp() else None

    def movements(self, begins: datetime, ends: datetime, after: int, limit: int) -> list[Answer]:
        """What came to the shop's account, left it and came back in the period; after a number. Raises
        OSError."""
        with opened(self.path) as file:
            self._reach(read_switch(file, self.shop))
            return Books(file, self.shop).movements(written(begins), written(ends), after, limit)

    def _reach(self, switch: Switch) -> None:
        if switch.mode is Mode.DOWN:
            raise ConnectionError("the bank is not reached")

    def open_link(self, key: str, wish: Wish) -> Shown:
        """Make a payment link, or give the key's one again. Raises Refused, OSError.

        The switch's count is for refunds alone.
        """
        with opened(self.path) as file:
            mode = read_switch(file, self.shop).mode
            if mode in {Mode.DOWN, Mode.LOSE_REQUEST}:
                raise ConnectionError("the bank is not reached")
            link = Links(file, self.shop).open(key, wish)
        if mode is Mode.LOSE_ANSWER:
            raise TimeoutError("the bank did not answer")
        return link

    def read_link(self, reference: str) -> Shown | None:
        """A link as it now is, None if there is none. Raises OSError."""
        with opened(self.path) as file:
            self._reach(read_switch(file, self.shop))
            return Links(file, self.shop).find(reference)

    def payment(self, reference: str) -> Answer | None:
        """What came in by a link, None if there is none of this reference. Raises OSError."""
        with opened(self.path) as file:
            self._reach(read_switch(file, self.shop))
            return Moved(file, self.shop).payment(reference)

    def close_link(self, reference: str) -> Shown | None:
        """Let nobody pay by it any more; None if there is none. Raises OSError."""
        with opened(self.path) as file:
            self._reach(read_switch(file, self.shop))
            return Links(file, self.shop).close(reference)

    # What follows is for the bank's own page and for tests; it works whatever the switch says.

    @property
    def switch(self) -> Switch:
        with opened(self.path) as file:
            return read_switch(file, self.shop)

    @switch.setter
    def switch(self, switch: Switch) -> None:
        with opened(self.path) as file:
            write_switch(file, self.shop, switch)

    def find(self, reference: str) -> Answer | None:
        """One refund as the bank has it, None if there is none."""
        with opened(self.path) as file:
            return Books(file, self.shop).find(reference)

    def link(self, reference: str) -> Shown | None:
        """A payment link as its page shows it."""
        with opened(self.path) as file:
            return Links(file, self.shop).find(reference)

    def pay(self, reference: str) -> Shown:
        """Whoever has the link pays. Raises Refused."""
        with opened(self.path) as file:
            return Links(file, self.shop).pay(reference)

    def decline(self, reference: str) -> None:
        """Whoever has the link tries, and the card is refused."""
        with opened(self.path) as file:
            Links(file, self.shop).decline(reference)

    def turn(self, reference: str, state: str, reason: str = "") -> None:
        """Settle a refund ("succeeded"), or take it back ("failed")."""
        with opened(self.path) as file:
            books = Books(file, self.shop)
            books.turn(reference, state, reason)
            books.note(f"turned to {state}", reference)

    def close(self, payment: str, *, closed: bool = True) -> None:
        """Take no more refunds to a payment, or take them again."""
        with opened(self.path) as file:
            Books(file, self.shop).close(payment, closed=closed)

    def refund_by_hand(self, ask: Ask) -> Answer:
        """A refund that the shop makes at the bank itself, past the portal. Raises Refused."""
        with opened(self.path) as file:
            books = Books(file, self.shop)
            answer = books.decide(ask, Switch())
            books.note(answer.get("error", "refunded by hand"), ask.payment)
        return _passed_on(answer)

    def statement(self, limit: int = 50, before: str = "") -> list[Answer]:
        """The shop's refunds as the bank has them, newest first; those older than one, if it is named."""
        with opened(self.path) as file:
            return Books(file, self.shop).latest(limit, before)

    def payments(self, limit: int = 50, before: int = LAST) -> list[Paid]:
        """The payments that the bank knows of, newest first; those older than a number."""
        with opened(self.path) as file:
            return Books(file, self.shop).payments(limit, before)

    def journal(self, limit: int = 50, before: int = LAST) -> list[Line]:
        """What the bank noted of the shop's requests, newest first; those older than a number."""
        with opened(self.path) as file:
            return Books(file, self.shop).lines(limit, before)


def _passed_on(answer: Answer, *, lost: bool = False) -> Answer:
    error = answer.get("error")
    if lost or error == "not_arrived":
        raise TimeoutError("the bank did not answer")
    if error == "in_progress":
        raise ConnectionError("a request with this key is still under way")
    if error:
        raise Refused(error)
    return answer
