"""What a shopper is promised, in sentences: the same on the policy's page, on the desk and in the wizard."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from portal.i18n import Amount, Message, Place, say
from portal.money import per_cent
from portal.policies.costs import Fee
from portal.policies.document import Condition, Policy
from portal.policies.kinds import Amounts, Resolution
from portal.policies.windows import Extend, WindowRule

MEANS = {
    Resolution.ORIGINAL: say("to what the order was paid with"),
    Resolution.STORE_CREDIT: say("for the order's e-mail address"),
    Resolution.GIFT_CARD: say("whose code goes to the order's e-mail address"),
    Resolution.EXCHANGE: say("of the catalogue, the difference paid or given back"),
}


def money_goes_out(policy: Policy) -> Message:
    """By when; the same clock hurries the desk."""
    days = policy.pay_days
    if days == 0:
        return say("On the day on which your parcel arrives")
    if days == 1:
        return say("At most a day after your parcel has arrived")
    return say("At most {n} days after your parcel has arrived", n=days)


def otherwise(condition: Condition) -> Message:
    """What not meeting a condition costs."""
    if condition.unmet == "refused":
        return say("Otherwise it comes back to you, unpaid.")
    return say("Otherwise the refund is {rate} % less.", rate=per_cent(condition.points))


def amounts(by_currency: Amounts) -> list[Amount]:
    return [Amount(minor, currency) for currency, minor in sorted(by_currency.items())]


def fee_size(fee: Fee) -> list[Amount | Message]:
    if not fee.points:
        return list(amounts(fee.fixed))
    size: list[Amount | Message] = [say("{rate} % of the price without tax", rate=per_cent(fee.points))]
    size += [say("at least {amount}", amount=amount) for amount in amounts(fee.minimum)]
    return size + [say("at most {amount}", amount=amount) for amount in amounts(fee.maximum)]


def narrowed(rule: WindowRule) -> list[Message]:
    """For which orders alone the window is."""
    told = [say("for orders to {countries}", countries=", ".join(rule.countries))] if rule.countries else []
    if rule.placed:
        told.append(say("ordered from {first} to {last}", first=rule.placed.first, last=rule.placed.last))
    return [*told, say("sent back by who got it as a gift")] if rule.gift else told


def public_holidays(extend: Extend, today: date) -> list[Message]:
    """Where they lengthen a time, with the next few of them; and the days on which it ends all the same."""
    told = []
    if extend.public_holidays:
        places = listed([calendar.place for calendar in extend.public_holidays])
        told.append(say("Nor does it end on a public holiday in {places}.", places=places))
        if coming := list(islice(_coming(extend, today), NEXT_FEW)):
            told.append(say("The next of them: {days}.", days=listed(coming)))
    if extend.shoppers_holidays:
        told.append(say("Nor does it end on a public holiday in the country that the order was sent to."))
    if extend.open_days:
        told.append(say("On these days it ends all the same: {days}.", days=listed(sorted(extend.open_days))))
    return told


NEXT_FEW = 3


def _coming(extend: Extend, today: date) -> Iterator[date]:
    """The days of a year from today on which one of the calendars has a holiday."""
    days = (today + timedelta(days=n) for n in range(366))
    return (d for d in days if d not in extend.open_days and any(d in c for c in extend.public_holidays))


def listed(words: Sequence[Message | Place | date]) -> Message | Place | date:
    """One after the other; there is at least one."""
    first, *rest = words
    return say("{first}, {others}", first=first, others=listed(rest)) if rest else first
