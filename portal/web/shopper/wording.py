"""How payments, addresses and policies are told to a shopper. Never more of a person than they know."""

from collections.abc import Iterable

from portal.i18n import Amount, Message, either, say
from portal.money import basis_points, per_cent
from portal.orders.models import Order, OrderLine, Payment
from portal.orders.units import unit_money, units_money
from portal.policies import Grade, Policy, Resolution, Verdict
from portal.policies.document import Condition
from portal.policies.rules import conditions_for, fee_for
from portal.policies.verdicts import is_exception
from portal.refunds.lifecycle import Destination
from portal.refunds.models import RefundLeg
from portal.refunds.planning import FeeTerms, Plan
from portal.refunds.quoting import fees_found, terms_of
from portal.refunds.routing import by_hand
from portal.refunds.tendering import Leg
from portal.returns import Return, ReturnLine
from portal.web.shopper.gifts import the_gift

JOINER = "\u2060"  # an address is not broken over lines
NAMES = {
    "card": say("Your card"),
    "gift_card": say("Your gift card"),
    "store_credit": say("Your store credit"),
}
ON_TOP = say("On top, from us")
SIGNS = {"gift_card": "gift", "store_credit": "wallet"}
TITLES = {
    Resolution.ORIGINAL: say("Money back"),
    Resolution.STORE_CREDIT: say("Store credit"),
    Resolution.GIFT_CARD: say("Gift card"),
    Resolution.EXCHANGE: say("Another article"),
}
GRADES = {
    Grade.NEW: say("as new"),
    Grade.OPENED: say("opened"),
    Grade.USED: say("used"),
    Grade.DAMAGED: say("damaged"),
    Grade.UNSELLABLE: say("of no more value"),
}


def masked(email: str) -> str:
    """Enough of an address to know it by: annelie@posteo.de is ann…@posteo.de."""
    name, _, host = email.rpartition("@")
    return f"{name[: max(1, min(3, len(name) // 2))]}…{JOINER}@{host}" if name else ""


def payment_name(payment: Payment) -> Message | str:
    return payment.label or NAMES.get(payment.kind, say("The way you paid"))


def destination(return_: Return, leg: Leg) -> Message | str:
    """The name of where a leg goes, as it begins a line."""
    paid = _paid(return_.order, leg)
    if paid:
        return payment_name(paid)
    if leg.to is Destination.GIFT_CARD:
        return say("Gift card, mailed to {email}", email=masked(return_.email))
    if leg.to is Destination.EXCHANGE:
        return say("Another article")
    return say("Store credit for {email}", email=masked(return_.email))


def whereto(return_: Return, plan: Plan) -> list[tuple[str, Message]]:
    """A line for each leg: the icon, and the amount with where it goes; then what of it the shop adds."""
    told = [_whereto(return_, leg) for leg in plan.legs]
    if plan.bonus:
        told.append(
            ("gift", say("{bonus} of that is on top, from us", bonus=Amount(plan.bonus, return_.currency)))
        )
    return told


def arriving(where: Message | str, leg: Leg | RefundLeg) -> list[tuple[Message | str, int]]:
    """What comes by a leg, in minor units; what the shop adds stands for itself."""
    return [(where, leg.amount), *([(ON_TOP, leg.bonus)] if leg.bonus else [])]


def _whereto(return_: Return, leg: Leg) -> tuple[str, Message]:
    paid, amount = _paid(return_.order, leg), Amount(leg.worth, return_.currency)
    if paid is None:
        return _issued(leg, amount, masked(return_.email))
    sign = SIGNS.get(paid.kind, "credit-card")
    if leg.to is not Destination.PAYMENT:
        return sign, say("{amount} back on {where}", amount=amount, where=payment_name(paid))
    if by_hand(paid):
        return "hand-coins", say("{amount}, which the shop transfers by hand", amount=amount)
    if not paid.label:
        return sign, say("{amount} back the way you paid", amount=amount)
    return sign, say("{amount} to {where}", amount=amount, where=paid.label)


def _issued(leg: Leg, amount: Amount, email: str) -> tuple[str, Message]:
    """Where goes what is no payment's."""
    if leg.to is Destination.EXCHANGE:
        return "repeat-2", say("{amount} for another article", amount=amount)
    if leg.to is Destination.GIFT_CARD:
        return "gift", say("{amount} on a gift card, mailed to {email}", amount=amount, email=email)
    return "wallet", say("{amount} as store credit for {email}", amount=amount, email=email)


