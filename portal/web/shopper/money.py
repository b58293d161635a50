"""What comes back of a return, in a shopper's words: where to, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.db import here, session
from portal.i18n import Message, say
from portal.refunds.bank_accounts.telling import account_told
from portal.refunds.explaining import Article, Explanation, explain
from portal.refunds.lifecycle import HELD, Destination, LegState
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.planning import Plan
from portal.refunds.progress import STOPPED, replaceable
from portal.refunds.quoting import open_items, plan_for
from portal.refunds.routing import MANUAL
from portal.refunds.tendering import Leg
from portal.returns import Return, Stage
from portal.returns.exchanges.holding import was_sent
from portal.web.shopper.statement import Row
from portal.web.shopper.wording import arriving, destination

ENDED = frozenset({Stage.DENIED, Stage.CANCELLED, Stage.EXPIRED})
MONEY = {
    LegState.APPROVED: say("on its way"),
    LegState.SUBMITTED: say("on its way"),
    LegState.UNKNOWN: say("on its way"),
    LegState.PENDING: say("sent, your bank is working on it"),
    LegState.SUCCEEDED: say("sent"),
}


@dataclass(frozen=True)
class Money:
    """What comes back: (where, how far it is, amount) each, in minor units of the return's currency, and how
    much of that is goodwill."""

    legs: list[tuple[Message | str, Message, int]]
    goodwill: int = 0

    @property
    def total(self) -> int:
        return sum(amount for _, _, amount in self.legs)


@dataclass(frozen=True)
class Coming:
    """What was approved, and the plan of what is still to be."""

    refunds: Sequence[Refund]
    plan: Plan | None


def coming_of(return_: Return) -> Coming:
    waiting = open_items(return_) if return_.stage not in ENDED else []
    return Coming(refunds_of(return_), plan_for(return_, waiting) if waiting else None)


def money_of(return_: Return, coming: Coming | None = None) -> Money | None:
    """What was sent, is on its way, and is planned; None when nothing is to be had, or nobody may know."""
    if return_.gift:
        return None
    refunds, plan = (now := coming or coming_of(return_)).refunds, now.plan
    legs = [leg for refund in refunds for leg in refund.legs if _counts(leg)]
    told = [(text, _how_far(leg), n) for leg in legs for text, n in arriving(_where(return_, leg), leg)]
    for leg in plan.legs if plan else ():
        told += [
            (text, _planned(return_, leg), amount)
            for text, amount in arriving(destination(return_, leg), leg)
        ]
    goodwill = sum(refund.goodwill for refund in refunds if refund.cancelled_at is None)
    return Money(told, goodwill) if told else None


def _planned(return_: Return, leg: Leg) -> Message:
    if leg.to is Destination.EXCHANGE and was_sent(return_):
        return say("sent already, counted when yours is checked")
    return say("planned")


def _counts(leg: RefundLeg) -> bool:
    """Whether its amount is still to come or has come; one that another leg replaces counts with that."""
    return leg.state in HELD or replaceable(leg)


def _how_far(leg: RefundLeg) -> Message:
    if leg.destination is Destination.EXCHANGE:
        return say("sent") if leg.state is LegState.SUCCEEDED else say("to be sent")
    if leg.gateway == MANUAL and leg.state is LegState.APPROVED:
        return say("the shop transfers it by hand")
    if leg.gateway == MANUAL and leg.state is LegState.SUCCEEDED:
        return say("transferred")
    if leg.state in STOPPED:
        return say("could not be sent, and is still yours")
    return MONEY[leg.state]


def _where(return_: Return, leg: RefundLeg) -> Message | str:
    return account_told(leg) or destination(return_, Leg(leg.amount, leg.payment_id, leg.destination))


def refunds_of(return_: Return) -> Sequence[Refund]:
    query = sa.select(Refund).where(Refund.tenant_id == here(), Refund.return_id == return_.id)
    return session.scalars(query.options(selectinload(Refund.legs)).order_by(Refund.no)).all()


@dataclass(frozen=True)
class Explained:
    """Why it is less than planned: groups of rows that add up to the total."""

    explanation: Explanation
    groups: Sequence[Sequence[Row]]


def explained_of(return_: Return, coming: Coming) -> Explained | None:
    """None where nothing was taken off."""
    explained = explain(return_, coming.refunds, coming.plan)
    if explained is None:
        return None
    rest: list[Row] = [("", name, "", amount) for name, amount in explained.rest]
    return Explained(explained, [*map(_rows, explained.articles), *([rest] if rest else [])])


def _rows(article: Article) -> list[Row]:
    taken: list[Row] = [("less", name, "", amount) for name, amount in article.taken.items()]
    planned: Row = ("less", say("Planned for it"), "", article.expected)
    return [("head", article.name, "", article.comes_to), planned, *taken]
