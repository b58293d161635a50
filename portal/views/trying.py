"""What a configuration would say of an order of the shop, beside another. Changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from portal.i18n import Amount
from portal.orders.models import Order, OrderLine
from portal.orders.units import paid_for, unit_money
from portal.policies.choosing import Choice, judged_with
from portal.policies.document import Condition, Policy
from portal.policies.judging import facts_of
from portal.policies.kinds import Resolution, Sending
from portal.policies.overrides import standing_of
from portal.policies.reasons import offers
from portal.policies.rules import Facts, conditions_for, fee_for, judge
from portal.policies.verdicts import Verdict
from portal.refunds.planning import FeeTerms
from portal.refunds.quoting import terms_of
from portal.returns.judging import asked_before


@dataclass(frozen=True)
class Said:
    """What one policy says of one unit of a line: `amount` is the fee of one unit in minor units."""

    verdict: Verdict
    fee: FeeTerms
    amount: int
    conditions: Sequence[Condition]

    @property
    def told(self) -> tuple[object, ...]:
        """All of it that a person would notice."""
        found = [(f.rule, f.answer, f.text) for f in self.verdict.findings]
        return found, self.fee.label, self.amount, [(c.promise, c.unmet, c.points) for c in self.conditions]


class Line(Protocol):
    """What a page says of a line: one of an order, or one that is made up."""

    @property
    def title(self) -> str: ...
    @property
    def position(self) -> int: ...


@dataclass(frozen=True)
class Compared:
    """A line under the version that is in force, and under the draft."""

    line: Line
    now: Said
    then: Said

    @property
    def same(self) -> bool:
        return self.now.told == self.then.told


@dataclass(frozen=True)
class Costs:
    """What the way back would cost by what is offered first, once for all units, and what could be chosen."""

    sending: Sending
    shipping: Amount
    ways: Sequence[Resolution]


def compared(
    lines: Sequence[OrderLine], zone: str, choice: Choice, *, now: Policy, then: Policy
) -> Iterator[Compared]:
    """Lines of an order as of this moment, each under both policies, with what was allowed for it, and how
    often its shopper asked before."""
    standing = standing_of(lines[0].order_id) if lines else {}
    sides = [(policy, asked_before(lines[0].order, policy)) for policy in (now, then) if lines]
    for line in lines:
        facts, net = facts_of(line, zone, standing), unit_money(line, 1).net
        yield Compared(line, *(said_of(net, replace(facts, recent=n), by, choice) for by, n in sides))


def said_of(net: int, facts: Facts, policy: Policy, choice: Choice) -> Said:
    """`net`: what fees in per cent are of."""
    verdict = judged_with(judge(facts, policy, 0), facts, policy, choice)
    fee = _fee(facts, policy, choice)
    amount = min(fee.of(net), facts.value)
    return Said(verdict, fee, amount, conditions_for(facts, policy))


def _fee(facts: Facts, policy: Policy, choice: Choice) -> FeeTerms:
    """As it would be quoted: none at the shop's fault."""
    reason = policy.reason(choice.reason)
    free = reason is not None and reason.fault == "shop"
    found = None if free else fee_for(facts, policy, None, choice.reason, choice.resolution)
    return terms_of(found, facts.currency)


def costs(order: Order, policy: Policy, choice: Choice) -> Costs:
    """For the whole order: free at the shop's fault, and where what is wanted makes it so."""
    value = sum(paid_for(line, line.quantity) for line in order.lines)
    return costs_of(order.country, Amount(value, order.currency), policy, choice)


def costs_of(country: str, value: Amount, policy: Policy, choice: Choice) -> Costs:
    """The same for a value that goes back from a country."""
    reason, wanted, by = policy.reason(choice.reason), choice.resolution, policy.way_back.offered(country)[0]
    free = (reason and reason.fault == "shop") or (wanted and policy.ships_free(wanted, by))
    cost = 0 if free else policy.shipping(country, value.currency, value.minor, by)
    allowed = [reason.resolutions] if reason and reason.resolutions else []
    return Costs(by, Amount(cost, value.currency), offers(policy.resolutions, allowed))