def lasting(resolution: Resolution, policy: Policy) -> Message | None:
    """How long stored value may be spent; None for what is none."""
    if resolution not in (Resolution.STORE_CREDIT, Resolution.GIFT_CARD):
        return None
    months = policy.valid_months.get(resolution.value)  # type: ignore[call-overload]
    if months is None:
        return say("Does not expire")
    return say("Valid for 1 month") if months == 1 else say("Valid for {n} months", n=months)


def _paid(order: Order, leg: Leg) -> Payment | None:
    return next((p for p in order.payments if p.id == leg.payment), None)


def exceptions(verdict: Verdict) -> list[tuple[str, Message | str]]:
    """That something may go back although a rule says no, or for longer: an icon and a sentence each."""
    return [("hand-coins", finding.text) for finding in verdict.findings if is_exception(finding)]


def terms(line: OrderLine, policy: Policy) -> list[tuple[str, Message | str]]:
    """What must be known before sending a unit of this article: its condition, and a fee."""
    told: list[tuple[str, Message | str]] = [
        ("tag", Message(c.promise)) for c in conditions_for(line, policy)
    ]
    fee, unit = terms_of(fee_for(line, policy), line.order.currency), unit_money(line, 1)
    kept = min(fee.of(unit.net), unit.gross)
    if kept and the_gift():
        told.append(("scale", say("{fee}: a part of the value is kept", fee=fee.label)))
    elif kept:
        amount = Amount(kept, line.order.currency)
        told.append(("scale", say("{fee}: {amount} a piece is kept", fee=Message(fee.label), amount=amount)))
    return told


def not_met(condition: Condition) -> Message:
    """What a no to its question costs."""
    if condition.unmet == "refused":
        return say("Then it comes back to you, unpaid.")
    if the_gift():
        return say("Then your credit is less.")
    return say("Then the refund is {rate} % less.", rate=per_cent(condition.points))


def warnings(lines: Iterable[tuple[ReturnLine, Iterable[int]]], policy: Policy) -> list[Message]:
    """What could still change the sum: every condition, with what it costs if it is not met, and whether the
    shopper says so.

    `lines` are those of the return with the numbers of their units.
    """
    told = []
    for line, numbers in lines:
        gross = [unit_money(line.order_line, n).gross for n in numbers]
        for c in conditions_for(line.order_line, policy):
            text = _warning(line.order_line, c, sum(basis_points(g, c.points) for g in gross))
            told.append(say("{warning} You say it is not so.", warning=text) if c in line.not_so else text)
    return told


def _warning(line: OrderLine, condition: Condition, less: int) -> Message:
    named = {"title": line.title, "promise": Message(condition.promise)}
    if condition.unmet == "refused":
        return say("{title}: {promise}. Otherwise it comes back to you, unpaid.", **named)
    if the_gift():
        return say("{title}: {promise}. Otherwise your credit is less.", **named)
    amount = Amount(less, line.order.currency)
    return say("{title}: {promise}. Otherwise it is up to {less} less.", **named, less=amount)


def fee_warnings(draft: Return, lines: Iterable[tuple[ReturnLine, Iterable[int]]]) -> list[Message]:
    """The fees that hang on how a unit is found, which the quote has not: lines and their units' numbers."""
    assert draft.resolution
    told = []
    for line, numbers in lines:
        nets = [(money.net, money.gross) for money in units_money(line.order_line, numbers)]
        grades: dict[FeeTerms, list[Grade]] = {}
        for grade, fee in fees_found(draft, line, draft.resolution).items():
            grades.setdefault(fee, []).append(grade)
        for fee, found in grades.items():
            kept = sum(min(fee.of(net), gross) for net, gross in nets)
            told.append(_fee_if(line, found, fee, Amount(kept, draft.currency)))
    return told


def _fee_if(line: ReturnLine, grades: list[Grade], fee: FeeTerms, kept: Amount) -> Message:
    told = {"title": line.order_line.title, "found": either([GRADES[grade] for grade in grades])}
    if not kept.minor:
        return say("{title}: found {found}, no fee is kept.", **told)
    told |= {"fee": Message(fee.label)}
    if the_gift():
        return say("{title}: found {found}, a part of the value is kept ({fee}).", **told)
    return say("{title}: found {found}, {amount} is kept ({fee}).", **told, amount=kept)
