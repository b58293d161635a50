"""How a return is sent back: what a shopper chooses between, and what it costs them."""

from portal.audit import Actor, Event, record
from portal.errors import Refusal
from portal.i18n import Amount, Message, say
from portal.orders.units import paid_for
from portal.policies import Answer, Finding, Sending
from portal.returns.models import Return

RULE = "way_back"


def sendings(draft: Return) -> tuple[Sending, ...]:
    """What the policy offers for the order's country; at least one."""
    return draft.policy.policy.way_back.offered(draft.order.country)


def sending_of(return_: Return) -> Sending:
    """What was chosen; else, and while that may still have to be chosen anew, what is offered first."""
    offered = sendings(return_)
    holds = return_.sending if return_.number or return_.sending in offered else None
    return holds or offered[0]


def unchosen(draft: Return) -> bool:
    """Whether the shopper has to choose. A gift's recipient is not asked: amounts are not theirs to know."""
    offered = sendings(draft)
    return len(offered) > 1 and draft.sending not in offered and draft.gift is None


def choose_sending(draft: Return, sending: Sending | None, by: Actor) -> None:
    """Lock the draft. Raises Refusal for what the policy does not offer."""
    if sending is None or sending not in sendings(draft):
        raise Refusal(say("Choose how you send it back."), "sending")
    draft.sending = sending
    record(draft, Event.SENDING_CHOSEN, by, sending=sending.value)


def shipping_for(return_: Return, sending: Sending | None = None) -> int:
    """What the way back costs the shopper, in minor units: nothing if any unit is at the shop's fault.

    What they take instead of money may make it free; that is seen when the refund is planned.
    """
    policy, by = return_.policy.policy, sending or sending_of(return_)
    country = return_.order.country
    return 0 if _our_fault(return_) else policy.shipping(country, return_.currency, _value(return_), by)


def _our_fault(return_: Return) -> bool:
    policy = return_.policy.policy
    faults = {reason.fault for line in return_.lines if (reason := policy.reason(line.reason or ""))}
    return "shop" in faults


def _value(return_: Return) -> int:
    return sum(paid_for(line.order_line, line.quantity) for line in return_.lines)


def found(return_: Return) -> Finding | None:
    """What was chosen and what it costs, to be kept with the verdict; None where there was no choice."""
    if not return_.policy.policy.way_back.methods:
        return None
    by, cost = sending_of(return_), shipping_for(return_)
    about = {"country": return_.order.country, "currency": return_.currency, "value": _value(return_)}
    inputs = {"sending": by.value, **about, "our_fault": _our_fault(return_), "cost": cost}
    return Finding(RULE, Answer.YES, _said(by, cost, return_.currency), inputs)


def _said(by: Sending, cost: int, currency: str) -> Message:
    if by is Sending.OWN:
        return say("Sent back at the shopper's own cost.")
    amount = Amount(cost, currency)
    if by is Sending.QR:
        return say("Sent back with a QR code: {amount}, once for the return.", amount=amount)
    return say("Sent back with a label: {amount}, once for the return.", amount=amount)
