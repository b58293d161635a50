"""What the daily mail says: read when it is written, so it tells what is true when it leaves."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal.audit.models import TrailSeal
from portal.db import find, here, session
from portal.i18n import Amount, Message, say
from portal.ids import print_rma
from portal.jobs.watching import trouble
from portal.ledger import Role
from portal.notices import Letter, Line, letter
from portal.people import User
from portal.refunds.demands import Demand, DemandState
from portal.reporting.models import DailyMail
from portal.returns import Return
from portal.returns.clocks import DUTIES, Duty
from portal.tenants import this_shop
from portal.views import board, books
from portal.views.board import Sorting, View, Wish
from portal.views.paging import Spot

NAMED = 10  # late returns that are named
WAITING = {
    View.UNANSWERED: say("Messages to answer"),
    View.OBJECTED: say("Objections to decide"),
    View.TO_PAY: say("Refunds to approve"),
    View.FAILED: say("Payments to sort out"),
}
BALANCES = {
    Role.CREDIT_LIABILITY: say("Store credit of shoppers"),
    Role.GIFT_CARD_LIABILITY: say("Gift cards of shoppers"),
}
UNPAID = {
    DemandState.OPEN: say("Asked of shoppers, not paid yet"),
    DemandState.LAPSED: say("Asked of shoppers, not paid in time"),
}


@letter("daily")
def daily(id: uuid.UUID) -> Letter:
    mail, shop = find(DailyMail, id), this_shop()
    user, counts, stuck = find(User, mail.user_id), board.counts(), trouble()
    late = Wish(View.LATE, sorting=Sorting.DUE)
    seal = _seal(datetime.combine(mail.day, time(), ZoneInfo(shop.zone)))
    values = {
        "on": mail.day,
        "count": counts[View.LATE],
        "late": [(DUTIES[duty], n) for duty, n in _late(late)],
        "named": list(_named(late)),
        "waiting": [(word, counts[view]) for view, word in WAITING.items() if counts[view]],
        "owed": [*_payable(), *_balances(), *_unpaid()],
        "dead": stuck.dead,
        "tried": stuck.tried,
        "rows": seal.rows if seal else 0,
        "seal": _in_groups(seal.hash) if seal else [],
    }
    return Letter(
        to=user.email, name=user.name, language=user.language, link="desk?view=late&sort=due", values=values
    )


def _seal(until: datetime) -> TrailSeal | None:
    query = sa.select(TrailSeal).where(TrailSeal.tenant_id == here(), TrailSeal.until == until)
    return session.scalars(query).one_or_none()


def _in_groups(hash: str) -> Sequence[str]:
    """As it is compared by eye."""
    groups = [hash[at : at + 8] for at in range(0, len(hash), 8)]
    return [" ".join(groups[:4]), " ".join(groups[4:])]


def _late(wish: Wish) -> Iterator[tuple[Duty, int]]:
    query = sa.select(Return.duty, sa.func.count()).where(*board.matching(wish)).group_by(Return.duty)
    found = {duty: n for duty, n in session.execute(query) if duty}
    yield from ((duty, found[duty]) for duty in Duty if duty in found)


def _named(wish: Wish) -> Iterator[tuple[str, Message, datetime]]:
    for row in board.rows(wish, Spot(), NAMED).rows:
        if row.due:
            yield print_rma(row.number), DUTIES[row.due.duty], row.due.until


def _payable() -> Iterator[Line]:
    text = say("Refunds that are approved and have not arrived")
    for currency, owed in sorted(books.payable().items()):
        yield Line(text, amount=Amount(owed.amount, currency))


def _balances() -> Iterator[Line]:
    for role, text in BALANCES.items():
        for currency, sheet in sorted(books.sheets().items()):
            owed = -sum(b.amount for b in (*sheet.debit, *sheet.credit) if b.account.role is role)
            if owed:
                yield Line(text, amount=Amount(owed, currency))


def _unpaid() -> Iterator[Line]:
    amount = sa.cast(sa.func.sum(Demand.amount), sa.BigInteger)
    query = sa.select(Demand.state, Demand.currency, amount).where(Demand.tenant_id == here())
    query = query.where(Demand.state.in_(list(UNPAID))).group_by(Demand.state, Demand.currency)
    found = [(row.state, row.currency, row[2]) for row in session.execute(query)]
    for state, currency, owed in sorted(found):
        yield Line(UNPAID[state], amount=Amount(owed, currency))
