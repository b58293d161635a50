"""What happened to a return, in a shopper's words."""

import uuid
from collections.abc import Container, Sequence
from datetime import datetime, timedelta

from portal.audit import Event, Trail
from portal.i18n import Message, say
from portal.policies import Resolution
from portal.refunds.lifecycle import Destination
from portal.returns import Return
from portal.web.shopper.money import refunds_of

AT_ONCE = timedelta(minutes=1)
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
    Event.DEMAND_WAIVED: (say("Nothing is to be paid any more"), "good"),
    Event.DEMAND_RETURNED: (say("Payment given back"), ""),
    Event.EXCHANGE_SHIPPED: (say("What you chose is sent"), "good"),
    Event.EXCHANGE_SOLD_OUT: (say("What you chose is sold out"), "warn"),
    Event.EXCHANGE_UNWANTED: (say("You chose not to wait for it any more"), ""),
    Event.LEG_OFFERED: (say("We asked you whether store credit will do"), ""),
    Event.CREDIT_AGREED: (say("You said yes to store credit"), ""),
    Event.CREDIT_DECLINED: (say("You said no to store credit"), ""),
    Event.ACCOUNT_ASKED: (say("We asked you for a bank account"), ""),
    Event.ACCOUNT_NAMED: (say("You named a bank account"), ""),
    Event.CREDIT_ISSUED: (say("Store credit ready"), "good"),
}


def timeline_of(return_: Return, rows: Sequence[Trail]) -> list[tuple[Message, datetime, Message | str, str]]:
    """What happened, the newest first; what was written of several units at once is told once."""
    counted, told = _counted(return_), list[tuple[Message, Trail]]()
    for row in rows:
        now = (_title(row, counted), row) if row.event in EVENTS else None
        if now and not (told and _same(told[-1], now)):
            told.append(now)
    return [(title, row.at, _more(row), EVENTS[row.event][1]) for title, row in reversed(told)]


def _counted(return_: Return) -> frozenset[uuid.UUID]:
    """The legs of its refunds that pay for another article; no money goes back by them."""
    if return_.resolution is not Resolution.EXCHANGE:
        return frozenset()
    legs = [leg for refund in refunds_of(return_) for leg in refund.legs]
    return frozenset(leg.id for leg in legs if leg.destination is Destination.EXCHANGE)


def _title(row: Trail, counted: Container[uuid.UUID]) -> Message:
    if row.event == Event.RETURN_REQUESTED and row.actor_kind == "person":
        return say("Return requested for you by the shop")
    if row.event == Event.LEG_SUCCEEDED and row.subject_id in counted:
        return say("Counted for your new article")
    return EVENTS[row.event][0]


def _more(row: Trail) -> Message | str:
    return say("The shop made an exception to its rules for it.") if row.data.get("overrides") else ""


def _same(before: tuple[Message, Trail], now: tuple[Message, Trail]) -> bool:
    """Whether it is the same act on one more unit."""
    alike = before[0] == now[0] and before[1].event == now[1].event
    return alike and now[1].at - before[1].at < AT_ONCE
