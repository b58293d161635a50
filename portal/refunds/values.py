"""Stored value, which store credit and gift cards are: issued, spent at the shop's till, released when that
sale did not happen, expired when its time is over. Amounts in minor units. What is written here has its
holder locked by the caller.
"""

import uuid
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from portal import clock
from portal.audit import Actor, Chained, Change, Event, record
from portal.db import here, session
from portal.errors import Conflict, NotFound, Refusal
from portal.feed import Fact, Kind, publish
from portal.i18n import Amount, say
from portal.ids import uuid7
from portal.inserting import insert_new
from portal.jobs import Lease, enqueue
from portal.ledger import Line, Role, Source, entry_of, post, reverse
from portal.refunds.models import CreditEntry, GiftCard, GiftCardEntry, RefundLeg, StoreCredit
from portal.refunds.turns import refunds_paid_with
from portal.tenants import this_shop

LONGEST = 40  # characters of a reference
BACK = timedelta(days=30)  # how long what is released too late may still be spent
Holder = StoreCredit | GiftCard


@dataclass(frozen=True)
class Sort:
    """A kind of stored value: the lines of its statements and their column for the holder, what it is called
    in trail and books, which account owes it, and what the trail says of it."""

    entry: Any
    column: str
    subject: str
    word: str
    liability: Role
    spent: Event
    released: Event
    expired: Event

    @property
    def of(self) -> Any:
        """The column by which a line names its holder."""
        return getattr(self.entry, self.column)


CREDIT = Sort(
    *(CreditEntry, "credit_id", "store_credit", "credit", Role.CREDIT_LIABILITY),
    *(Event.CREDIT_SPENT, Event.CREDIT_RELEASED, Event.CREDIT_EXPIRED),
)
CARD = Sort(
    *(GiftCardEntry, "card_id", "gift_card", "gift_card", Role.GIFT_CARD_LIABILITY),
    *(Event.CARD_SPENT, Event.CARD_RELEASED, Event.CARD_EXPIRED),
)


def sort_of(holder: Holder) -> Sort:
    return CARD if isinstance(holder, GiftCard) else CREDIT


@dataclass(frozen=True)
class Taken:
    """What a till did: the line of the statement, and what is left in minor units. `again`: it had been
    done before, and nothing was done now."""

    entry: uuid.UUID
    left: int
    again: bool = False


def enter(holder: Holder, kind: str, source: str, amount: int) -> uuid.UUID:
    """Write a line of the statement and move the balance by it; the line's id.

    Raises Conflict when it stands there already, Refusal when more would go than there is.
    """
    id, sort = uuid7(), sort_of(holder)
    row = {"id": id, "tenant_id": here(), sort.column: holder.id, "kind": kind, "source": source}
    if not insert_new(sort.entry, row | {"amount": amount, "at": clock.now()}):
        raise Conflict(say("This has been entered already."))
    _move(holder, amount)
    return id


def _move(holder: Holder, amount: int) -> None:
    kind: Any = type(holder)
    moving = sa.update(kind).where(kind.id == holder.id, kind.balance + amount >= 0)
    moving = moving.values(balance=kind.balance + amount).execution_options(synchronize_session=False)
    if session.execute(moving).rowcount != 1:  # type: ignore[attr-defined]
        raise too_little(holder)
    set_committed_value(holder, "balance", holder.balance + amount)


def too_little(holder: Holder) -> Refusal:
    left = Amount(holder.balance, holder.currency)
    return Refusal(say("Only {left} is left.", left=left), "amount")


def issue(holder: Holder, kind: str, leg: RefundLeg) -> None:
    """Put a leg's amount and its bonus on it, post and tell that. Once for each leg, else Conflict."""
    return_, whole = leg.refund.return_, leg.amount + leg.bonus
    entry = enter(holder, kind, str(leg.id), whole)
    lines = [Line(Role.REFUNDS_PAYABLE, debit=leg.amount), Line(sort_of(holder).liability, credit=whole)]
    if leg.bonus:
        lines.append(Line(Role.CREDIT_BONUS, debit=leg.bonus))
    post(Source("leg.succeeded", leg.id, return_.id, return_.rma), holder.currency, lines)
    told = _fact("issued", holder, entry, whole, refund=str(leg.refund_id), leg=str(leg.id))
    publish([replace(told, about=return_.id)])


def spend(holder: Holder, chain: Chained, amount: Amount, reference: str, by: Actor) -> Taken:
    """Take an amount off. `reference` is the till's own, for example the new order's number, and spends
    once: repeated with the same amount it changes nothing. `chain`: whose trail tells of it.

    Raises Refusal for less than one minor unit or more than is left; Conflict when the reference has spent
    something else, or was released.
    """
    sort, reference = sort_of(holder), named(reference)
    if before := line_of(sort, "spend", reference):
        return _again(sort, holder, before, amount)
    _must_be_spendable(holder, amount)
    entry = enter(holder, "spend", reference, -amount.minor)
    lines = [
        Line(sort.liability, debit=amount.minor),
        Line(Role.STORED_VALUE_CLEARING, credit=amount.minor),
    ]
    post(Source(f"{sort.word}.spent", entry, holder.id, reference), holder.currency, lines)
    publish([_fact("spent", holder, entry, amount.minor, reference=reference)])
    record(chain, sort.spent, by, [Change(sort.subject, holder.id)], amount=amount.minor, entry=str(entry))
    return Taken(entry, holder.balance)


def named(reference: str) -> str:
    """The till's reference without blanks around it. Raises Refusal for one that cannot be one."""
    reference = reference.strip()
    if not 0 < len(reference) <= LONGEST or not reference.isprintable():
        raise Refusal(say("A reference has 1 to {n} characters.", n=LONGEST), "reference")
    return reference


