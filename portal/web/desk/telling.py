"""The trail of a return as sentences for the staff."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.audit import Event
from portal.i18n import Amount, Message, say
from portal.notices.naming import MAILS
from portal.policies import Disposition, Grade
from portal.policies.promises import WAY_BACK
from portal.refunds.goodwill import GoodwillReason
from portal.returns import Return
from portal.views.story import Entry, Story
from portal.web.desk.money import units
from portal.web.desk.wording import DISPOSITIONS, GIVING, GRADES, RESOLUTIONS, WHY


@dataclass(frozen=True)
class Told:
    """A line of the timeline. `text` says more, `who` is a name or a word for what acted by itself."""

    no: int
    title: Message | str
    text: Message | str
    at: datetime
    who: Message | str
    tone: str


WHO = {
    "shopper": say("shopper"),
    "recipient": say("recipient of the gift"),
    "job": say("by itself"),
    "system": say("by rule"),
    "api": say("the shop's system"),
    "person": say("somebody who left"),
}
TITLES: dict[str, tuple[Message, str]] = {
    Event.DRAFT_STARTED: (say("Started"), ""),
    Event.ITEMS_CHOSEN: (say("Items chosen"), ""),
    Event.REASONS_GIVEN: (say("Reasons given"), ""),
    Event.SENDING_CHOSEN: (say("Way back chosen"), ""),
    Event.RESOLUTION_CHOSEN: (say("Resolution chosen"), ""),
    Event.RESOLUTION_CHANGED: (say("Wants something else now"), "warn"),
    Event.RECIPIENT_NAMED: (say("Recipient of the gift gave an address"), ""),
    Event.RECIPIENT_PROVEN: (say("Address proven"), ""),
    Event.RETURN_REQUESTED: (say("Requested"), "brand"),
    Event.RETURN_UNANNOUNCED: (say("Came unannounced"), "brand"),
    Event.RETURN_AUTHORIZED: (say("Authorized"), "good"),
    Event.RETURN_DENIED: (say("Denied"), "bad"),
    Event.RETURN_CANCELLED: (say("Cancelled"), ""),
    Event.RETURN_EXPIRED: (say("Expired, since nothing came"), "warn"),
    Event.RETURN_CLOSED: (say("Closed"), "good"),
    Event.RETURN_REOPENED: (say("Opened again"), "warn"),
    Event.NOTE_ADDED: (say("Note written"), ""),
    Event.PHOTO_ADDED: (say("Photos added"), ""),
    Event.PHOTO_REMOVED: (say("Photos removed"), ""),
    Event.MESSAGE_WRITTEN: (say("Message written"), ""),
    Event.MESSAGE_SETTLED: (say("Message needs no answer"), ""),
    Event.LABEL_ISSUED: (say("Label issued"), ""),
    Event.PARCEL_SENT: (say("Parcel sent"), ""),
    Event.PARCEL_DELIVERED: (say("Parcel delivered"), ""),
    Event.PARCEL_RECEIVED: (say("Parcel received"), "brand"),
    Event.PARCEL_LOST: (say("Parcel lost"), "bad"),
    Event.PARCEL_AWAITED: (say("Parcel awaited for longer"), ""),
    Event.ITEM_JOINED: (say("One more unit joined"), "brand"),
    Event.ITEM_RECEIVED: (say("Taken in"), "brand"),
    Event.ITEM_MISSING: (say("No longer awaited"), "warn"),
    Event.ITEM_KEPT: (say("Kept by the shopper"), "warn"),
    Event.ITEM_INSPECTED: (say("Checked"), "good"),
    Event.ITEM_CORRECTED: (say("Check taken back"), "warn"),
    Event.GOODWILL_GRANTED: (say("Goodwill granted"), ""),
    Event.GOODWILL_WITHDRAWN: (say("Goodwill taken back"), "warn"),
    Event.REFUND_PROPOSED: (say("Refund approved by the first of two"), ""),
    Event.PROPOSAL_WITHDRAWN: (say("First approval taken back"), "warn"),
    Event.REFUND_APPROVED: (say("Refund approved"), "good"),
    Event.REFUND_CANCELLED: (say("Approval taken back"), "warn"),
    Event.LEG_SUBMITTED: (say("Refund being sent"), ""),
    Event.LEG_UNKNOWN: (say("No answer about the refund"), "warn"),
    Event.LEG_PENDING: (say("Refund accepted, not settled yet"), ""),
    Event.LEG_SUCCEEDED: (say("Refund sent"), "good"),
    Event.LEG_FAILED: (say("Refund failed"), "bad"),
    Event.LEG_REVERSED: (say("Refund came back"), "bad"),
    Event.LEG_REPLACED: (say("Refund sent again"), ""),
    Event.LEG_CANCELLED: (say("Amount goes another way"), "warn"),
    Event.EXCHANGE_PICKED: (say("Another article picked"), ""),
    Event.EXCHANGE_REQUESTED: (say("Another article kept for the shopper"), ""),
    Event.EXCHANGE_LET_GO: (say("Another article kept no longer"), "warn"),
    Event.EXCHANGE_UNWANTED: (say("The shopper does not wait for another article any more"), ""),
    Event.EXCHANGE_KEPT_AGAIN: (say("Another article kept for the shopper again"), ""),
    Event.EXCHANGE_SOLD_OUT: (say("Another article sold out"), "warn"),
    Event.EXCHANGE_TO_PAY: (say("Exchange waits for a payment"), ""),
    Event.EXCHANGE_RELEASED: (say("Exchange may be sent"), ""),
    Event.EXCHANGE_SHIPPED: (say("Another article sent"), "good"),
    Event.EXCHANGE_ENDED: (say("Exchange given up"), "warn"),
    Event.LEG_OFFERED: (say("Shopper asked about store credit"), ""),
    Event.DEMAND_ASKED: (say("Payment asked for"), ""),
    Event.DEMAND_OPENED: (say("Shopper can pay"), ""),
    Event.DEMAND_PAID: (say("Shopper has paid"), "good"),
    Event.DEMAND_PAID_LATE: (say("Paid after its end, goes back"), "warn"),
    Event.DEMAND_LAPSED: (say("Not paid in time"), "warn"),
    Event.DEMAND_CANCELLED: (say("Payment no longer asked for"), ""),
    Event.DEMAND_WAIVED: (say("What was owed let go"), ""),
    Event.WAIVER_WITHDRAWN: (say("Not let go any more, since nothing is sent"), ""),
    Event.DEMAND_GIVEN_BACK: (say("Payment is given back"), ""),
    Event.DEMAND_RETURNED: (say("Payment given back"), ""),
    Event.DEMAND_STUCK: (say("Payment could not be given back"), "bad"),
    Event.CREDIT_AGREED: (say("Shopper said yes to store credit"), "good"),
    Event.CREDIT_DECLINED: (say("Shopper said no to store credit"), "warn"),
    Event.ACCOUNT_ASKED: (say("Shopper asked for a bank account"), ""),
    Event.ACCOUNT_NAMED: (say("Shopper named a bank account"), ""),
    Event.ACCOUNT_SEEN: (say("Bank account looked at"), ""),
    Event.ACCOUNT_FORGOTTEN: (say("Bank account deleted"), ""),
    Event.CREDIT_ISSUED: (say("Store credit issued"), "good"),
    Event.REDUCTION_PROPOSED: (say("Lower refund proposed"), "warn"),
    Event.REDUCTION_ACCEPTED: (say("Lower refund accepted"), "good"),
    Event.REDUCTION_LAPSED: (say("Lower refund not answered in time, so accepted"), ""),
    Event.REDUCTION_OBJECTED: (say("Objection to the lower refund"), "bad"),
    Event.REDUCTION_UPHELD: (say("Lower refund upheld"), ""),
    Event.REDUCTION_CHANGED: (say("Lower refund changed"), ""),
    Event.REDUCTION_WITHDRAWN: (say("Lower refund taken back"), "good"),
    Event.CASE_OPENED: (say("Something else was in the parcel"), "warn"),
    Event.CASE_SOLVED: (say("Decided what becomes of it"), "good"),
    Event.STRAY_FOUND: (say("Unknown parcel put into quarantine"), "warn"),
    Event.STRAY_MATCHED: (say("Unknown parcel found its order"), "good"),
    Event.STRAY_SENT_BACK: (say("Unknown parcel goes back to its sender"), ""),
    Event.STRAY_DISPOSED: (say("Unknown parcel is disposed of"), ""),
    Event.NOTICE_SENT: (say("Mail sent"), ""),
    Event.NOTICE_REPEATED: (say("Mail sent again"), ""),
}
WAYS = {
    "send_back": say("Sent back"),
    "ask": say("Kept until the right one comes"),
    "accept": say("Accepted as a unit of the order"),
    "dispose": say("Disposed of"),
}


def told_of(story: Story, return_: Return) -> list[Told]:
    return [told_as(entry, return_) for entry in story.entries]


def told_as(entry: Entry, return_: Return) -> Told:
    title, tone = TITLES.get(entry.event, (entry.event, ""))
    if entry.event == Event.RETURN_REQUESTED and entry.kind == "person":
        title = say("Requested for the shopper")
    say_more = MORE.get(entry.event)
    text = say_more(entry, return_) if say_more else ""
    return Told(entry.no, title, text, entry.at, acted(entry.kind, entry.who), tone)


def acted(kind: str, name: str) -> Message | str:
    """Who acted. A key is marked as one: its name could be anybody's."""
    if kind == "api" and name:
        return say("{name} (key)", name=name)
    return name or WHO.get(kind, kind)


