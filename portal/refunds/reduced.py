"""What a reduction comes to, and what the shopper is mailed about it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.db import find
from portal.i18n import Amount, say
from portal.notices import Letter, Line, letter
from portal.policies import Resolution
from portal.refunds.quoting import without_and_with
from portal.returns.letters import to_shopper
from portal.returns.reductions import Ground, Reduction
from portal.returns.reductions.proposing import units_of
from portal.tenants import this_shop

GROUNDS = {
    Ground.CONDITION: say("Its condition"),
    Ground.MISSING_PARTS: say("Parts are missing"),
    Ground.OTHER: say("Something else"),
}


@dataclass(frozen=True)
class Sums:
    """What its units would come to without it, and with it; the way back is not in it."""

    before: Amount
    after: Amount


def sums_of(reduction: Reduction) -> Sums | None:
    items = units_of(reduction)
    if not items:
        return None
    currency = reduction.return_.currency
    before, after = without_and_with(reduction.return_, items)
    return Sums(Amount(before, currency), Amount(after, currency))


@letter("reduction_proposed")
@letter("reduction_upheld")
@letter("reduction_changed")
@letter("reduction_withdrawn")
def about(id: uuid.UUID) -> Letter | None:
    """About a reduction: what was found, what it comes to, by when to answer, or how it was decided."""
    reduction = find(Reduction, id)
    article = reduction.line.order_line
    return to_shopper(
        reduction.return_,
        items=[Line(article.title, reduction.units, article.variant)],
        ground=GROUNDS[reduction.ground],
        note=reduction.note,
        answer=reduction.answer,
        sums=sums_of(reduction),
        exchange=reduction.return_.resolution is Resolution.EXCHANGE,
        until=_day(reduction.answer_by) if reduction.pending else None,
    )


def _day(moment: datetime) -> object:
    return moment.astimezone(ZoneInfo(this_shop().zone)).date()