def line_of(sort: Sort, kind: str, source: str) -> Any:
    """The line of this source, whoever's it is; None if there is none."""
    entry = sort.entry
    mine = sa.select(entry).where(entry.tenant_id == here(), entry.kind == kind, entry.source == source)
    return session.scalar(mine)


def _again(sort: Sort, holder: Holder, before: Any, amount: Amount) -> Taken:
    same = (getattr(before, sort.column), -before.amount) == (holder.id, amount.minor)
    if not same or amount.currency != holder.currency:
        raise Conflict(say("This reference has spent another amount already."), "reference")
    if line_of(sort, "release", before.source):
        raise Conflict(say("What this reference spent was released. Use another one."), "reference")
    return Taken(before.id, holder.balance, again=True)


def _must_be_spendable(holder: Holder, amount: Amount) -> None:
    if amount.minor <= 0:
        raise Refusal(say("Spend at least one minor unit."), "amount")
    if amount.currency != holder.currency:
        raise Refusal(say("This is not the currency it is kept in."), "amount")
    if is_over(holder):
        raise Refusal(say("Its time is over."))
    if amount.minor > holder.balance:
        raise too_little(holder)


def is_over(holder: Holder) -> bool:
    return holder.expires_at is not None and holder.expires_at <= clock.now()


def release(holder: Holder, chain: Chained, reference: str, by: Actor, spent_on: uuid.UUID) -> Taken:
    """Give back what a reference spent, whole, since the sale did not happen. Repeating it does nothing.

    It goes to `holder`, which is the one that spent it, `spent_on`, or what stands for it now. What comes
    back after its time may be spent for a while longer. Raises NotFound: this reference has spent nothing
    of it.
    """
    sort, reference = sort_of(holder), named(reference)
    before = line_of(sort, "spend", reference)
    if before is None or getattr(before, sort.column) != spent_on:
        raise NotFound("spend")
    if done := line_of(sort, "release", reference):
        return Taken(done.id, holder.balance, again=True)
    if _refunded(holder, reference):
        raise Conflict(say("This sale was refunded, in part or whole, so it did happen."), "reference")
    expire(holder, chain, by)  # what else is on it does not last longer with what comes back
    entry = enter(holder, "release", reference, -before.amount)
    posted = entry_of(f"{sort.word}.spent", before.id)
    assert posted
    reverse(posted, Source(f"{sort.word}.released", entry, posted.about, reference))
    if is_over(holder):
        until(holder, midnight_after((clock.now() + BACK).astimezone(_zone()).date()))
    publish([_fact("released", holder, entry, -before.amount, reference=reference)])
    record(chain, sort.released, by, [Change(sort.subject, holder.id)], amount=-before.amount)
    return Taken(entry, holder.balance)


def _refunded(holder: Holder, reference: str) -> bool:
    """Whether a refund of an order that was paid with it stands, wherever it goes: back to it, to another
    payment, to new stored value, or into an exchange."""
    found = refunds_paid_with(sort_of(holder).subject, [reference], holder.currency)
    return session.execute(found.limit(1)).first() is not None


def extend(holder: Holder, months: int | None, empty: bool) -> None:
    """Let it last so many months from today on, or for ever; never shorter than it did.

    `empty`: nothing was on it before, so that no promise of before binds.
    """
    if months is None:
        return until(holder, None)
    if holder.expires_at is None and not empty:
        return None
    last = midnight_after(months_on(clock.now().astimezone(_zone()).date(), months))
    return until(holder, max(last, holder.expires_at) if holder.expires_at and not empty else last)


def until(holder: Holder, moment: datetime | None) -> None:
    """It ends at this moment: a job is ordered for it."""
    holder.expires_at = moment
    if moment:
        word = sort_of(holder).word
        enqueue(f"{word}.expire", {"holder": holder.id}, expiry_key(holder.id, moment), run_at=moment)


def expiry_key(holder: uuid.UUID, moment: datetime) -> str:
    return f"expire/{holder}/{int(moment.timestamp())}"


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def midnight_after(day: date) -> datetime:
    """The end of a day at the shop's place."""
    return datetime.combine(day + timedelta(days=1), time(), _zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(this_shop().zone)


def _fact(what: str, holder: Holder, entry: uuid.UUID, amount: int, **data: str) -> Fact:
    """What the shop's systems are told. Of a card that takes another's place they are told nothing."""
    word = sort_of(holder).word
    told = {word: str(holder.id)} | data
    return Fact(Kind(f"{word}.{what}"), entry, None, amount, holder.currency, told)


def due(holder: Holder, lease: Lease) -> bool:
    """Whether this job finds it over. One that comes a moment early by this machine's clock comes again;
    one for a time that was moved has nothing to do."""
    if is_over(holder):
        return True
    if holder.expires_at and lease.key == expiry_key(holder.id, holder.expires_at):
        lease.later(holder.expires_at - clock.now() + timedelta(seconds=1))
    return False


def expire(holder: Holder, chain: Chained, by: Actor) -> int:
    """Take off what is left when its time is over; how much that was. Before its time it does nothing."""
    left, sort = holder.balance, sort_of(holder)
    if not is_over(holder) or not left:
        return 0
    entry = enter(holder, "expire", f"{holder.id}/{clock.now().isoformat()}", -left)
    lines = [Line(sort.liability, debit=left), Line(Role.BREAKAGE_INCOME, credit=left)]
    post(Source(f"{sort.word}.expired", entry, holder.id, ""), holder.currency, lines)
    publish([_fact("expired", holder, entry, left)])
    record(chain, sort.expired, by, [Change(sort.subject, holder.id)], amount=left)
    return left
