"""Where a return stands, in a shopper's words, and what comes next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal import clock
from portal.audit import Event, Trail
from portal.db import here, session
from portal.i18n import Amount, Message, say
from portal.policies import Resolution
from portal.policies.promises import send_by
from portal.refunds.progress import all_sent, progress_of
from portal.returns import ItemState, Note, Return, Stage
from portal.returns.exchanges.models import Exchange
from portal.returns.reductions.models import Reduction
from portal.returns.standing import nothing_comes, paid_by
from portal.web.shopper.exchanged import headed, owing
from portal.web.shopper.money import ENDED, refunds_of
from portal.web.shopper.reduced import Less

STAGES = (
    Stage.REQUESTED, Stage.APPROVED, Stage.ON_ITS_WAY, Stage.RECEIVED, Stage.CHECKED, Stage.REFUNDED,
)  # fmt: skip
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
THANKS = (say("Thank you for your payment"), say("It is confirmed in a moment."))
CREDITED = say("Credited")
EXCHANGED = say("Exchanged")


@dataclass(frozen=True)
class Told:
    """The headline, a sentence below it, and a longer word of the shop's if there is one."""

    title: Message
    text: Message
    reason: str = ""


def word(return_: Return, stage: Stage) -> Message:
    if stage is not Stage.REFUNDED or return_.resolution is Resolution.ORIGINAL:
        return WORDS[stage]
    return EXCHANGED if return_.resolution is Resolution.EXCHANGE else CREDITED


def telling(
    return_: Return,
    less: Sequence[Less] = (),
    exchange: Exchange | None = None,
    *,
    sendable: bool = True,
    paid: bool = False,
) -> Told:
    """What there is to say, and what comes next. `sendable`: a parcel with a label is still to come. `paid`:
    what they owe, if the bank is right, of which it is asked next."""
    stage = return_.stage
    if urgent := _stuck(return_) or _lessened(return_, less):
        return urgent
    if due := THANKS if paid else owing(return_, exchange) or headed(return_, exchange):
        return Told(due[0] or word(return_, stage), due[1])
    if nothing_comes(return_) and stage is Stage.CHECKED:
        return Told(say("You keep it"), say("Nothing has to come back. Your money goes out all the same."))
    reason = denial_of(return_) if stage is Stage.DENIED or return_.state == "partially_authorized" else ""
    return Told(word(return_, stage), _next(return_, stage, sendable), reason)


def _lessened(return_: Return, less: Sequence[Less]) -> Told | None:
    """That a lower refund waits for the shopper's answer, or for the shop's."""
    if asked := next((one.held for one in less if one.asks), None):
        text = say("We would refund less than planned. Please look at it by {day}.", day=asked.answer_by)
        return Told(say("Needs your attention"), text)
    if held := next((one.held for one in less if one.held.pending), None):
        return Told(word(return_, return_.stage), _objection(held))
    return None


def _stuck(return_: Return) -> Told | None:
    """That money could not be sent: what has arrived is no refund as long as a part of it has not."""
    if return_.gift or not return_.attention:
        return None
    far = [progress_of(refund) for refund in refunds_of(return_)]
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
    if stage is Stage.CHECKED and not return_.payable and all_sent(refunds_of(return_)):
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
        return _answered_by(return_.answer_by)
    if stage is Stage.CHECKED and (day := paid_by(return_)):
        return say("It is checked. Your money goes out by {day} at the latest.", day=day)
    if stage is not Stage.APPROVED or not return_.hand_in_by:
        return None
    if sendable:
        return send_by(return_.sending, return_.hand_in_by)
    return say("Send it by {day}. The same number holds for it.", day=return_.hand_in_by)


def _answered_by(at: datetime) -> Message:
    if at > clock.now():
        return say("A person looks at it and answers by {day}.", day=at)
    return say("A person looks at it. We wanted to answer by {day}, and are sorry to be late.", day=at)


def _objection(held: Reduction) -> Message:
    day = held.decide_by
    if held.overdue:
        return say(
            "We look at your objection. We wanted to answer by {day}, and are sorry to be late.", day=day
        )
    return say("We look at your objection and answer by {day}.", day=day)


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
