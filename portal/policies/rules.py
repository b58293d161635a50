"""One small function for each rule. A verdict asks every one; a rule with nothing to say is silent."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from portal.i18n import Amount, Message, say
from portal.policies.document import Condition, Fee, Match, Policy
from portal.policies.verdicts import Answer, Finding, Verdict


class Article(Protocol):
    """What rules match on: facts, or an order line itself."""

    @property
    def sku(self) -> str: ...
    @property
    def tags(self) -> Collection[str]: ...
    @property
    def category(self) -> str: ...


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
    cancelled: bool = False
    gone: bool = False
    flagged: bool = False
    allowed: str = ""
    """The id of an override that lets the line go back although a rule that can be overridden says no."""
    extended: datetime | None = None
    """The first moment that is too late by an override, whose id `extension` is."""
    extension: str = ""


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
    """The midnight, in the shop's time zone, after the last day of the policy's window.

    Counted from delivery; where that is unknown, from shipment and the days a parcel takes. None while
    nothing has been sent.
    """
    start = facts.delivered_at
    if start is None and facts.shipped_at is not None:
        start = facts.shipped_at + timedelta(days=policy.window.transit_days)
    if start is None:
        return None
    zone = ZoneInfo(facts.zone)
    last = start.astimezone(zone).date() + timedelta(days=policy.window.days)
    return datetime.combine(last + timedelta(days=1), time(), zone)


def last_day(end: datetime) -> datetime:
    """A moment of the last day of a window, for saying the day."""
    return end - timedelta(hours=1)


def sold_for_good(facts: Facts, policy: Policy) -> Finding | None:
    """Articles that the policy bars: final sale, made to order, hygiene."""
    barred = [b for b in policy.barred if rank(b.match, facts) >= 0]
    if not barred:
        return None
    first = max(barred, key=lambda b: rank(b.match, facts))
    inputs = {"rule": first.id, "sku": facts.sku, "tags": sorted(facts.tags), "category": facts.category}
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
    end = policy_end(facts, policy)
    if end is None:
        return None
    if facts.extended and facts.extended > end:
        return _extended(facts, policy, last_day(end).date())
    day = last_day(end).date()
    inputs = {"until": day.isoformat(), "days": policy.window.days}
    if facts.now < end:
        text = say("In time: it can go back until {day}.", day=day)
        return Finding("window", Answer.YES, text, inputs)
    text = say("The time to send it back ended on {day}.", day=day)
    instead = say("If it is faulty, write to the shop: your statutory rights go on.")
    return Finding("window", Answer.NO, text, inputs, instead)


def _extended(facts: Facts, policy: Policy, without: date) -> Finding:
    assert facts.extended
    day = last_day(facts.extended.astimezone(ZoneInfo(facts.zone))).date()
    inputs = {"until": day.isoformat(), "days": policy.window.days}
    inputs |= {"extension": facts.extension, "without": without.isoformat()}
    if facts.now < facts.extended:
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
    small_enough,
)


def rank(match: Match, article: Article) -> int:
    """How closely a rule fits: 3 by SKU, 2 by tag, 1 by category, 0 every article, -1 not at all."""
    if article.sku in match.skus:
        return 3
    if set(article.tags) & set(match.tags):
        return 2
    if article.category in match.categories:
        return 1
    return -1 if match.skus or match.tags or match.categories else 0


def fee_for(article: Article, policy: Policy) -> Fee | None:
    """The restocking fee that fits most closely; among equals the one that stands first."""
    fitting = [f for f in policy.fees if rank(f.match, article) >= 0]
    return max(fitting, key=lambda f: rank(f.match, article), default=None)


def conditions_for(article: Article, policy: Policy) -> tuple[Condition, ...]:
    """Every condition that fits; each is asked at the dock."""
    return tuple(c for c in policy.conditions if rank(c.match, article) >= 0)
