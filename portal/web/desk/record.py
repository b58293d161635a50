"""The record of a return: all there is to know of it, and what may be done to it now."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for

from portal.audit import Event
from portal.i18n import Message, say
from portal.people import Permission, Person
from portal.policies import PolicyVersion, Resolution
from portal.policies.rules import last_day
from portal.policies.versions import active_or_none
from portal.refunds.demands import demands_of, is_bound
from portal.refunds.demands.tending import askable
from portal.refunds.limiting import Alone, alone_by, why_two
from portal.refunds.planning import Plan
from portal.refunds.spendings import left, worthless
from portal.refunds.waiving import let_go
from portal.returns import ItemState, Parcel, Return
from portal.returns.clocks import dues
from portal.returns.parcels import awaited_parcel
from portal.returns.standing import nothing_comes, times_of
from portal.views.board import View
from portal.views.exchanges import latest_of
from portal.views.mailed import mails_of
from portal.views.record import Act, Record, Whole, recallable, record_of, repeatable, whole_return
from portal.views.seconding import first_of, lapsed_of
from portal.views.story import Story, story_of
from portal.views.talk import talk_of
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.forms import Look, NoteForm
from portal.web.desk.money import done_lines, goes_to, plan_lines, trade_of
from portal.web.desk.photos import desk_at
from portal.web.desk.queue import queue_of
from portal.web.desk.telling import told_of
from portal.web.desk.verdicts import whys_of
from portal.web.forms import Button, Form
from portal.web.outgoing import stands
from portal.web.photographs import album_of
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import me, permitted
from portal.web.talking import MessageForm, Seen

MOST_ROWS = 50
NEEDS = {
    Act.AUTHORIZE: Permission.DECIDE_RETURNS,
    Act.DENY: Permission.DECIDE_RETURNS,
    Act.CANCEL: Permission.DECIDE_RETURNS,
    Act.GIVE_UP: Permission.DECIDE_RETURNS,
    Act.TRACE: Permission.DECIDE_RETURNS,
    Act.KEEP: Permission.OVERRIDE,
    Act.REOPEN: Permission.OVERRIDE,
    Act.CLOSE: Permission.OVERRIDE,
    Act.APPROVE: Permission.APPROVE_REFUNDS,
    Act.GOODWILL: Permission.GRANT_GOODWILL,
    Act.CORRECT: Permission.CORRECT_INSPECTIONS,
    Act.WISH: Permission.DECIDE_RETURNS,
    Act.REDUCE: Permission.REDUCE_REFUNDS,
}


@desk.get("/returns/<uuid:id>")
@permitted(*READING)
def record(id: uuid.UUID) -> str:
    return drawn(id)


def as_it_is(whole: Whole) -> str:
    """The record, where another page about its return does not fit it any more."""
    return drawn(whole.return_.id, found=record_of(whole.return_.id, whole))


def drawn(id: uuid.UUID, posted: Form | None = None, found: Record | None = None) -> str:
    """The record; `posted` is the form that was not right, `found` what was read already."""
    found, person = found or record_of(id), me_here()
    return_, acts = found.return_, _open_to(found, person)
    told, plan, exchange = story_of(id), found.ready or found.whole, latest_of(return_)
    return page(
        "desk/record.html",
        record=found,
        return_=return_,
        acts=acts,
        posted=posted,
        story=told_of(told, return_),
        more=told.older is not None,
        way=_way(return_, told),
        dues=dues(times_of(return_), return_.policy.policy),
        queue=queue_of(return_),
        **approval(found, person),
        **_judged(return_),
        trade=trade_of(plan, exchange, return_.currency),
        **_money(return_, plan),
        done=[done_lines(refund, return_, found.credit_notes) for refund in found.refunds],
        note=posted if isinstance(posted, NoteForm) else NoteForm(thing=return_, action="note"),
        talk=talk_of(id, inside=True),
        mail_to=return_.email,
        mails=mails_of(id),
        mail_again=lambda notice: Button(notice, "again"),
        message=posted if isinstance(posted, MessageForm) else MessageForm(thing=return_, action="message"),
        seen=lambda: Seen(thing=return_, action="seen"),
        authorize=Button(return_, "authorize"),
        approve=Button(return_, "approve"),
        swap=(exchange, exchange and stands(exchange, return_)),
        papers=awaited_parcel(return_) is not None,
        most=MOST_ROWS,
        **_owed(return_),
        recallable=recallable,
        repeatable=repeatable,
        **_buttons(return_),
        w=wording,
    )


def _money(return_: Return, plan: Plan | None) -> dict[str, Any]:
    """What is refunded and where it goes, and what of the order can be."""
    return {
        "lines": plan_lines(return_, plan),
        "goes": goes_to(return_, plan),
        "room": left(return_.order),
        "worthless": worthless(return_.order).values(),
    }


def _owed(return_: Return) -> dict[str, Any]:
    """What its shopper owes, what of that was let go, and what an exchange hangs on."""
    owed = demands_of(return_)
    return {"owed": owed, "let_go": let_go(owed), "is_bound": is_bound}


def _judged(return_: Return) -> dict[str, Any]:
    """Why all of it was decided so, and what there is to see of it."""
    return {
        "whys": whys_of(return_),
        "album": album_of(return_.id, desk_at(return_.id)),
        "last_day": last_day,
    }


def _buttons(return_: Return) -> dict[str, Any]:
    """Those of which there is one for each refund, leg or demand."""
    return {
        "recall": lambda refund: Button(return_, f"recall/{refund.id}"),
        "again": lambda leg: Button(return_, f"again/{leg.id}"),
        "ask": lambda action, demand: Button(return_, f"owed-{action}/{demand.id}"),
        "look": lambda demand: Look(thing=return_, action=f"owed-look/{demand.id}"),
        "askable": askable,
    }


def me_here() -> Person:
    """The person of the staff whom `permitted` let in."""
    person = me()
    assert person
    return person


def _open_to(found: Record, person: Person) -> frozenset[Act]:
    """What is legal now and permitted to this person."""
    return frozenset(act for act in found.acts if person.may(NEEDS[act]))


@dataclass(frozen=True)
class Limits:
    """What one may approve: at `most` so much, in minor units, None: any; and above `alone` not alone.

    `version`: of the policy in force. While it is kept here, a return under it does not read it again.
    """

    alone: Alone
    most: int | None = None
    version: PolicyVersion | None = None


def limits_of(person: Person, return_: Return, *, hold: bool = False) -> Limits:
    """Of this person, for a refund of this return.

    They are those of the policy in force: what somebody may do follows from today's rules. A currency
    without an amount may not be approved at all by whoever has a limit. `hold` them, to act on them.
    """
    if not person.may(Permission.APPROVE_REFUNDS):
        return Limits(Alone(return_.currency))
    version = active_or_none(hold=hold, whole=True)
    limits, currency = (version or return_.policy).limits, return_.currency
    most = None if person.may(Permission.APPROVE_ANY_REFUND) else limits.agent_limit.get(currency, 0)
    return Limits(alone_by(limits, currency), most, version)


def over(amount: int, most: int | None) -> bool:
    return most is not None and amount > most


def approval(found: Record, person: Person) -> dict[str, Any]:
    """Whether the refund that is ready is above the person's limit, why it takes two, and what the first
    did, or had done."""
    if found.ready is None or not person.may(Permission.APPROVE_REFUNDS):
        return {"limit": None, "over": False, "two": None, "first": None, "lapsed": None}
    limits = limits_of(person, found.return_)
    before = sum(refund.amount for refund in found.refunds if refund.cancelled_at is None)
    return {
        "limit": limits.most,
        "over": over(found.ready.amount, limits.most),
        "two": why_two(found.ready, limits.alone, person.id, this_face().zone, before),
        "first": first_of(found, person.id),
        "lapsed": lapsed_of(found),
        **{name: Button(found.return_, name) for name in ("propose", "withdraw", "ungive")},
    }


@dataclass(frozen=True)
class Step:
    """A word of the way: when it was reached, or how many of how many units have."""

    word: Message
    at: datetime | None = None
    some: Message | None = None


@dataclass(frozen=True)
class Way:
    steps: Sequence[Step]
    here: int


def _way(return_: Return, story: Story) -> Way | None:
    """The six words and at which one it is; None when it ended otherwise, or the shopper keeps it all.

    The day of the last check is the story's: without it where that reaches further back than is told.
    """
    if return_.stage not in wording.STAGES or nothing_comes(return_):
        return None
    checks = (entry.at for entry in story.entries if entry.event == Event.ITEM_INSPECTED)
    checked = max(checks, default=None)
    known = [
        (return_.requested_at, None),
        (return_.decided_at, None),
        (_last(return_.parcels, "sent_at"), None),
        (_last(return_.parcels, "received_at"), _part(return_, CAME)),
        (checked, _part(return_, CHECKED)),
        (return_.closed_at, None),
    ]
    words = [wording.VIEWS[View(stage.value)] for stage in wording.STAGES]
    if return_.resolution is Resolution.EXCHANGE:
        words[-1] = say("Exchanged")
    steps = [Step(word, at, some) for word, (at, some) in zip(words, known, strict=True)]
    return Way(steps, wording.STAGES.index(return_.stage))


CAME = frozenset({ItemState.RECEIVED, ItemState.INSPECTED})
CHECKED = frozenset({ItemState.INSPECTED})
GONE = frozenset({ItemState.KEPT, ItemState.DECLINED, ItemState.CANCELLED, ItemState.EXPIRED})


def _part(return_: Return, states: frozenset[ItemState]) -> Message | None:
    """So many of so many, while that is neither none nor all."""
    n = sum(item.state in states for item in return_.items)
    whole = sum(item.state not in GONE for item in return_.items)
    return say("{n} of {all}", n=n, all=whole) if 0 < n < whole else None


def _last(parcels: Sequence[Parcel], name: str) -> datetime | None:
    return max((moment for p in parcels if (moment := getattr(p, name))), default=None)


@desk.get("/returns/<uuid:id>/story")
@permitted(*READING)
def story(id: uuid.UUID) -> str:
    """All that happened, the newest first."""
    return_ = whole_return(id)
    before = request.args.get("before", "")
    found = story_of(id, int(before) if before.isascii() and before.isdigit() else None, MOST_ROWS)
    older = found.older and url_for("desk.story", id=id, before=found.older)
    return page("desk/story.html", return_=return_, story=told_of(found, return_), older=older)
