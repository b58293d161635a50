"""What the mails about a demand say. They lead to the return's page, never to the gateway."""

import uuid

from portal.db import find
from portal.i18n import Amount
from portal.notices import Letter, letter
from portal.refunds.demands.lifecycle import DemandState
from portal.refunds.demands.models import Demand
from portal.refunds.demands.purpose import exchange_for
from portal.refunds.demands.why import asked, last_day, went_ahead
from portal.refunds.routing import MANUAL
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.letters import to_shopper
from portal.tenants import this_shop


@letter("payment_asked")
def payment_asked(id: uuid.UUID) -> Letter | None:
    """To nobody when it was paid or ended before the mail could leave."""
    demand = find(Demand, id)
    return _letter(demand) if demand.state is DemandState.OPEN else None


@letter("payment_lapsed")
def payment_lapsed(id: uuid.UUID) -> Letter | None:
    """To nobody where the exchange is given up for it, since that mail says so."""
    demand = find(Demand, id)
    told = demand.state is DemandState.LAPSED and not _ends(demand)
    return _letter(demand) if told else None


@letter("payment_waived")
def payment_waived(id: uuid.UUID) -> Letter | None:
    return _letter(find(Demand, id))


def _ends(demand: Demand) -> bool:
    """Whether what it was to pay for is not sent then: a job gives it up soon, or has."""
    if demand.return_.instead is None:  # it never was an exchange
        return False
    exchange = exchange_for(demand)
    return exchange is None or exchange.state is ExchangeState.TO_PAY


def _letter(demand: Demand) -> Letter | None:
    shop = this_shop()
    return to_shopper(
        demand.return_,
        amount=Amount(demand.amount, demand.currency),
        until=last_day(demand),
        asked=asked(demand),
        sent=went_ahead(demand) is not None,
        bank=list(shop.bank_details) if demand.gateway == MANUAL else [],
    )
