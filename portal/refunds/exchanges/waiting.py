"""Who waits for what is sold out may stop waiting, until it is there again."""

from collections.abc import Sequence

from portal.audit import Actor, Event
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.policies import Instead, Resolution
from portal.refunds.exchanges.giving_up import give_up, note, to_pay_for_it
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.exchanges.picking import instead_offered
from portal.returns.models import Return


def waits(exchange: Exchange | None) -> bool:
    return exchange is not None and exchange.state is ExchangeState.WAITING


def ways_out(return_: Return) -> Sequence[Resolution]:
    """What they may have in place of it: money where the policy offers nothing else."""
    offered = [Resolution(way.value) for way in instead_offered(return_) if way is not Instead.WAIT]
    return offered or [Resolution.ORIGINAL]


def freed(exchange: Exchange) -> int:
    """What was counted for it already and goes another way, in minor units. What was paid on top went back
    when it was sold out."""
    return sum(leg.amount for leg in to_pay_for_it(exchange.return_))


def stop_waiting(exchange: Exchange, to: Resolution | None, by: Actor) -> None:
    """The shopper would rather have something else. Lock the return.

    Raises Conflict when it is there again, was given up, or cannot be paid that way any more; Refusal, with
    its field, for what is not offered.
    """
    return_ = exchange.return_
    if not waits(exchange):
        raise Conflict(say("You do not wait for it any more. Below is how it stands now."))
    if to is None or to not in ways_out(return_):
        raise Refusal(say("Choose what you would like."), "instead")
    return_.instead = Instead(to.value)
    note(exchange, Event.EXCHANGE_UNWANTED, by)
    try:
        give_up(exchange, to, by)
    except Conflict as full:
        raise Conflict(say("It cannot be paid that way any more. Choose another, or write to us.")) from full
