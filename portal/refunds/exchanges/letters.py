"""What the mails about an exchange say."""

import uuid

from portal.audit import Event, timeline
from portal.db import find
from portal.i18n import Amount
from portal.notices import Letter, Line, letter
from portal.policies import Resolution
from portal.refunds.demands import Demand
from portal.refunds.demands.why import last_day
from portal.refunds.owing import demands_for
from portal.returns.exchanges.models import Exchange
from portal.returns.exchanges.tracking import tracked_at
from portal.returns.letters import to_shopper


def _articles(exchange: Exchange) -> list[Line]:
    return [Line(line.title, line.quantity or line.asked, line.variant) for line in exchange.lines]


@letter("exchange_shipped")
def shipped(id: uuid.UUID) -> Letter | None:
    exchange = find(Exchange, id)
    sent = {"carrier": exchange.carrier, "tracking": exchange.tracking, "tracked_at": tracked_at(exchange)}
    items = [Line(line.title, line.quantity, line.variant) for line in exchange.lines if line.quantity]
    return to_shopper(exchange.return_, items=items, **sent)


@letter("exchange_waits")
def waits(id: uuid.UUID) -> Letter | None:
    """It is sold out, and the shopper chose to wait."""
    exchange = find(Exchange, id)
    return to_shopper(exchange.return_, items=_articles(exchange))


@letter("exchange_ended")
def ended(id: uuid.UUID) -> Letter | None:
    """Nothing is sent, as it is sold out, or what it costs more was not paid; the shopper gets something
    else."""
    exchange = find(Exchange, id)
    asked = demands_for(exchange)
    unwanted = any(
        row.event == Event.EXCHANGE_UNWANTED and row.subject_id == exchange.id
        for row in timeline(exchange.return_)
    )
    unpaid = asked[-1] if asked and _lapsed(asked[-1]) else None
    return to_shopper(
        exchange.return_,
        items=_articles(exchange),
        credit=exchange.return_.resolution is Resolution.STORE_CREDIT,
        paid=any(demand.paid_at for demand in asked),
        unpaid=Amount(unpaid.amount, unpaid.currency) if unpaid else None,
        until=last_day(unpaid) if unpaid else None,
        unwanted=unwanted,
    )


def _lapsed(demand: Demand) -> bool:
    """Whether its time was over when the exchange ended, which then took it back; not where it was taken back
    before that, as what is sold out need not be paid."""
    return demand.paid_at is None and demand.due_at <= demand.changed_at
