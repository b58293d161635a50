"""What the desk calls what a shopper owes, and what needs a person about money."""

from portal.i18n import Message, say
from portal.refunds.demands import DemandState

DEMANDS: dict[DemandState, tuple[Message, str]] = {
    DemandState.ASKED: (say("link is being made"), ""),
    DemandState.OPEN: (say("to be paid"), ""),
    DemandState.PAID: (say("paid"), "good"),
    DemandState.LAPSED: (say("not paid in time"), "warn"),
    DemandState.CANCELLED: (say("no longer asked for"), ""),
    DemandState.RETURNING: (say("being given back"), ""),
    DemandState.RETURNED: (say("given back"), ""),
    DemandState.STUCK: (say("could not be given back"), "bad"),
}
# Why a return needs a person.
ATTENTION = {
    "refund_failed": say("A refund did not arrive"),
    "demand_stuck": say("A payment could not be given back"),
    "demand_by_hand": say("A payment is to be transferred back"),
    "demand_lapsed": say("The shopper has not paid in time"),
}
