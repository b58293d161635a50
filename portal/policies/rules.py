"""One small function for each rule. A verdict asks every one; a rule with nothing to say is silent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.i18n import Amount, Message, say
from portal.policies.costs import Fee
from portal.policies.document import Condition, Policy
from portal.policies.kinds import Disposition, Grade, Resolution
from portal.policies.matching import Article
from portal.policies.verdicts import Answer, Finding, Verdict
from portal.policies.windows import Span, span_of, term_of


@dataclass(frozen=True)
class Facts:
    """An order line as the rules see it. Moments are aware; `value` is one unit's refund in minor units."""

    now: datetime
    zone: str
    sku: str
    tags: frozenset[str]
    category: str
    quantity: int
    claimed: int
    value: int
    currency: str
    placed_at: datetime
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    coming_since: datetime | None = None
    """When the last parcel with units of the line was sent that has not arrived, where another one has."""
    cancelled: bool = False
    gone: bool = False
    flagged: bool = False
    allowed: str = ""
    """The id of an override that lets the line go back although a rule that can be overridden says no."""
    extended: datetime | None = None
    """The first moment that is too late by an override, whose id `extension` is."""
    extension: str = ""
    country: str = ""
    """Where the order went; empty where that is not known."""
    gift: bool = False
    """Whether the one who got it as a gift sends it back."""
    recent: int | None = None
    """How many returns the shopper asked for in the days that the policy names; None where nobody counted."""


def judge(facts: Facts, policy: Policy, version: int) -> Verdict:
    """Ask every rule. A no that a person has overridden is a yes that says so."""
    findings = tuple(_although(f, facts) for rule in RULES if (f := rule(facts, policy)))
    end = window_end(facts, policy)
    ended = facts.allowed and end is not None and end <= facts.now
    return Verdict(version, findings, None if ended else end)


def _although(finding: Finding, facts: Facts) -> Finding:
    if not facts.allowed or finding.answer is not Answer.NO or finding.rule not in OVERRIDABLE:
        return finding
    text = say("The shop makes an exception. Otherwise: {why}", why=finding.text)
    return Finding(finding.rule, Answer.YES, text, {**finding.inputs, "override": facts.allowed})


def window_end(facts: Facts, policy: Policy) -> datetime | None:
    """The first moment that is too late, by policy or by override; None while nothing has been sent."""
    end = policy_end(facts, policy)
    return max(end, facts.extended) if end and facts.extended else end


def policy_end(facts: Facts, policy: Policy) -> datetime | None:
    """The first moment that is too late by policy; None while nothing has been sent."""
    span = policy_span(facts, policy)
    return span.end(facts.zone) if span else None


def policy_span(facts: Facts, policy: Policy) -> Span | None:
    """The days that the closest of the policy's windows has; None while nothing has been sent."""
    placed = _placed(facts)
    rule = policy.closest_window.to(facts, lambda rule: rule.about(facts.country, placed, facts.gift))
    term = term_of(policy.window, rule)
    start = term.start(facts.delivered_at, facts.shipped_at, facts.coming_since)
    return span_of(start, term, policy.extend, facts.zone, facts.country) if start else None


def last_day(end: datetime) -> datetime:
    """A moment of the last day of a window, for saying the day."""
    return end - timedelta(hours=1)


def sold_for_good(facts: Facts, policy: Policy) -> Finding | None:
    """Articles that the policy bars: final sale, made to order, hygiene."""
    first = policy.closest_bar.to(facts)
    if first is None:
        return None
    inputs = {"rule": first.id, **article_inputs(facts)}
    return Finding("barred", Answer.NO, say(first.ground), inputs, say(first.instead))


def order_stands(facts: Facts, policy: Policy) -> Finding | None:
    if not facts.cancelled:
        return None
    return Finding("cancelled", Answer.NO, say("This order was cancelled."), {}, say("Write to the shop."))


def still_ordered(facts: Facts, policy: Policy) -> Finding | None:
    if not facts.gone:
        return None
    text = say("This is no longer part of your order.")
    return Finding("gone", Answer.NO, text, {}, say("Write to the shop if you have it all the same."))


def has_been_sent(facts: Facts, policy: Policy) -> Finding | None:
    if facts.shipped_at or facts.delivered_at:
        return None
    text = say("This has not been sent to you yet.")
    instead = say("Come back when it has arrived, or ask the shop to cancel the order.")
    return Finding("not_sent", Answer.NO, text, {}, instead)


def units_left(facts: Facts, policy: Policy) -> Finding | None:
    if facts.claimed < facts.quantity:
        return None
    text = say("Already part of a return.")
    inputs = {"quantity": facts.quantity, "claimed": facts.claimed}
    return Finding("units_left", Answer.NO, text, inputs, say("Follow that return instead."))


def within_window(facts: Facts, policy: Policy) -> Finding | None:
    span = policy_span(facts, policy)
    if span is None:
        return None
    end, inputs = span.end(facts.zone), _inputs(span, facts, policy)
    if facts.extended and facts.extended > end:
        return _extended(facts, inputs, facts.extended, span.last)
    said = {"day": span.last, "rule": Message(span.term.label)}
    if facts.now < end:
        return Finding("window", Answer.YES, _in_time(span, said), inputs)
    instead = say("If it is faulty, write to the shop: your statutory rights go on.")
    return Finding("window", Answer.NO, _too_late(span, said), inputs, instead)


