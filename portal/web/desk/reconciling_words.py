"""What the desk calls what became of a line that was compared, and what it advises."""

from portal.i18n import Message, say
from portal.reconciling import ReconciliationLine, Verdict
from portal.refunds.demands import DemandState
from portal.refunds.gateways.port import Way
from portal.refunds.lifecycle import OPEN, LegState
from portal.web.desk.owed_words import DEMANDS
from portal.web.desk.wording import LEGS

VERDICTS: dict[Verdict, tuple[Message, str]] = {
    Verdict.SAME: (say("The same"), "good"),
    Verdict.ONLY_THERE: (say("At the gateway, not here"), "bad"),
    Verdict.ONLY_HERE: (say("Here, not at the gateway"), "bad"),
    Verdict.AMOUNT: (say("Another amount"), "bad"),
    Verdict.STATE: (say("Another state"), "bad"),
    Verdict.NEIGHBOUR: (say("On a day of another period"), "warn"),
    Verdict.LEDGER: (say("Portal and books differ"), "bad"),
    Verdict.TWICE: (say("Paid twice"), "bad"),
}
# What to do next about what went, and the page for it where it is not the return's record.
STEPS: dict[Verdict, tuple[Message, str]] = {
    Verdict.ONLY_THERE: (
        say("Somebody refunded it at the gateway. Find its order, and import it again so that it counts."),
        "desk.orders",
    ),
    Verdict.ONLY_HERE: (
        say("Ask the gateway about this reference. Send nothing again before it answers."),
        "",
    ),
    Verdict.AMOUNT: (say("Ask the gateway which amount it paid, and compare it with the refund."), ""),
    Verdict.NEIGHBOUR: (
        say("Nothing is missing: it counts on another day there. Reconcile that period as well."),
        "desk.reconciliations",
    ),
    Verdict.LEDGER: (say("Run flask verify, and tell whoever runs the installation."), ""),
}
# And about what came.
OF_PAYMENTS = STEPS | {
    Verdict.ONLY_THERE: (
        say("The portal asked for no such payment. Ask the gateway who paid, and have it given back there."),
        "",
    ),
    Verdict.ONLY_HERE: (
        say("Ask the gateway about this payment. Give nothing back before it answers."),
        "",
    ),
    Verdict.AMOUNT: (
        say("Ask the gateway which amount came, and settle the difference with the shopper."),
        "",
    ),
    Verdict.TWICE: (say("It was paid already. Have this payment given back at the gateway."), ""),
}
UNHEARD = say(
    "It was paid, and the portal has not heard of it. On the return’s record, ask the gateway again."
)
UNDER_WAY = frozenset(state.value for state in OPEN)


def stood(line: ReconciliationLine) -> Message:
    """What the leg was then, or the demand."""
    if line.way is Way.IN:
        return DEMANDS[DemandState(line.stood)][0]
    return LEGS[LegState(line.stood)][0]


def step_of(line: ReconciliationLine) -> tuple[Message, str]:
    """What to do about a difference that is not one of states, and the page for it besides the record."""
    if line.way is not Way.IN:
        return STEPS[line.verdict]
    unheard = line.verdict is Verdict.ONLY_THERE and line.stood
    return (UNHEARD, "") if unheard else OF_PAYMENTS[line.verdict]


def of_state(stood: str, there: str) -> Message:
    if stood in UNDER_WAY:
        return say("It is under way here, and is asked about by itself. Run this again later.")
    if there:
        return say("The gateway has not paid it, or not any more. Ask it why.")
    if stood == "succeeded":
        return say("It came back at the gateway. The portal asks again by itself; else see to it there.")
    return say("The gateway paid what failed here. Ask it, and send nothing again before it answers.")
