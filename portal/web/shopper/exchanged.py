"""Another article that is given for what comes back, in a shopper's words: where it stands, what it costs."""

from collections.abc import Iterator
from urllib.parse import quote

from portal.i18n import Amount, Message, say
from portal.refunds.planning import Plan
from portal.refunds.quoting import open_items, plan_for
from portal.returns import Return, Stage
from portal.returns.exchanges.holding import goes_ahead
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.views.exchanges import is_kept

S = ExchangeState
STANDS = {
    S.WANTED: say("Kept for you. It is sent when what you send back is checked."),
    S.TO_PAY: say("It costs more. It is sent when the difference is paid."),
    S.TO_SHIP: say("It is sent next."),
    S.WAITING: say("It is sold out. It is sent as soon as it is there again."),
    S.SHIPPED: say("It is on its way to you."),
    S.ENDED: say("It is not sent after all."),
}
# What the page of its return says first, and next, once that has come or is checked.
TITLES = {S.TO_PAY: say("Please pay the difference"), S.WAITING: say("Sold out for now")}
CAME = {Stage.RECEIVED: say("It has arrived. We check it next."), Stage.CHECKED: say("It is checked.")}
NEXT = {
    S.TO_PAY: say("What you chose is sent once the difference is paid."),
    S.WAITING: say("What you chose is sent as soon as it is there again."),
    S.TO_SHIP: say("What you chose is sent next."),
    S.SHIPPED: say("What you chose was sent already."),
}
# Where carriers tell of a parcel by its number.
PAGES = {
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id=",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr=",
    "ups": "https://www.ups.com/track?tracknum=",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
}


def headed(exchange: Exchange | None, stage: Stage) -> tuple[Message | None, Message] | None:
    """A title of its own, if it has one, and what comes next; None where its stage says enough."""
    if exchange is None or stage not in CAME or exchange.state not in NEXT:
        return None
    text = say("{came} {next}", came=CAME[stage], next=NEXT[exchange.state])
    return TITLES.get(exchange.state), text


def standing_of(return_: Return, exchange: Exchange | None) -> list[Message]:
    """Where it stands; what is still to be paid for it, and what would be if nothing came back."""
    if exchange is None:
        return []
    unpaid = exchange.refund_id is None and exchange.state not in (S.ENDED, S.WAITING)
    items = open_items(return_) if unpaid else []
    costs = _costs(return_, exchange, plan_for(return_, items)) if items else ()
    return [_stands(return_, exchange), *costs]


def _stands(return_: Return, exchange: Exchange) -> Message:
    if exchange.state is S.WANTED and goes_ahead(return_) and is_kept(exchange):
        return say("Kept for you. It does not wait for what you send back.")
    return STANDS[exchange.state]


def _costs(return_: Return, exchange: Exchange, plan: Plan) -> Iterator[Message]:
    ahead, owed = goes_ahead(return_), Amount(plan.owed, return_.currency)
    if owed.minor > 0 and exchange.state is S.WANTED:
        more = say("It costs {amount} more than what you send back.", amount=owed)
        if ahead:
            yield say("{more} You pay that by a link that we mail to you, before it is sent.", more=more)
        else:
            yield say("{more} You pay that by a link that we mail to you, once yours is checked.", more=more)
    if ahead and plan.value:
        amount = Amount(plan.value, return_.currency)
        yield say(
            "If what you send back does not come in time, or is not accepted, you pay {amount} for it.",
            amount=amount,
        )


def tracked_at(exchange: Exchange | None) -> str:
    """The carrier's page about its parcel; "" where that is not known."""
    if exchange is None or not exchange.tracking:
        return ""
    page = PAGES.get(exchange.carrier.lower(), "")
    return page and page + quote("".join(exchange.tracking.split()), safe="")
