"""What a whole configuration may say and hardly means. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from portal.i18n import LANGUAGES, Message, say
from portal.notices.naming import MAILS
from portal.policies.concerns import Concern, concerns
from portal.policies.configuration import Configuration
from portal.policies.limits import Limits
from portal.policies.mails_differing import language
from portal.policies.notices import Notices


def odd(wanted: Configuration, used: Collection[str] = ()) -> list[Concern]:
    """Of all its documents, each with its place in the whole. `used`: currencies of the shop's orders."""
    policy = (replace(one, place=f"policy.{one.place}") for one in concerns(wanted.policy))
    return [*policy, *unlimited(wanted.limits, {*used, *named_in(wanted)}), *half_said(wanted.notices)]


def named_in(wanted: Configuration) -> set[str]:
    """The currencies in which the configuration says how much of anything."""
    policy, limits = wanted.policy, wanted.limits
    said: list[Mapping[str, int]] = [policy.return_shipping, policy.authorization.automatic_up_to]
    said += [fee.fixed for fee in policy.fees] + [rule.up_to for rule in policy.returnless]
    said += [limits.agent_limit, limits.goodwill_budget, limits.second_person_above]
    said += [limits.alone_per_day, limits.off_quote.amounts]
    return {currency for amounts in said for currency in amounts}


def unlimited(limits: Limits, used: Collection[str]) -> Iterator[Concern]:
    """What has a limit in some of the shop's currencies and none in others; a shop may do without any."""
    for currency in sorted(used):
        for place, amounts, text in _bounds(limits, currency):
            if amounts and currency not in amounts:
                yield Concern(f"limits.{place}", text, say("Give it an amount in this currency, too."))


def _bounds(limits: Limits, currency: str) -> Iterator[tuple[str, Mapping[str, int], Message]]:
    """Each limit by currency, and what it means that it lacks this one."""
    alone = say("In {currency} one person alone may approve any refund, however large.", currency=currency)
    yield "second_person_above", limits.second_person_above, alone
    daily = say("In {currency} one person alone may approve as much a day as they like.", currency=currency)
    yield "alone_per_day", limits.alone_per_day, daily
    if limits.off_quote.points is None:  # which hold in every currency
        off = say("In {currency} one person alone may approve any distance from a quote.", currency=currency)
        yield "off_quote.amounts", limits.off_quote.amounts, off


def half_said(notices: Notices) -> Iterator[Concern]:
    """Own words in some languages and not in others: told once for a language in which there are none."""
    used = {code for said in notices.texts.values() for code in said}
    lacking = [code for code in LANGUAGES if used and code not in used]
    for code in lacking:
        text = say("No mail has words of your own in {language}.", language=language(code))
        yield Concern("notices.texts", text, _mend())
    for event, said in notices.texts.items():
        for code in (code for code in LANGUAGES if code in used and code not in said):
            text = say("The mail “{mail}” has no words of your own in {language}.", mail=MAILS[event],
                       language=language(code))  # fmt: skip
            yield Concern(f"notices.texts.{event}", text, _mend())


def _mend() -> Message:
    return say("Write them, or leave ours.")