def _units(entry: Entry, return_: Return) -> Message | str:
    return units(entry.units) if entry.units else ""


def _requested(entry: Entry, return_: Return) -> Message | str:
    if not entry.data.get("overrides"):
        return _units(entry, return_)
    return say("{units}, by an exception to the rules", units=units(entry.units))


def _authorized(entry: Entry, return_: Return) -> Message:
    yes = units(entry.units - entry.declined)
    policy = entry.policy_version or 0
    if entry.declined:
        no = units(entry.declined)
        return say("{yes}, {no} declined, policy version {policy}", yes=yes, no=no, policy=policy)
    return say("{yes}, policy version {policy}", yes=yes, policy=policy)


def _inspected(entry: Entry, return_: Return) -> Message:
    grade, where = Grade(entry.data["grade"]), Disposition(entry.data["disposition"])
    return say(
        "{units}: grade {grade}, {word}. {where}.",
        units=units(entry.units), grade=grade.value, word=GRADES[grade][0], where=DISPOSITIONS[where],
    )  # fmt: skip


def _approved(entry: Entry, return_: Return) -> Message:
    amount: Amount | Message = Amount(int(entry.data["amount"]), return_.currency)
    if note := entry.data.get("credit_note"):
        amount = say("{amount}, credit note {number}", amount=amount, number=str(note))
    if entry.data.get("alone"):
        return say("{amount}, both times by the same person: nobody else may", amount=amount)
    return say("{amount}", amount=amount)


