"""What the desk calls things."""

from datetime import timedelta

from portal.i18n import Message, say
from portal.inventory import Place
from portal.notices.naming import MAILS  # noqa: F401 - for templates
from portal.orders.models import Payment
from portal.policies import Answer, Disposition, Grade, Resolution
from portal.refunds.gateways.port import CLOSED
from portal.refunds.goodwill import GoodwillReason
from portal.refunds.lifecycle import CardState, Destination, LegState
from portal.refunds.progress import Standing
from portal.returns import ItemState, Outcome, ParcelState, ReturnState, Stage
from portal.returns.cases import CaseState
from portal.returns.clocks import DUTIES, Due, Duty  # noqa: F401 - for templates
from portal.returns.reductions import ReductionState
from portal.views.board import View
from portal.views.mailed import Fate
from portal.web.desk.owed_words import ATTENTION, DEMANDS  # noqa: F401 - for templates

VIEWS = {
    View.OPEN: say("Open"),
    View.TO_PAY: say("Refund to approve"),
    View.SECOND: say("Second approval"),
    View.FAILED: say("Payment to sort out"),
    View.LATE: say("Overdue"),
    View.OBJECTED: say("Objection to decide"),
    View.UNANSWERED: say("Message to answer"),
    View.REQUESTED: say("Requested"),
    View.APPROVED: say("Approved"),
    View.ON_ITS_WAY: say("On its way"),
    View.RECEIVED: say("Received"),
    View.CHECKED: say("Checked"),
    View.REFUNDED: say("Refunded"),
    View.DENIED: say("Denied"),
    View.CANCELLED: say("Cancelled"),
    View.EXPIRED: say("Expired"),
    View.ALL: say("All returns"),
}
# What is true of a view without rows, and what comes next.
NOTHING = {
    View.OPEN: (say("Everything is home"), say("No return is open.")),
    View.TO_PAY: (say("Every refund is approved"), say("The next one stands here once it is checked.")),
    View.SECOND: (
        say("No second approval is due"),
        say("A large refund that one person has approved stands here."),
    ),
    View.FAILED: (
        say("No payment is stuck"),
        say("A refund that did not arrive stands here, and what a shopper did not pay."),
    ),
    View.UNANSWERED: (say("Every message is answered"), say("What a shopper writes next stands here.")),
    View.OBJECTED: (say("No shopper objects"), say("An objection to a lower refund stands here.")),
    View.LATE: (
        say("Nothing is overdue"),
        say("What the shop has not done in time stands here."),
    ),
}
STAGES = (
    Stage.REQUESTED, Stage.APPROVED, Stage.ON_ITS_WAY, Stage.RECEIVED, Stage.CHECKED, Stage.REFUNDED,
)  # fmt: skip
STATES = {
    ReturnState.REQUESTED: say("Waits for a decision"),
    ReturnState.AUTHORIZED: say("Authorized"),
    ReturnState.PARTIALLY_AUTHORIZED: say("Authorized in part"),
    ReturnState.DENIED: say("Denied"),
    ReturnState.CLOSED: say("Closed"),
    ReturnState.CANCELLED: say("Cancelled"),
    ReturnState.EXPIRED: say("Expired"),
}
RESOLUTIONS = {
    Resolution.ORIGINAL: say("Money back"),
    Resolution.STORE_CREDIT: say("Store credit"),
    Resolution.GIFT_CARD: say("Gift card"),
    Resolution.EXCHANGE: say("Another article"),
}
ITEMS: dict[ItemState, tuple[Message, str]] = {
    ItemState.CLAIMED: (say("Waits for a decision"), ""),
    ItemState.AUTHORIZED: (say("Expected"), ""),
    ItemState.DECLINED: (say("Declined"), "bad"),
    ItemState.RECEIVED: (say("On the dock"), "brand"),
    ItemState.MISSING: (say("Missing"), "warn"),
    ItemState.WRONG_ITEM: (say("Something else came"), "warn"),
    ItemState.KEPT: (say("Kept by the shopper"), ""),
    ItemState.CANCELLED: (say("No longer awaited"), ""),
    ItemState.EXPIRED: (say("Never came"), ""),
}
OUTCOMES: dict[Outcome, tuple[Message, str]] = {
    Outcome.ACCEPTED: (say("as promised"), "good"),
    Outcome.REDUCED: (say("refund reduced"), "warn"),
    Outcome.REFUSED: (say("refused"), "bad"),
}
GRADES = {
    Grade.NEW: (say("New"), "good"),
    Grade.OPENED: (say("Opened, like new"), "good"),
    Grade.USED: (say("Used, resalable"), "warn"),
    Grade.DAMAGED: (say("Damaged"), "bad"),
    Grade.UNSELLABLE: (say("Unsellable"), "bad"),
}
DISPOSITIONS = {
    Disposition.RESTOCK: say("Restocked"),
    Disposition.OPEN_BOX: say("Open box"),
    Disposition.REFURBISH: say("To be refurbished"),
    Disposition.QUARANTINE: say("Quarantine"),
    Disposition.RETURN_TO_VENDOR: say("Back to the vendor"),
    Disposition.DONATE: say("Donated"),
    Disposition.RECYCLE: say("Recycled"),
    Disposition.DESTROY: say("Destroyed"),
    Disposition.SEND_BACK: say("Sent back to the shopper"),
}
PARCELS: dict[ParcelState, tuple[Message, str]] = {
    ParcelState.AWAITING_LABEL: (say("no label yet"), "package-open"),
    ParcelState.LABEL_ISSUED: (say("label issued"), "tag"),
    ParcelState.IN_TRANSIT: (say("on its way"), "truck"),
    ParcelState.DELIVERED: (say("delivered"), "truck"),
    ParcelState.RECEIVED: (say("received"), "package-check"),
    ParcelState.LOST: (say("lost"), "triangle-alert"),
}
LEGS: dict[LegState, tuple[Message, str]] = {
    LegState.APPROVED: (say("waits to be sent"), ""),
    LegState.SUBMITTED: (say("being sent"), ""),
    LegState.UNKNOWN: (say("no answer yet, being looked up"), "warn"),
    LegState.PENDING: (say("accepted, not settled yet"), ""),
    LegState.SUCCEEDED: (say("sent"), "good"),
    LegState.FAILED: (say("failed"), "bad"),
    LegState.CANCELLED: (say("taken back"), ""),
    LegState.REVERSED: (say("came back"), "bad"),
}
STANDINGS: dict[Standing, tuple[Message, str]] = {
    Standing.UNDER_WAY: (say("on its way"), ""),
    Standing.FAILED: (say("could not be sent"), "bad"),
    Standing.PARTIALLY_SENT: (say("sent in part"), "warn"),
    Standing.REFUNDED: (say("sent whole"), "good"),
    Standing.CANCELLED: (say("taken back"), ""),
}
ANSWERS: dict[Answer, tuple[Message, str, str]] = {
    Answer.YES: (say("may go back"), "good", "circle-check"),
    Answer.REVIEW: (say("needs a person"), "warn", "triangle-alert"),
    Answer.NO: (say("may not go back"), "bad", "ban"),
}
# What a finding is about; its sentence says the rest.
RULES = {
    "barred": say("Articles left out"),
    "cancelled": say("Cancelled order"),
    "gone": say("Articles no longer in the order"),
    "not_sent": say("Sent yet or not"),
    "units_left": say("Pieces left"),
    "window": say("Time to send back"),
    "automatic": say("Approved at once or not"),
    "flagged": say("Figures of the order"),
    "often": say("Returns before"),
    "fee": say("Restocking fee"),
    "returnless": say("Sent back or not"),
    "reason": say("Reason"),
}
TENDERS = {
    "card": say("Card"),
    "gift_card": say("Gift card"),
    "store_credit": say("Store credit"),
}
PLACES = {
    Place.SHOPPER: say("With shoppers"),
    Place.DOCK: say("Dock"),
    Place.SELLABLE: say("Sellable"),
    Place.OPEN_BOX: say("Open box"),
    Place.REFURBISH: say("To be refurbished"),
    Place.QUARANTINE: say("Quarantine"),
    Place.GONE: say("Gone"),
}
FATES: dict[Fate, tuple[Message, str]] = {
    Fate.SENT: (say("sent"), ""),
    Fate.WAITS: (say("waits to be sent, since"), "warn"),
    Fate.FAILED: (say("did not leave, ordered"), "bad"),
    Fate.NOBODY: (say("went to nobody, ordered"), ""),
    Fate.UNSENT: (say("was not sent, ordered"), ""),
}
SHOPPER, WAITS = say("Shopper"), say("waits for an answer")
CASES: dict[CaseState, tuple[Message, str]] = {
    CaseState.OPEN: (say("To decide"), "warn"),
    CaseState.WAITING: (say("Kept until the right one comes"), "warn"),
    CaseState.SENT_BACK: (say("Sent back"), ""),
    CaseState.ACCEPTED: (say("Accepted as a unit of the order"), "good"),
    CaseState.DISPOSED: (say("Disposed of"), ""),
}
REDUCTIONS: dict[ReductionState, tuple[Message, str]] = {
    ReductionState.PROPOSED: (say("Waits for the shopper"), "warn"),
    ReductionState.OBJECTED: (say("The shopper objects"), "bad"),
    ReductionState.ACCEPTED: (say("Accepted by the shopper"), "good"),
    ReductionState.LAPSED: (say("Not answered in time, so accepted"), ""),
    ReductionState.UPHELD: (say("Upheld"), ""),
    ReductionState.CHANGED: (say("Changed"), ""),
    ReductionState.WITHDRAWN: (say("Taken back"), ""),
}
NOTES = {
    "internal": say("Internal note"),
    "denial": say("Reason told to the shopper"),
    "reopened": say("Why it was opened again"),
    "kept": say("Why it need not come back"),
    "inspection": say("About the inspection"),
}

