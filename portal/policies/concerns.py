"""What a policy may say and hardly means: rules that never apply, gaps, and what is against shoppers. Pure.

None of it is an error, so nothing is refused for it; it is told before a version is put in force. What nobody
could decide is an error, and a `Clash`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from portal.i18n import Message, say
from portal.policies.costs import Fee, Method
from portal.policies.document import Policy
from portal.policies.kinds import PhotoWish, Resolution, Sending
from portal.policies.matching import Match, Rule
from portal.policies.reasons import way_to

R = TypeVar("R", bound=Rule)
STATUTORY_DAYS = 14  # consumers of the EU and the UK may withdraw for so long, and are paid back within it


@dataclass(frozen=True)
class Concern:
    """`place` in the document, counted as people do: `fees.2`. `text` says what is odd, `mend` what to do."""

    place: str
    text: Message
    mend: Message


def concerns(policy: Policy) -> list[Concern]:
    """In the order of the questions below; empty where nothing is odd."""
    return [concern for question in QUESTIONS for concern in question(policy)]


def barred_anyway(policy: Policy) -> Iterator[Concern]:
    """A rule about nothing but articles that cannot go back."""
    bars = [barred.match for barred in policy.barred]
    for name in ("fees", "conditions", "windows", "returnless"):
        for place, rule in _counted(name, getattr(policy, name)):
            bar = next((bar for bar in bars if _covers(bar, rule.match)), None)
            if bar is not None:
                text = say("“{rule}” never applies: what it is about cannot go back.", rule=rule.id)
                yield Concern(place, text, say("Take the rule out, or the articles from what is barred."))


def _covers(bar: Match, match: Match) -> bool:
    """Whether each article that the rule names by a word is barred by the same word."""
    if bar.whole or match.whole:
        return bar.whole
    kinds = ("skus", "tags", "categories")
    return all(set(getattr(match, kind)) <= set(getattr(bar, kind)) for kind in kinds)


def fees_for_nothing(policy: Policy) -> Iterator[Concern]:
    """A fee for what is never taken, or for reasons for which no fee is taken."""
    for place, fee in _counted("fees", policy.fees):
        if fee.resolutions and not set(fee.resolutions) & set(policy.resolutions):
            text = say("“{rule}” never applies: nothing that it is for can be chosen.", rule=fee.id)
            yield Concern(place, text, say("Offer it under resolutions, or take it out of the fee."))
        if fee.reasons and not fee.free and all(_our_fault(policy, code) for code in fee.reasons):
            text = say("“{rule}” never applies: where the fault is the shop’s, no fee is taken.", rule=fee.id)
            yield Concern(place, text, say("Name a reason that is the shopper’s."))


def _our_fault(policy: Policy, code: str) -> bool:
    reason = policy.reason(code)
    return reason is not None and reason.fault == "shop"


def unused(policy: Policy) -> Iterator[Concern]:
    """What is said about something that nobody can choose."""
    offered, named = set(policy.resolutions), {reason.under for reason in policy.reasons}
    used = {group.code for code in named for group in way_to(code, policy.reason_groups)}
    said = [
        ("credit_bonus", Resolution.STORE_CREDIT, bool(policy.credit_bonus)),
        ("gift_card_bonus", Resolution.GIFT_CARD, bool(policy.gift_card_bonus)),
        *(("valid_months", Resolution(way), True) for way in policy.valid_months),
        *(("way_back.free_for", way, True) for way in policy.way_back.free_for),
        *((place, way, True) for place, one in _methods(policy) for way in one.free_for or ()),
    ]
    for place, way, given in said:
        if given and way not in offered:
            text = say("Something is laid down for {way}, which is not offered.", way=way.value)
            yield Concern(place, text, say("Offer it under resolutions, or take this out."))
    for n, group in enumerate(policy.reason_groups, start=1):
        if group.code not in used:
            text = say("No reason stands under “{rule}”.", rule=group.code)
            yield Concern(f"reason_groups.{n}", text, say("Put a reason under it, or take it out."))


def currencies(policy: Policy) -> Iterator[Concern]:
    """A currency that is known to one rule and not to another."""
    known = set(policy.return_shipping) | set(policy.authorization.automatic_up_to)
    for currency in sorted(known - set(policy.authorization.automatic_up_to)):
        text = say("In {currency} no return is approved at once.", currency=currency)
        yield Concern("authorization.automatic_up_to", text, say("Give it an amount; 0, if that is meant."))
    for place, fee in _counted("fees", policy.fees):
        for currency in sorted(known - set(fee.fixed) if fee.fixed else ()):
            text = say("“{rule}” takes nothing in {currency}.", rule=fee.id, currency=currency)
            yield Concern(place, text, say("Give it an amount; 0, if that is meant."))


def deadlines(policy: Policy) -> Iterator[Concern]:
    """Days that cannot come."""
    for days in policy.deadlines.remind_days:
        if days >= policy.hand_in_days:
            text = say("A reminder {n} days before the end would come before the label.", n=days)
            yield Concern("deadlines.remind_days", text, say("Remind later, or give more days to hand in."))
    for place, rule in _counted("windows", policy.windows):
        if rule.until and rule.placed and rule.days is None and rule.until < rule.placed.first:
            text = say("“{rule}” never lengthens anything: it ends before its season begins.", rule=rule.id)
            yield Concern(place, text, say("Choose a later day."))


def only_people(policy: Policy) -> Iterator[Concern]:
    """Nothing goes by itself."""
    if all(reason.review for reason in policy.reasons):
        text = say("Every reason waits for a person, so no return is approved at once.")
        yield Concern("reasons", text, say("Leave review out where nobody has to look."))


def money_last(policy: Policy) -> Iterator[Concern]:
    """Money back that is harder to come by than credit."""
    ways = list(policy.resolutions)
    if Resolution.ORIGINAL not in ways:
        text = say("Shoppers cannot have their money back. Consumers often have a right to it.")
        yield Concern("resolutions", text, say("Offer original."))
    elif any(ways.index(way) < ways.index(Resolution.ORIGINAL) for way in STORED & set(ways)):
        text = say("Credit stands before money back.")
        yield Concern("resolutions", text, say("Name original first."))
    for n, reason in enumerate(policy.reasons, start=1):
        if reason.fault == "shop" and reason.resolutions and Resolution.ORIGINAL not in reason.resolutions:
            text = say("“{rule}” is the shop’s fault, but money back is not offered.", rule=reason.code)
            yield Concern(f"reasons.{n}", text, say("Add original to its resolutions."))
    for place, fee in _counted("fees", policy.fees):
        if _for_money_alone(fee):
            text = say("“{rule}” is taken for money back and not for credit.", rule=fee.id)
            yield Concern(place, text, say("Take it from both, or from none."))


STORED = frozenset({Resolution.STORE_CREDIT, Resolution.GIFT_CARD})


def _for_money_alone(fee: Fee) -> bool:
    return not fee.free and Resolution.ORIGINAL in fee.resolutions and not STORED & set(fee.resolutions)


def proof_demanded(policy: Policy) -> Iterator[Concern]:
    """Who owes a photo for what the shop did wrong, and cannot take one, gets nothing."""
    for n, reason in enumerate(policy.reasons, start=1):
        if reason.fault == "shop" and reason.photo is PhotoWish.REQUIRED:
            text = say("“{rule}” is the shop’s fault, but nobody gets on without a photo.", rule=reason.code)
            yield Concern(
                f"reasons.{n}", text, say("Let photos be optional; ask for one where it is missing.")
            )


def paid_by_shoppers(policy: Policy) -> Iterator[Concern]:
    """Nothing but a way back at the shopper's cost, although the fault may be the shop's."""
    everywhere = [method for method in policy.way_back.methods if not method.countries]
    if everywhere and all(method.sending is Sending.OWN for method in everywhere):
        text = say("Shoppers pay the way back even where the fault is the shop’s.")
        yield Concern("way_back.methods", text, say("Offer label or qr, too."))


def not_from_there(policy: Policy) -> Iterator[Concern]:
    """Costs from where a way back is not offered."""
    for place, method in _methods(policy):
        named = {country for row in method.by_country for country in row.countries}
        if lost := sorted(country for country in named if not method.offered_in(country)):
            text = say("From {countries} it costs something, but is not offered.", countries=", ".join(lost))
            yield Concern(
                place, text, say("Offer it there, too, or take these countries out of what it costs.")
            )


def _methods(policy: Policy) -> Iterator[tuple[str, Method]]:
    return ((f"way_back.methods.{n}", one) for n, one in enumerate(policy.way_back.methods, start=1))


def shorter_than_law(policy: Policy) -> Iterator[Concern]:
    """What consumers of the EU and the UK have anyway."""
    spans = [("window.days", policy.window.days)]
    spans += [(place, rule.days or STATUTORY_DAYS) for place, rule in _counted("windows", policy.windows)]
    for place, days in spans:
        if days < STATUTORY_DAYS:
            text = say("{n} days are fewer than consumers of the EU and the UK have to withdraw.", n=days)
            yield Concern(place, text, say("Give at least {n} days.", n=STATUTORY_DAYS))
    if policy.pay_days > STATUTORY_DAYS:
        text = say("Money goes out later than consumers of the EU and the UK may expect.")
        yield Concern("pay_days", text, say("Give at most {n} days.", n=STATUTORY_DAYS))


def _counted(name: str, rules: Iterable[R]) -> Iterator[tuple[str, R]]:
    return ((f"{name}.{n}", rule) for n, rule in enumerate(rules, start=1))


Question = Callable[[Policy], Iterator[Concern]]
QUESTIONS: tuple[Question, ...] = (
    barred_anyway,
    fees_for_nothing,
    unused,
    currencies,
    deadlines,
    only_people,
    money_last,
    proof_demanded,
    paid_by_shoppers,
    not_from_there,
    shorter_than_law,
)
