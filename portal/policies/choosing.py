"""What follows from why something goes back and what is wanted for it; a verdict carries that too. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from portal.i18n import Amount, Message, say
from portal.policies.approving import Returnless
from portal.policies.document import Policy
from portal.policies.kinds import Resolution
from portal.policies.rules import Facts, article_inputs, fee_for
from portal.policies.verdicts import Answer, Finding, Verdict


@dataclass(frozen=True)
class Choice:
    """What a shopper said of a line: the code of a reason, and what they want."""

    reason: str
    resolution: Resolution | None


def judged_with(verdict: Verdict, facts: Facts, policy: Policy, choice: Choice) -> Verdict:
    """The verdict with what the choice adds to it. Where it is no already, nothing does."""
    if verdict.answer is Answer.NO:
        return verdict
    found = [f for rule in CHOSEN if (f := rule(facts, policy, choice))]
    wanted = replace(verdict, findings=(*verdict.findings, *found))
    if wanted.answer is Answer.YES and (kept := need_not_come(facts, policy, choice)):
        return replace(wanted, findings=(*wanted.findings, kept))
    return wanted


def person_for_reason(facts: Facts, policy: Policy, choice: Choice) -> Finding | None:
    reason = policy.reason(choice.reason)
    if reason is None or not reason.review:
        return None
    text = say("A person looks at every return with the reason “{reason}”.", reason=Message(reason.label))
    return Finding("reason", Answer.REVIEW, text, {"reason": reason.code})


def fee_kept(facts: Facts, policy: Policy, choice: Choice) -> Finding | None:
    """The fee as it is quoted; none at the shop's fault."""
    fee, reason = fee_for(facts, policy, None, choice.reason, choice.resolution), policy.reason(choice.reason)
    if fee is None or fee.free or (reason and reason.fault == "shop"):
        return None
    inputs = _inputs(facts, choice, fee.id)
    return Finding("fee", Answer.YES, say("Fee: {label}", label=Message(fee.label)), inputs)


def need_not_come(facts: Facts, policy: Policy, choice: Choice) -> Finding | None:
    """What is worth so little that the shopper keeps it. A gift's recipient has to show the article."""
    rule = returnless_for(facts, policy, choice)
    if rule is None or facts.gift:
        return None
    limit = Amount(rule.up_to[facts.currency], facts.currency)
    inputs = _inputs(facts, choice, rule.id) | {"value": facts.value, "limit": limit.minor}
    text = say("Up to {limit} a unit it need not come back.", limit=limit)
    return Finding(RETURNLESS, Answer.YES, text, inputs)


def returnless_for(facts: Facts, policy: Policy, choice: Choice) -> Returnless | None:
    """The closest rule, if it lets a unit of this value be kept."""
    fits = policy.closest_returnless.to(facts, lambda r: not r.reasons or choice.reason in r.reasons)
    return fits if fits and fits.covers(facts.value, facts.currency) else None


def _inputs(facts: Facts, choice: Choice, rule: str) -> dict[str, Any]:
    resolution = choice.resolution.value if choice.resolution else ""
    return {"rule": rule, "reason": choice.reason, "resolution": resolution, **article_inputs(facts)}


RETURNLESS = "returnless"
CHOSEN: tuple[Callable[[Facts, Policy, Choice], Finding | None], ...] = (person_for_reason, fee_kept)
