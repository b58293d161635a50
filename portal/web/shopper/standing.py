"""Where a return stands, in a shopper's words: the way, the money, what happened."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.audit import Event, Trail
from portal.db import here, session
from portal.i18n import Amount, Message, say
from portal.policies import Resolution
from portal.policies.promises import send_by
from portal.refunds.lifecycle import HELD, Destination, LegState
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.progress import STOPPED, all_sent, progress_of, replaceable
from portal.refunds.quoting import open_items, plan_for
from portal.refunds.routing import MANUAL
from portal.refunds.tendering import Leg
from portal.returns import ItemState, Note, Return, Stage
from portal.returns.standing import nothing_comes, paid_by
from portal.web.shopper.reduced import Less
from portal.web.shopper.wording import arriving, destination

STAGES = (
    Stage.REQUESTED, Stage.APPROVED, Stage.ON_ITS_WAY, Stage.RECEIVED, Stage.CHECKED, Stage.REFUNDED,
)  # fmt: skip
ENDED = frozenset({Stage.DENIED, Stage.CANCELLED, Stage.EXPIRED})
WORDS = {
    Stage.REQUESTED: say("Requested"),
    Stage.APPROVED: say("Approved"),
    Stage.ON_ITS_WAY: say("On its way"),
    Stage.RECEIVED: say("Received"),
    Stage.CHECKED: say("Checked"),
    Stage.REFUNDED: say("Refunded"),
    Stage.DENIED: say("Not accepted"),
    Stage.CANCELLED: say("Cancelled"),
    Stage.EXPIRED: say("Ended, since nothing came"),
}
# What comes next for who returns a gift, where that is not money.
GIFTS = {
    Stage.RECEIVED: say("It has arrived. We check it next, then your store credit is made."),
    Stage.CHECKED: say("It is checked. Your store credit is made next."),
    Stage.REFUNDED: say("All of it is done. Your store credit stands under your e-mail address."),
    Stage.DENIED: say("There is no store credit for it. Write to us if you see it differently."),
}
EXCHANGES = {
    Stage.RECEIVED: say("It has arrived. We check it next, then what you chose is sent."),
    Stage.CHECKED: say("It is checked. What you chose is sent next."),
    Stage.REFUNDED: say("All of it is done. What you chose is on its way to you."),
}
AT_ONCE = timedelta(minutes=1)
CREDITED = say("Credited")
EXCHANGED = say("Exchanged")
MONEY = {
    LegState.APPROVED: say("on its way"),
    LegState.SUBMITTED: say("on its way"),
    LegState.UNKNOWN: say("on its way"),
    LegState.PENDING: say("sent, your bank is working on it"),
    LegState.SUCCEEDED: say("sent"),
}
EVENTS: dict[str, tuple[Message, str]] = {
    Event.RETURN_REQUESTED: (say("Return requested"), ""),
    Event.RESOLUTION_CHANGED: (say("You chose something else for it"), ""),
    Event.RETURN_UNANNOUNCED: (say("Your parcel came without a request"), ""),
    Event.RETURN_AUTHORIZED: (say("Approved"), ""),
    Event.RETURN_DENIED: (say("Not accepted"), "bad"),
    Event.RETURN_CANCELLED: (say("Cancelled"), ""),
    Event.RETURN_EXPIRED: (say("Ended, since nothing came"), "warn"),
    Event.RETURN_REOPENED: (say("Opened again"), ""),
    Event.MESSAGE_WRITTEN: (say("Message written"), ""),
    Event.LABEL_ISSUED: (say("Label ready"), ""),
    Event.PARCEL_SENT: (say("Parcel sent"), ""),
    Event.PARCEL_DELIVERED: (say("Parcel delivered"), ""),
    Event.PARCEL_RECEIVED: (say("Parcel received"), ""),
    Event.ITEM_MISSING: (say("Something is missing in the parcel"), "warn"),
    Event.ITEM_KEPT: (say("It need not come back. You keep it"), "good"),
    Event.REDUCTION_PROPOSED: (say("We would refund less. Please look at it"), "warn"),
    Event.REDUCTION_ACCEPTED: (say("You accepted a lower refund"), ""),
    Event.REDUCTION_LAPSED: (say("A lower refund counts as accepted, since there was no answer"), ""),
    Event.REDUCTION_OBJECTED: (say("You objected to a lower refund"), ""),
    Event.REDUCTION_UPHELD: (say("Your objection was answered"), ""),
    Event.REDUCTION_CHANGED: (say("Your objection was answered"), "good"),
    Event.REDUCTION_WITHDRAWN: (say("The lower refund was taken back"), "good"),
    Event.CASE_OPENED: (say("Something else was in your parcel"), "warn"),
    Event.CASE_SOLVED: (say("Decided what becomes of it"), ""),
    Event.ITEM_INSPECTED: (say("Checked"), ""),
    Event.REFUND_APPROVED: (say("Refund approved"), ""),
    Event.LEG_SUCCEEDED: (say("Money sent"), "good"),
    Event.LEG_FAILED: (say("A payment did not go through. We see to it"), "warn"),
    Event.LEG_REVERSED: (say("A payment came back. We see to it"), "warn"),
    Event.DEMAND_OPENED: (say("Payment asked for"), ""),
    Event.DEMAND_PAID: (say("Your payment has arrived"), "good"),
    Event.DEMAND_PAID_LATE: (say("Your payment came too late. You get it back"), "warn"),
    Event.DEMAND_LAPSED: (say("Not paid in time"), "warn"),
    Event.DEMAND_CANCELLED: (say("Payment no longer asked for"), ""),
    Event.DEMAND_RETURNED: (say("Payment given back"), ""),
    Event.EXCHANGE_SHIPPED: (say("What you chose is sent"), "good"),
    Event.EXCHANGE_SOLD_OUT: (say("What you chose is sold out"), "warn"),
    Event.LEG_OFFERED: (say("We asked you whether store credit will do"), ""),
    Event.CREDIT_AGREED: (say("You said yes to store credit"), ""),
    Event.CREDIT_DECLINED: (say("You said no to store credit"), ""),
    Event.ACCOUNT_ASKED: (say("We asked you for a bank account"), ""),
    Event.ACCOUNT_NAMED: (say("You named a bank account"), ""),
    Event.CREDIT_ISSUED: (say("Store credit ready"), "good"),
}


@dataclass(frozen=True)
class Told:
    """The headline, a sentence below it, and a longer word of the shop's if there is one."""

    title: Message
    text: Message
    reason: str = ""


