"""What a shopper is promised, in sentences: the same on the policy's page as in the wizard."""

from portal.i18n import Message, say
from portal.money import per_cent
from portal.policies.document import Condition, Policy


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
