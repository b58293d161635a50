"""What the mails about a demand say. They lead to the return's page, never to the gateway."""

import uuid
from zoneinfo import ZoneInfo

from portal.db import find
from portal.i18n import Amount
from portal.notices import Letter, letter
from portal.refunds.demands.lifecycle import DemandState
from portal.refunds.demands.models import Demand
from portal.refunds.routing import MANUAL
from portal.returns.letters import to_shopper
from portal.tenants import this_shop


@letter("payment_asked")
def payment_asked(id: uuid.UUID) -> Letter | None:
    """To nobody when it was paid or ended before the mail could leave."""
    demand = find(Demand, id)
    return _letter(demand) if demand.state is DemandState.OPEN else None


@letter("payment_lapsed")
def payment_lapsed(id: uuid.UUID) -> Letter | None:
    demand = find(Demand, id)
    return _letter(demand) if demand.state is DemandState.LAPSED else None


def _letter(demand: Demand) -> Letter | None:
    shop = this_shop()
    return to_shopper(
        demand.return_,
        amount=Amount(demand.amount, demand.currency),
        until=demand.due_at.astimezone(ZoneInfo(shop.zone)).date(),
        bank=list(shop.bank_details) if demand.gateway == MANUAL else [],
    )
