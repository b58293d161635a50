"""What a mail is made of, and who knows it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.i18n import Amount, Message


@dataclass(frozen=True)
class Line:
    """A line of a list: articles with their number of pieces, or amounts with where they go."""

    text: str | Message
    quantity: int = 1
    detail: str = ""
    amount: Amount | None = None


@dataclass(frozen=True)
class Letter:
    """To whom, in which language ("" is the shop's), and what the event's templates need.

    `link` is the path of the page it leads to, below the shop's address: "s/…" or "". `policy`: the number of
    the policy's version that it is about, 0 where none is. Values by event:

    - all about a return: `gift`, whether it is a gift's, whose recipient reads no amounts; `order`, its
      order's number
    - requested: `number`, `items` (Lines), `answer_by` (a date or None)
    - approved: `number`, `items`, `declined` (Lines), `reason` (why those were declined, or ""), `to` (the
      return address in lines), `hand_in_by` (a date or None), `sending` (label, qr or own), `ahead`
      (whether another article is sent without waiting for these)
    - hand_in_soon, hand_in_last, expired: `number`, `items` (not handed in yet), `hand_in_by` (a date)
    - not_arrived, parcel_lost: `number`, `items` (awaited, or no longer), `sent_on` (a moment), `tracking`
      (may be empty), `until` (when it is over, of the first alone)
    - denied: `number`, `items`, `reason`
    - received: `number`, `items` (those that came)
    - reduction_proposed, reduction_upheld, reduction_changed, reduction_withdrawn: `number`, `items`,
      `ground` (a Message), `note` (what was found), `sums` (`before` and `after`, Amounts, or
      None), `answer` (why it was decided so, or ""), `until` (a date, None once it was answered),
      `exchange` (whether another article is given for it)
    - kept: `number`, `items` (those that the shopper keeps), `awaited`
    - exchange_shipped: `number`, `items`, `carrier`, `tracking` (each may be empty)
    - exchange_waits: `number`, `items`
    - exchange_ended: `number`, `items`, `credit` (whether store credit is given instead), `paid` (whether
      something that was paid on top goes back), `unpaid` (the Amount that was not paid, or None), `until`,
      `unwanted` (whether the shopper chose not to wait any more)
    - refunded: `number`, `parts` (Lines with amounts, by destination), `total` (an Amount),
      `counted` (what counts for another article besides, or None), `goodwill`,
      `explained` (Lines with amounts: what was planned and what was taken off; empty where nothing was),
      `comes_to` (what they add up to)
    - refund_failed: `number`
    - refund_stopped: `number`, `amount` (what could not be sent yet), `arrived`, `coming`, `stopped` (Lines
      with amounts, by destination)
    - account: `minutes` for which the link works
    - message: `number`, `lines` (what the shop wrote)
    - gift: `order` (its number), `minutes` for which the link works
    - link: `order` (its number), `minutes` for which the link works
    - new_password: `minutes` for which the link works
    - payment_asked: `number`, `amount`, `until` (a date), `bank` (lines, where no gateway takes it), `asked`
      (a Message: what for), `sent` (whether what it pays for did not wait for it)
    - payment_lapsed, payment_waived: the same
    - credit_offered, account_asked: `number`, `amount`, `until` (the moment when the link ends)
    - gift_card: `order`, `amount`, `until` (the moment when the link ends), `ends` (the card's, or None)
    - daily: `on` (the day), `count`, `late` (a Message and how many), `named` (number, Message, moment),
      `waiting` (a Message and how many), `owed` (Lines with amounts), `dead`, `tried` (numbers), `rows`,
      `seal` (lines)


    - second_due: `number`, `amount`, `first` (the name of who approved it first)
    - review_due: `draft` (its number), `who` asks, `why`
    - review_answered: `draft`, `who` answered, `why` (may be empty), `back` (whether it was sent back)
    - invitation: `role` (a Message), `until` (the moment when the link ends)
    """

    to: str
    values: Mapping[str, Any]
    name: str = ""
    language: str = ""
    link: str = ""
    policy: int = 0


Load = Callable[[uuid.UUID], Letter | None]
_loaders: dict[str, Load] = {}


def letter(event: str) -> Callable[[Load], Load]:
    """Register the loader of an event's letter: from the notice's `about` to the letter, None for nobody.

    It runs when the mail is written, in a transaction of the shop, and only reads.
    """

    def register(load: Load) -> Load:
        if event in _loaders:
            raise ValueError(f"{event} has a loader already")
        _loaders[event] = load
        return load

    return register


def loader_of(event: str) -> Load:
    """LookupError for an event that nobody registered here."""
    if event not in _loaders:
        raise LookupError(f"nobody knows the letter of {event}")
    return _loaders[event]
