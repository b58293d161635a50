"""Why a shopper is asked to pay, in a sentence: the same in the mail and on the page."""

from datetime import date
from zoneinfo import ZoneInfo

from portal.i18n import Amount, Message, say
from portal.refunds.demands.models import Demand
from portal.refunds.demands.purpose import exchange_for
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.lifecycle import ItemState
from portal.returns.pieces import sorts
from portal.tenants import this_shop

WENT = frozenset({ExchangeState.TO_SHIP, ExchangeState.SHIPPED})


def last_day(demand: Demand) -> date:
    """Until when it can be, or could have been, paid."""
    return demand.due_at.astimezone(ZoneInfo(this_shop().zone)).date()


def went_ahead(demand: Demand) -> Exchange | None:
    """What it pays for, where that did not wait for the payment: it was sent at once, or is about to be."""
    exchange = exchange_for(demand)
    return exchange if exchange and exchange.state in WENT else None


def asked(demand: Demand) -> Message:
    """What is to be paid, why, and until when."""
    exchange = went_ahead(demand)
    told = {"amount": Amount(demand.amount, demand.currency), "day": last_day(demand)}
    if exchange:
        return say("{why} Please pay {amount} for it by {day}.", why=_gone(exchange), **told)
    return say(
        "Your exchange costs {amount} more than what you send back. Please pay it by {day}; then it goes on.",
        **told,
    )


def _gone(exchange: Exchange) -> Message:
    """Why something is owed for what went without waiting."""
    if exchange.refund_id:
        return say("What you chose did not wait for yours, and less was accepted for that than planned.")
    if any(unit.state is ItemState.INSPECTED for unit in sorts(exchange.return_)):
        return say("What you chose was sent before yours was checked, and what came was not accepted.")
    return say("What you chose was sent before yours came back, and nothing has come.")
