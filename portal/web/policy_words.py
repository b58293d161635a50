"""What the desk and the shopper's page of a policy say alike."""

from typing import Any

from flask import g

from portal import clock
from portal.i18n import Message, Place, either, say
from portal.money import per_cent
from portal.policies import Policy
from portal.policies.approving import Returnless
from portal.policies.costs import Fee
from portal.policies.promises import (
    MEANS,
    SENDINGS,
    amounts,
    fee_size,
    narrowed,
    public_holidays,
    terms_of,
)
from portal.policies.windows import WEEK, Extend
from portal.web.desk.wording import GRADES, RESOLUTIONS


def fee_about(fee: Fee, policy: Policy) -> list[Message]:
    """For which units alone the fee is."""
    told = [say("found {grades}", grades=either([GRADES[g][0] for g in fee.grades]))] if fee.grades else []
    told += said_as(fee, policy)
    if fee.resolutions:
        told.append(say("for {ways}", ways=either([RESOLUTIONS[way] for way in fee.resolutions])))
    return told


def said_as(rule: Fee | Returnless, policy: Policy) -> list[Message]:
    """For which reasons alone a rule is."""
    known = {reason.code: Message(reason.label) for reason in policy.reasons}
    words = [known[code] for code in rule.reasons]
    return [say("sent back as {reasons}", reasons=either(words))] if words else []


def off_days(extend: Extend) -> list[str]:
    return [g.voice.weekday(WEEK.index(day)) for day in extend.weekends]


def calendars(extend: Extend) -> list[Message]:
    """What is said of public holidays as of today."""
    return public_holidays(extend, g.voice.local(clock.now()).date())


SHARED: dict[str, Any] = {
    "amounts": amounts,
    "fee_size": fee_size,
    "fee_about": fee_about,
    "said_as": said_as,
    "narrowed": narrowed,
    "off_days": off_days,
    "calendars": calendars,
    "place": Place,
    "sendings": SENDINGS,
    "terms_of": terms_of,
    "per_cent": per_cent,
    "means": MEANS,
}