@dataclass(frozen=True)
class Money:
    """What comes back: (where, how far it is, amount) each, in minor units of the return's currency, and how
    much of that is goodwill."""

    legs: list[tuple[Message | str, Message, int]]
    goodwill: int = 0

    @property
    def total(self) -> int:
        return sum(amount for _, _, amount in self.legs)


def word(return_: Return, stage: Stage) -> Message:
    if stage is not Stage.REFUNDED or return_.resolution is Resolution.ORIGINAL:
        return WORDS[stage]
    return EXCHANGED if return_.resolution is Resolution.EXCHANGE else CREDITED


def telling(return_: Return, less: Sequence[Less] = (), *, sendable: bool = True) -> Told:
    """What there is to say, and what comes next. `sendable`: a parcel with a label is still to come."""
    stage = return_.stage
    if return_.attention and (stuck := _stuck(return_)):
        return stuck
    if asked := next((one.held for one in less if one.asks), None):
        text = say("We would refund less than planned. Please look at it by {day}.", day=asked.answer_by)
        return Told(say("Needs your attention"), text)
    if held := next((one.held for one in less if one.held.pending), None):
        answer = say("We look at your objection and answer by {day}.", day=held.decide_by)
        return Told(word(return_, stage), answer)
    if nothing_comes(return_) and stage is Stage.CHECKED:
        return Told(say("You keep it"), say("Nothing has to come back. Your money goes out all the same."))
    reason = denial_of(return_) if stage is Stage.DENIED or return_.state == "partially_authorized" else ""
    return Told(word(return_, stage), _next(return_, stage, sendable), reason)


def _stuck(return_: Return) -> Told | None:
    """That money could not be sent: what has arrived is no refund as long as a part of it has not."""
    if return_.gift:
        return None
    far = [progress_of(refund) for refund in _refunds(return_)]
    sent = Amount(sum(one.sent for one in far), return_.currency)
    stuck = Amount(sum(one.stuck for one in far), return_.currency)
    if not stuck.minor:
        return None
    still = say("{stuck} could not be sent yet: it is yours, and we see to it.", stuck=stuck)
    if not sent.minor:
        return Told(say("Not sent yet"), still)
    return Told(say("Sent in part"), say("{sent} was sent. {still}", sent=sent, still=still))


def _next(return_: Return, stage: Stage, sendable: bool) -> Message:
    known = GIFTS if return_.gift else EXCHANGES if return_.resolution is Resolution.EXCHANGE else {}
    if stage in known:
        return known[stage]
    if stage is Stage.REFUNDED and return_.resolution is Resolution.STORE_CREDIT:
        return say("All of it is done. Your credit is ready to be spent.")
    if stage is Stage.REFUNDED and return_.resolution is Resolution.GIFT_CARD:
        return say("All of it is done. The link to your gift card is in your mail.")
    if dated := _dated(return_, stage, sendable):
        return dated
    if stage is Stage.CHECKED and not return_.payable and all_sent(_refunds(return_)):
        return say("We keep you informed by mail.")
    return {
        Stage.ON_ITS_WAY: say("We tell you when it has arrived."),
        Stage.RECEIVED: say("It has arrived. We check it next, then your money goes out."),
        Stage.CHECKED: say("It is checked, and your money goes out next."),
        Stage.REFUNDED: say("All of it is done. Your bank may need a few days more."),
        Stage.DENIED: say("Nothing is refunded. Write to us if you see it differently."),
        Stage.CANCELLED: say("It was cancelled. You can begin again while the time to send back runs."),
        Stage.EXPIRED: say("Nothing was sent in time. Write to us if you have sent it."),
    }.get(stage, say("We keep you informed by mail."))


