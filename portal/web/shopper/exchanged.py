"""Another article that is given for what comes back, in a shopper's words: where it stands, what it costs."""

from collections.abc import Iterator

from portal.i18n import Amount, Message, say
from portal.policies import Resolution
from portal.refunds.demands import DemandState
from portal.refunds.demands.why import WENT
from portal.refunds.planning import Plan
from portal.refunds.quoting import open_items, plan_for
from portal.returns import Return, Stage
from portal.returns.exchanges.holding import goes_ahead
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.views.exchanges import is_kept
from portal.web.shopper.owing import owed_by

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


def headed(return_: Return, exchange: Exchange | None) -> tuple[Message | None, Message] | None:
    """A title of its own, if it has one, and what comes next; None where its stage says enough."""
    exchanged = return_.resolution is Resolution.EXCHANGE and return_.stage in CAME
    if exchange is None or not exchanged or exchange.state not in NEXT:
        return None
    text = say("{came} {next}", came=CAME[return_.stage], next=NEXT[exchange.state])
    return TITLES.get(exchange.state), text


def owing(return_: Return, exchange: Exchange | None) -> tuple[Message, Message] | None:
    """A title and what is owed for what did not wait for a payment; None where nothing is, whatever became of
    the return."""
    if exchange is None or exchange.state not in WENT:
        return None
    owed = [one for one in owed_by(return_) if one.state in (DemandState.OPEN, DemandState.LAPSED)]
    amount = Amount(sum(one.amount for one in owed), return_.currency)
    if any(one.state is DemandState.LAPSED for one in owed):
        text = say("{amount} is still owed for what was sent to you. Please write to us.", amount=amount)
        return say("Not paid in time"), text
    text = say("It did not wait for what you send back. {amount} is still to be paid for it.", amount=amount)
    return (say("Please pay for what you chose"), text) if owed else None


def standing_of(return_: Return, exchange: Exchange | None) -> list[Message]:
    """Where it stands; what is still to be paid for it, and what would be if nothing came back."""
    if exchange is None:
        return []
    unpaid = exchange.refund_id is None and exchange.state not in (S.ENDED, S.WAITING)
    items = open_items(return_) if unpaid else []
    costs = _costs(return_, exchange, plan_for(return_, items)) if items else ()
    return [_stands(return_, exchange), *costs]


def _stands(return_: Return, exchange: Exchange) -> Message:
    if exchange.state is not S.WANTED:
        return STANDS[exchange.state]
    if not is_kept(exchange):
        return say("It is not kept for you any more. If it is there when yours is checked, it is sent then.")
    if goes_ahead(return_):
        return say("Kept for you. It does not wait for what you send back.")
    return STANDS[S.WANTED]


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
