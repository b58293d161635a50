"""What is less than a shopper was told: article by article, each thing that was taken off by its name.

All amounts are minor units of the return's currency.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.db import find, session
from portal.i18n import Message, say
from portal.orders.models import OrderLine
from portal.policies import Sending
from portal.policies.promises import WAY_BACK, listed
from portal.policies.rules import conditions_for
from portal.refunds.models import Refund, RefundPart
from portal.refunds.planning import Part, Plan
from portal.refunds.reduced import GROUNDS
from portal.returns.models import Return, ReturnItem, ReturnLine
from portal.returns.reductions import Reduction

Taken = tuple[Message, int]  # its name, and what it makes of the amount: below zero as a rule


class Found(NamedTuple):
    """What units of one line have in common. `unmet`: the conditions that were answered with no."""

    line: uuid.UUID
    points: int
    unmet: tuple[str, ...]
    reduced_by: uuid.UUID | None
    fee_rule: str


class Sum(NamedTuple):
    """Of units of which the same was found. `less`: what of the reduction was proposed to the shopper."""

    units: int = 0
    amount: int = 0
    reduction: int = 0
    less: int = 0
    fee: int = 0
    quoted_fee: int = 0
    cut: int = 0

    def plus(self, other: "Sum") -> "Sum":
        return Sum(*map(sum, zip(self, other, strict=True)))

    @property
    def expected(self) -> int:
        return self.amount + self.reduction + self.cut + self.fee - self.quoted_fee


@dataclass
class Article:
    """Units of one article: what they were to come to, and what was taken off that."""

    line: OrderLine
    units: int = 0
    expected: int = 0
    taken: dict[Message, int] = field(default_factory=dict)

    def add(self, share: Sum, taken: Iterable[Taken]) -> None:
        self.units += share.units
        self.expected += share.expected
        for name, amount in taken:
            self.taken[name] = self.taken.get(name, 0) + amount

    @property
    def comes_to(self) -> int:
        return self.expected + sum(self.taken.values())

    @property
    def name(self) -> Message:
        title, variant = self.line.title, self.line.variant
        if variant:
            return say("{n} × {title}, {variant}", n=self.units, title=title, variant=variant)
        return say("{n} × {title}", n=self.units, title=title)


@dataclass(frozen=True)
class Explanation:
    """`rest`: what is of no article. Σ expected + Σ taken + Σ rest = `total`."""

    articles: Sequence[Article]
    rest: Sequence[Taken]

    @property
    def total(self) -> int:
        return sum(one.comes_to for one in self.articles) + sum(amount for _, amount in self.rest)


def explain(return_: Return, refunds: Sequence[Refund], plan: Plan | None = None) -> Explanation | None:
    """What these refunds and a plan come to; None where nothing was taken off. The plan is of the return's
    own units."""
    standing = [refund for refund in refunds if refund.cancelled_at is None]
    lines, articles = {line.id: line for line in return_.lines}, dict[uuid.UUID, Article]()
    for found, share in (*_approved(standing), *_planned(return_, plan)):
        line = lines[found.line]
        article = articles.setdefault(line.id, Article(line.order_line))
        article.add(share, _taken(line, found, share))
    if not any(one.taken for one in articles.values()):
        return None
    return Explanation(list(articles.values()), list(_rest(return_, [*standing, *([plan] if plan else [])])))


def _approved(refunds: Sequence[Refund]) -> Iterator[tuple[Found, Sum]]:
    """Added up by the database: a line may have very many units."""
    if not refunds:
        return
    part, item = RefundPart, ReturnItem
    answers = sa.cast(item.answers, sa.Text)
    kind = (item.return_line_id, item.reduction, answers, item.reduced_by_id, part.fee_rule)
    amounts = (part.amount, part.reduction, item.less, part.fee, part.quoted_fee, part.cut)
    query = sa.select(*kind, sa.func.count(), *map(sa.func.sum, amounts))
    query = query.join_from(part, item, item.id == part.item_id).group_by(*kind)
    mine = query.where(part.refund_id.in_([refund.id for refund in refunds]), part.released.is_(False))
    for line, points, text, by, rule, *sums in session.execute(mine.order_by(sa.func.min(item.no))):
        yield Found(line, points, _unmet(json.loads(text or "{}")), by, rule), Sum(*map(int, sums))


def _planned(return_: Return, plan: Plan | None) -> Iterator[tuple[Found, Sum]]:
    if plan is None:
        return
    items, sums = {item.id: item for item in return_.items}, dict[Found, Sum]()
    for part in plan.parts:
        item = items[part.item]
        what = (item.reduction, _unmet(item.answers), item.reduced_by_id, part.fee_terms.rule)
        found = Found(item.return_line_id, *what)
        sums[found] = sums.get(found, Sum()).plus(_sum(part, item))
    yield from sums.items()


def _sum(part: Part, item: ReturnItem) -> Sum:
    return Sum(1, part.amount, part.reduction, item.less, part.fee, part.quoted_fee, part.cut)


def _unmet(answers: Mapping[str, Any] | None) -> tuple[str, ...]:
    return tuple(sorted(id for id, met in (answers or {}).items() if not met))


def _taken(line: ReturnLine, found: Found, share: Sum) -> Iterator[Taken]:
    each = (
        (_conditions(line, found), share.less - share.reduction),
        (_reduced(found), -share.less),
        (_fee(line.return_, found), share.quoted_fee - share.fee),
        (say("Your order has no more that can be refunded"), -share.cut),
    )
    return ((name, amount) for name, amount in each if amount)


def _conditions(line: ReturnLine, found: Found) -> Message:
    """Of several that are not met the largest counts, and those that are as large are named with it."""
    policy = line.return_.policy.policy
    named = [
        Message(c.promise)
        for c in conditions_for(line.order_line, policy)
        if c.id in found.unmet and c.points == found.points
    ]
    return say("Not as agreed: {promise}", promise=listed(named)) if named else say("Its condition")


def _reduced(found: Found) -> Message:
    return GROUNDS[find(Reduction, found.reduced_by).ground] if found.reduced_by else say("Something else")


def _fee(return_: Return, found: Found) -> Message:
    label = next((fee.label for fee in return_.policy.policy.fees if fee.id == found.fee_rule), "")
    return say("Fee: {label}", label=Message(label)) if label else say("No fee, as it was found")


def _rest(return_: Return, sums: Sequence[Refund | Plan]) -> Iterator[Taken]:
    delivery = sum(_delivery(one) for one in sums)
    each = (
        (WAY_BACK[return_.sending or Sending.LABEL], -sum(one.shipping for one in sums)),
        (say("Delivery"), delivery),
        (say("Goodwill"), sum(one.goodwill for one in sums)),
    )
    return ((name, amount) for name, amount in each if amount)


def _delivery(one: Refund | Plan) -> int:
    if isinstance(one, Plan):
        return one.delivery.gross
    return one.delivery + sum(map(int, one.delivery_taxes.values()))