# Why somebody could not make a transfer, as they choose it themselves.
REASONS = {
    "account_unknown": say("We do not know where to: the shopper has not named an account"),
    "bank_refused": say("The bank refused it"),
    "shopper_refused": say("The shopper wants it otherwise"),
}
GIVING = {
    GoodwillReason.LATE: say("It took too long"),
    GoodwillReason.MISTAKE: say("A mistake of ours"),
    GoodwillReason.QUALITY: say("Quality that disappointed"),
    GoodwillReason.LOYALTY: say("A regular customer"),
    GoodwillReason.OTHER: say("Another reason"),
}
WHY: dict[str, Message] = {
    **REASONS,
    "transfer_came_back": say("The bank sent the transfer back"),
    **{code: say("What it was paid with takes no money back any more") for code in CLOSED},
    "declined": say("The bank said no"),
}


CARDS: dict[CardState, tuple[Message, str]] = {
    CardState.OPEN: (say("Can be spent"), "good"),
    CardState.BLOCKED: (say("Blocked"), "bad"),
    CardState.REPLACED: (say("Replaced"), ""),
}
LINES = {
    "issue": say("Issued"),
    "refill": say("Filled again"),
    "spend": say("Spent"),
    "release": say("Released, not spent after all"),
    "expire": say("Expired"),
    "moved": say("Moved to another card"),
}