def _dated(return_: Return, stage: Stage, sendable: bool) -> Message | None:
    if stage is Stage.REQUESTED and return_.answer_by:
        return say("A person looks at it and answers by {day}.", day=return_.answer_by)
    if stage is Stage.CHECKED and (day := paid_by(return_)):
        return say("It is checked. Your money goes out by {day} at the latest.", day=day)
    if stage is not Stage.APPROVED or not return_.hand_in_by:
        return None
    if sendable:
        return send_by(return_.sending, return_.hand_in_by)
    return say("Send it by {day}. The same number holds for it.", day=return_.hand_in_by)


def denial_of(return_: Return) -> str:
    """The shop's own words on what it did not accept."""
    mine = (Note.tenant_id == here(), Note.return_id == return_.id)
    told = sa.select(Note.text).where(*mine, Note.kind == "denial")
    return session.scalars(told.order_by(Note.at.desc()).limit(1)).one_or_none() or ""


def journey(
    return_: Return, rows: Sequence[Trail]
) -> tuple[list[tuple[Message, datetime | None]], int] | None:
    """The six words with their days, and where it is; None when it ended otherwise, or all of it is kept."""
    if return_.stage in ENDED or nothing_comes(return_):
        return None
    sent = _first(parcel.sent_at or parcel.delivered_at for parcel in return_.parcels)
    received = _first(parcel.received_at for parcel in return_.parcels)
    checked = max((row.at for row in rows if row.event == Event.ITEM_INSPECTED), default=None)
    days = (return_.requested_at, return_.decided_at, sent, received, checked, return_.closed_at)
    steps = [(word(return_, stage), day) for stage, day in zip(STAGES, days, strict=True)]
    return steps, STAGES.index(return_.stage)


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


def kept_of(return_: Return) -> list[tuple[int, str]]:
    """What the shopper keeps although it is refunded: how many of each article."""
    kept = Counter(item.order_line.title for item in return_.items if item.state is ItemState.KEPT)
    return [(n, title) for title, n in kept.items()]


def money_of(return_: Return) -> Money | None:
    """What was sent, is on its way, and is planned; None when nothing is to be had, or nobody may know."""
    if return_.gift:
        return None
    refunds = _refunds(return_)
    legs = [leg for refund in refunds for leg in refund.legs if _counts(leg)]
    told = [(text, _how_far(leg), n) for leg in legs for text, n in arriving(_where(return_, leg), leg)]
    waiting = open_items(return_) if return_.stage not in ENDED else []
    if waiting:
        for leg in plan_for(return_, waiting).legs:
            coming = arriving(destination(return_, leg), leg)
            told += [(text, say("planned"), amount) for text, amount in coming]
    goodwill = sum(refund.goodwill for refund in refunds if refund.cancelled_at is None)
    return Money(told, goodwill) if told else None


def _counts(leg: RefundLeg) -> bool:
    """Whether its amount is still to come or has come; one that another leg replaces counts with that."""
    return leg.state in HELD or replaceable(leg)


def _how_far(leg: RefundLeg) -> Message:
    if leg.destination is Destination.EXCHANGE:
        return say("sent") if leg.state is LegState.SUCCEEDED else say("to be sent")
    if leg.gateway == MANUAL and leg.state is LegState.APPROVED:
        return say("the shop transfers it by hand")
    if leg.gateway == MANUAL and leg.state is LegState.SUCCEEDED:
        return say("transferred")
    if leg.state in STOPPED:
        return say("could not be sent, and is still yours")
    return MONEY[leg.state]


def _where(return_: Return, leg: RefundLeg) -> Message | str:
    return destination(return_, Leg(leg.amount, leg.payment_id, leg.destination))


def _refunds(return_: Return) -> Sequence[Refund]:
    query = sa.select(Refund).where(Refund.tenant_id == here(), Refund.return_id == return_.id)
    return session.scalars(query.options(selectinload(Refund.legs)).order_by(Refund.no)).all()


def timeline_of(rows: Sequence[Trail]) -> list[tuple[Message, datetime, Message | str, str]]:
    """What happened, the newest first; what was written of several units at once is told once."""
    told: list[Trail] = []
    for row in rows:
        if row.event in EVENTS and not (told and _same(told[-1], row)):
            told.append(row)
    return [(_title(row), row.at, _more(row), EVENTS[row.event][1]) for row in reversed(told)]


def _title(row: Trail) -> Message:
    if row.event == Event.RETURN_REQUESTED and row.actor_kind == "person":
        return say("Return requested for you by the shop")
    return EVENTS[row.event][0]


def _more(row: Trail) -> Message | str:
    return say("The shop made an exception to its rules for it.") if row.data.get("overrides") else ""


def _same(before: Trail, row: Trail) -> bool:
    """Whether it is the same act on one more unit."""
    return before.event == row.event and row.at - before.at < AT_ONCE
