"""What a shopper is promised, in sentences: the same on the policy's page, on the desk and in the wizard."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from portal.i18n import Amount, Message, say
from portal.money import per_cent
from portal.policies.costs import Fee, Method
from portal.policies.document import Condition, Policy
from portal.policies.kinds import Amounts, Resolution, Sending
from portal.policies.windows import Extend, WindowRule

W = TypeVar("W")
MEANS = {
    Resolution.ORIGINAL: say("to what the order was paid with"),
    Resolution.STORE_CREDIT: say("for the order's e-mail address"),
    Resolution.GIFT_CARD: say("whose code goes to the order's e-mail address"),
    Resolution.EXCHANGE: say("of the catalogue, the difference paid or given back"),
}

SENDINGS = {
    Sending.LABEL: (say("Print a label"), say("You print it and stick it on the parcel.")),
    Sending.QR: (say("Show a QR code"), say("The counter makes the label. You need no printer.")),
    Sending.OWN: (say("Send it yourself"), say("With a carrier of your choice, at your own cost.")),
}
WAY_BACK = {
    Sending.LABEL: say("Return label"),
    Sending.QR: say("Return with a QR code"),
    Sending.OWN: say("Sent at your own cost"),
}


def send_by(sending: Sending | None, day: datetime) -> Message:
    """Until when it is sent, and with what; a label where nobody chose."""
    if sending is Sending.QR:
        return say("Send it by {day}. The code for the counter and the slip are below.", day=day)
    if sending is Sending.OWN:
        return say("Send it by {day}. The address and the slip are below.", day=day)
    return say("Send it by {day}. Label and slip are below.", day=day)


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


def cost(by_currency: Amounts) -> Amount | Message:
    return listed(amounts(by_currency)) if by_currency else say("free")


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


def terms_of(policy: Policy, method: Method) -> list[Message | Amount]:
    """What a way back costs the shop's customers, and what makes it free, part by part."""
    told: list[Message | Amount] = []
    if method.countries:
        told.append(say("for orders to {countries}", countries=", ".join(method.countries)))
    if method.sending is Sending.OWN:
        return told
    way = policy.way_back
    usual, places = policy.return_shipping, way.by_country
    if method.amounts is not None:
        usual, places = method.amounts, method.by_country
    told += amounts(usual) or [say("free")]
    for place in places:
        sums = {"countries": ", ".join(place.countries), "amounts": cost(place.amounts)}
        told.append(say("from {countries} {amounts}", **sums))
    if enough := way.free_from if method.free_from is None else method.free_from:
        told.append(say("free from {amounts} on", amounts=listed(amounts(enough))))
    return told


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


def listed(words: Sequence[W]) -> W | Message:
    """One after the other; there is at least one."""
    first, *rest = words
    return say("{first}, {others}", first=first, others=listed(rest)) if rest else first