def payment_name(payment: Payment | None, to: Destination = Destination.STORE_CREDIT) -> Message | str:
    """How a payment is called; None stands for stored value that is issued, or another article."""
    if payment is None:
        return RESOLUTIONS[Resolution(to.value)]
    return payment.label or TENDERS.get(payment.kind, say("Original payment"))


def left(due: Due) -> Message:
    """What remains of a deadline, in the largest unit that says something."""
    late, seconds = due.left < timedelta(), abs(due.left.total_seconds())
    days, hours, minutes = int(seconds // 86400), int(seconds // 3600), int(seconds // 60)
    if days >= 2:
        return say("{n} d over", n=days) if late else say("{n} d", n=days)
    if hours >= 1:
        return say("{n} h over", n=hours) if late else say("{n} h", n=hours)
    return say("{n} min over", n=minutes) if late else say("{n} min", n=minutes)


def tone(due: Due) -> str:
    """The shopper's own time is no hurry of ours."""
    if due.duty is Duty.HAND_IN or (due.duty is Duty.ARRIVE and due.left > timedelta()):
        return ""
    return "bad" if due.used >= 90 else "warn" if due.used >= 60 else ""


def stop(stage: Stage) -> int:
    """How many of the six stops of its way a return has passed; 0 when it ended otherwise."""
    return STAGES.index(stage) + 1 if stage in STAGES else 0