def _reduced(entry: Entry, return_: Return) -> Message:
    less = Amount(int(entry.data["total"]), return_.currency)
    told = say("{less} less for {units}", less=less, units=units(int(entry.data["units"])))
    if entry.data.get("alone"):
        return say("{what}, by who had reduced it: nobody else may", what=told)
    return told


def _granted(entry: Entry, return_: Return) -> Message:
    amount, why = Amount(int(entry.data["amount"]), return_.currency), entry.data.get("reason")
    if why is None:
        return say("{amount}", amount=amount)
    return say("{amount}: {reason}", amount=amount, reason=GIVING[GoodwillReason(why)])


def _cancelled(entry: Entry, return_: Return) -> Message | str:
    note = entry.data.get("credit_note")
    return say("by credit note {number}", number=str(note)) if note else ""


def _reference(entry: Entry, return_: Return) -> Message | str:
    reason = str(entry.data.get("reason") or "")
    return str(entry.data.get("reference") or "") or WHY.get(reason, reason)


def _wanted(entry: Entry, return_: Return) -> Message | str:
    wanted = {r.value: word for r, word in RESOLUTIONS.items()}
    return wanted.get(str(entry.data.get("resolution")), "")


def _sending(entry: Entry, return_: Return) -> Message | str:
    words = {sending.value: word for sending, word in WAY_BACK.items()}
    return words.get(str(entry.data.get("sending")), "")


def _rather(entry: Entry, return_: Return) -> Message | str:
    wanted = {r.value: word for r, word in RESOLUTIONS.items()}
    now, before = (wanted.get(str(entry.data.get(name)), "") for name in ("resolution", "instead_of"))
    return say("{now} instead of {before}", now=now, before=before)


def _way(entry: Entry, return_: Return) -> Message | str:
    return WAYS.get(str(entry.data.get("way")), "")


def _mail(entry: Entry, return_: Return) -> Message | str:
    notice = str(entry.data.get("notice") or "")
    return MAILS.get(notice, notice)


REDUCTIONS = [event for event in Event if event.value.startswith("reduction.")]
MORE: dict[str, Callable[[Entry, Return], Message | str]] = {
    Event.SENDING_CHOSEN: _sending,
    Event.RESOLUTION_CHOSEN: _wanted,
    Event.RESOLUTION_CHANGED: _rather,
    Event.RETURN_REQUESTED: _requested,
    Event.RETURN_UNANNOUNCED: _units,
    Event.RETURN_AUTHORIZED: _authorized,
    Event.RETURN_DENIED: _units,
    Event.ITEM_RECEIVED: _units,
    Event.ITEM_MISSING: _units,
    Event.ITEM_KEPT: _units,
    Event.ITEM_INSPECTED: _inspected,
    Event.ITEM_CORRECTED: _units,
    Event.GOODWILL_GRANTED: _granted,
    Event.GOODWILL_WITHDRAWN: _granted,
    Event.DEMAND_WAIVED: _granted,
    Event.WAIVER_WITHDRAWN: _granted,
    Event.REFUND_PROPOSED: _approved,
    Event.PROPOSAL_WITHDRAWN: _approved,
    Event.REFUND_APPROVED: _approved,
    Event.REFUND_CANCELLED: _cancelled,
    Event.LEG_PENDING: _reference,
    Event.LEG_SUCCEEDED: _reference,
    Event.LEG_FAILED: _reference,
    Event.LEG_REVERSED: _reference,
    Event.DEMAND_ASKED: _approved,
    Event.DEMAND_PAID: _approved,
    Event.DEMAND_PAID_LATE: _approved,
    Event.DEMAND_RETURNED: _approved,
    Event.DEMAND_STUCK: _approved,
    Event.CASE_SOLVED: _way,
    **dict.fromkeys(REDUCTIONS, _reduced),
    Event.NOTICE_SENT: _mail,
    Event.NOTICE_REPEATED: _mail,
}
