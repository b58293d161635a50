"""What the dock calls things."""

from portal.i18n import Message, say
from portal.policies import Disposition, Grade
from portal.returns.lifecycle import Outcome, ReturnState

GRADES: dict[Grade, tuple[Message, Message]] = {
    Grade.NEW: (say("New"), say("as from us")),
    Grade.OPENED: (say("Opened"), say("like new")),
    Grade.USED: (say("Used"), say("resalable")),
    Grade.DAMAGED: (say("Damaged"), say("repairable")),
    Grade.UNSELLABLE: (say("Unsellable"), say("no value")),
}
GRADE_TONES = {"A": "good", "B": "good", "C": "warn", "D": "bad", "E": "bad"}

DISPOSITIONS: dict[Disposition, Message] = {
    Disposition.RESTOCK: say("Restock as new"),
    Disposition.OPEN_BOX: say("Restock as open box"),
    Disposition.REFURBISH: say("Refurbish"),
    Disposition.QUARANTINE: say("Quarantine"),
    Disposition.RETURN_TO_VENDOR: say("Return to vendor"),
    Disposition.DONATE: say("Donate"),
    Disposition.RECYCLE: say("Recycle"),
    Disposition.DESTROY: say("Destroy"),
    Disposition.SEND_BACK: say("Send back to the shopper"),
}
OUTCOMES: dict[Outcome, Message] = {
    Outcome.ACCEPTED: say("As promised, so nothing is taken off."),
    Outcome.REDUCED: say("Not all as promised, so the shopper gets less."),
    Outcome.REFUSED: say("Not as promised, so it goes back to the shopper."),
}

# Why a parcel cannot be taken in, and what to do with it.
ASIDE: dict[ReturnState, tuple[Message, Message]] = {
    ReturnState.REQUESTED: (
        say("Nobody has approved this return yet."),
        say("Put the parcel aside, unopened, and tell the desk. Scan it again once it is approved."),
    ),
    ReturnState.DENIED: (
        say("This return was not accepted."),
        say("Put the parcel aside, unopened. The desk sends it back."),
    ),
    ReturnState.CANCELLED: (
        say("This return was cancelled."),
        say("If it came all the same, take it in for its order: a new return is made."),
    ),
    ReturnState.EXPIRED: (
        say("The time to hand this return in has run out."),
        say("Take it in for its order: a new return is made, and the desk decides where the rules say no."),
    ),
    ReturnState.CLOSED: (
        say("This return is closed."),
        say("More of the order came? Take it in: a new return is made. Else tell the desk."),
    ),
}
NOTHING_AWAITED = (
    say("No unit of this return is awaited any more."),
    say("Put the parcel aside and tell the desk."),
)
COUNTED = (
    say("This parcel is counted, and the desk decides."),
    say("Write its number on it and put it aside. It waits on the dock's list once it is approved."),
)
# Of these a parcel that comes all the same becomes another return of the order.
ANEW = frozenset({ReturnState.CANCELLED, ReturnState.EXPIRED, ReturnState.CLOSED})