def _inputs(span: Span, facts: Facts, policy: Policy) -> dict[str, Any]:
    inputs: dict[str, Any] = dict(span.inputs())
    if policy.windows:
        inputs |= article_inputs(facts) | {"placed": _placed(facts).isoformat(), "gift": facts.gift}
    if policy.windows or policy.extend.by_country:
        inputs["country"] = facts.country
    return inputs


def article_inputs(facts: Facts) -> dict[str, Any]:
    """What rules match on, to be kept with a verdict."""
    return {"sku": facts.sku, "tags": sorted(facts.tags), "category": facts.category}


def _placed(facts: Facts) -> date:
    return facts.placed_at.astimezone(ZoneInfo(facts.zone)).date()


def _in_time(span: Span, said: dict[str, Any]) -> Message:
    return _put_off(span, _until(span, said))


def _put_off(span: Span, text: Message) -> Message:
    """Why it is another day than the window's days come to."""
    if not span.passed:
        return text
    return say(
        "{text} A public holiday lengthened it; else {day} was the last day.", text=text, day=span.counted
    )


def _until(span: Span, said: dict[str, Any]) -> Message:
    if span.term.rule:
        return say("In time by “{rule}”: it can go back until {day}.", **said)
    return say("In time: it can go back until {day}.", day=said["day"])


def _too_late(span: Span, said: dict[str, Any]) -> Message:
    if span.term.rule:
        return _put_off(span, say("The time to send it back by “{rule}” ended on {day}.", **said))
    return _put_off(span, say("The time to send it back ended on {day}.", day=said["day"]))


def _extended(facts: Facts, inputs: dict[str, Any], until: datetime, without: date) -> Finding:
    day = last_day(until.astimezone(ZoneInfo(facts.zone))).date()
    inputs |= {"until": day.isoformat(), "extension": facts.extension, "without": without.isoformat()}
    if facts.now < until:
        text = say("In time: the shop has extended the time until {day}.", day=day)
        return Finding("window", Answer.YES, text, inputs)
    text = say("The extended time to send it back ended on {day}.", day=day)
    instead = say("If it is faulty, write to the shop: your statutory rights go on.")
    return Finding("window", Answer.NO, text, inputs, instead)


def small_enough(facts: Facts, policy: Policy) -> Finding | None:
    """Above the amount, or in a currency without one, a person decides."""
    limit = policy.authorization.automatic_up_to.get(facts.currency)
    inputs = {"value": facts.value, "limit": limit, "currency": facts.currency}
    if limit is not None and facts.value <= limit:
        text = say("Up to {limit} a unit is approved at once.", limit=Amount(limit, facts.currency))
        return Finding("automatic", Answer.YES, text, inputs)
    return Finding("automatic", Answer.REVIEW, say("A person looks at returns of this value."), inputs)


def not_too_often(facts: Facts, policy: Policy) -> Finding | None:
    """Who returns more often than the policy expects, waits for a person."""
    history = policy.authorization.history
    if history is None or facts.recent is None:
        return None
    inputs = {"returns": facts.recent, "most": history.returns, "days": history.days}
    said = {"n": facts.recent, "days": history.days}
    if facts.recent < history.returns:
        return Finding("often", Answer.YES, say("Returns in the last {days} days: {n}.", **said), inputs)
    text = say("Returns in the last {days} days: {n}. So a person looks at it.", **said)
    return Finding("often", Answer.REVIEW, text, inputs)


def adds_up(facts: Facts, policy: Policy) -> Finding | None:
    if not facts.flagged:
        return None
    text: Message = say("The figures of this order do not add up, so a person looks at it.")
    return Finding("flagged", Answer.REVIEW, text)


OVERRIDABLE = frozenset({"barred", "window"})
"""What a person may decide against. The other refusals say that something is not there."""

Rule = Callable[[Facts, Policy], Finding | None]
RULES: tuple[Rule, ...] = (
    order_stands,
    still_ordered,
    has_been_sent,
    sold_for_good,
    units_left,
    within_window,
    adds_up,
    not_too_often,
    small_enough,
)


def fee_for(
    article: Article,
    policy: Policy,
    grade: Grade | None = None,
    reason: str = "",
    resolution: Resolution | None = None,
) -> Fee | None:
    """The restocking fee that fits most closely. What is not known yet, no fee is about."""
    return policy.closest_fee.to(article, lambda fee: fee.about(grade, reason, resolution))


def conditions_for(article: Article, policy: Policy) -> tuple[Condition, ...]:
    """Every condition that fits, in the policy's order; each is asked of the shopper and at the dock."""
    fitting = policy.any_condition.all(article)
    return tuple(c for c in policy.conditions if c.id in fitting)


def disposition_for(article: Article, policy: Policy, grade: Grade) -> Disposition:
    """Where a unit of that grade goes."""
    rule = policy.closest_placing.to(article, lambda rule: not rule.grades or grade in rule.grades)
    return rule.disposition if rule else policy.dispositions[grade]


def worth_of(article: Article, policy: Policy, disposition: Disposition) -> int:
    """What a unit is worth there, in basis points of its cost."""
    fits = policy.closest_worth.to(article, lambda r: not r.dispositions or disposition in r.dispositions)
    return fits.points if fits else policy.values.get(disposition, 0)
