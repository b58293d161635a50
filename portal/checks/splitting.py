"""I4: what a refund is made of, against what was paid. The split is worked out here once more."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

import sqlalchemy as sa

from portal.checks.holding import HELD
from portal.checks.looking import Look, key
from portal.orders.models import Order, OrderLine
from portal.policies import PolicyVersion
from portal.refunds.lifecycle import LegState
from portal.refunds.models import Refund, RefundLeg, RefundPart
from portal.returns.models import Return, ReturnItem, ReturnLine
from portal.returns.reductions import Reduction

Fees = Mapping[uuid.UUID, Mapping[str, Mapping[str, Any]]]
LOST = (LegState.FAILED, LegState.REVERSED)


def one_of(total: int, n: int, unit_no: int) -> int:
    """What the unit has of a line's total: the remainder goes to the first units, one each."""
    whole, more = divmod(total, n)
    return whole + 1 if unit_no <= more else whole


def _taxes_of(line: Any) -> Callable[[int], dict[str, int]]:
    """Tells the taxes of a unit of the line by rate. Unit after unit, so that none can be overlooked."""
    if line.prices_include_tax and line.paid:
        prices = [_paid(line, no) for no in range(1, line.quantity + 1)]
        for no, price in enumerate(prices, start=1):
            if sum(one_of(tax, line.quantity, no) for tax in line.paid.values()) > price:
                return _run_along(line.paid, prices).__getitem__
    return lambda no: {rate: one_of(tax, line.quantity, no) for rate, tax in line.paid.items()}


def _run_along(taxes: Mapping[str, int], prices: list[int]) -> dict[int, dict[str, int]]:
    """Each tax given out as fast as the units before have brought in what it is inside of."""
    found: dict[int, dict[str, int]] = {no: {} for no in range(1, len(prices) + 1)}
    for rate, tax in taxes.items():
        whole, brought, given = sum(prices), 0, 0
        for no, price in enumerate(prices, start=1):
            brought += price
            due = -(-tax * brought // whole) - given if whole else 0
            given, prices[no - 1] = given + due, price - due
            found[no][rate] = due
    return found


def _paid(line: Any, no: int) -> int:
    return one_of(line.subtotal, line.quantity, no) - one_of(line.discount, line.quantity, no)


def _half_up(amount: int, points: int) -> int:
    return (2 * amount * points + 10_000) // 20_000


def off(row: Any, gross: int) -> int:
    """What a reduction takes off a unit, of which so much was paid."""
    return _half_up(gross, row.off_points) if row.off_points is not None else row.off_amount or 0


def _without_tax(price: int, discount: int, taxes: Mapping[str, int], inside: bool) -> int:
    return price - discount - (sum(taxes.values()) if inside else 0)


def parts(look: Look) -> Iterator[str]:
    """A part that is not its unit's share, or a line of which more went back than was paid."""
    query = (
        sa.select(
            *(RefundPart.id, RefundPart.net, RefundPart.taxes, RefundPart.fee, RefundPart.reduction),
            RefundPart.quoted_fee,
            *(RefundPart.cut, RefundPart.amount, RefundPart.released, ReturnItem.unit_no),
            *(RefundPart.fee_rule, ReturnItem.grade, ReturnLine.reason, Return.policy_id, Order.currency),
            ReturnItem.reduction.label("points"),
            *(Reduction.points.label("off_points"), Reduction.amount.label("off_amount")),
            OrderLine.id.label("line"),
            *(OrderLine.quantity, OrderLine.subtotal, OrderLine.discount, Order.prices_include_tax),
            OrderLine.taxes.label("paid"),
        )
        .join(ReturnItem, ReturnItem.id == RefundPart.item_id)
        .outerjoin(Reduction, Reduction.id == ReturnItem.reduced_by_id)
        .join(ReturnLine, ReturnLine.id == ReturnItem.return_line_id)
        .join(Return, Return.id == ReturnItem.return_id)
        .join(OrderLine, OrderLine.id == ReturnItem.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(RefundPart.tenant_id == look.tenant, RefundPart.released.is_(False))
        .order_by(OrderLine.id, RefundPart.id)
    )
    rules = fees_of(look)
    for line, rows in groupby(look.each(query), lambda row: row.line):
        yield from _parts_of(line, rows, rules)


def fees_of(look: Look) -> Fees:
    """The restocking fees of each policy version, by their ids."""
    query = sa.select(PolicyVersion.id, PolicyVersion.document).where(PolicyVersion.tenant_id == look.tenant)
    return {row.id: {fee["id"]: fee for fee in row.document["fees"]} for row in look.all(query)}


def _parts_of(line: uuid.UUID, rows: Iterator[Any], rules: Fees) -> Iterator[str]:
    """The parts of one line stream by: it may have very many units."""
    back, first = Back(), next(rows)
    taxes = _taxes_of(first)
    for row in chain([first], rows):
        if not _is_share(row, taxes(row.unit_no), rules):
            yield key(RefundPart, row.id)
        back.add(row)
    if not _within_line(first, back):
        yield key(OrderLine, line)


@dataclass
class Back:
    """What went back of a line: its net and each tax. `whole`: nothing was kept of any unit."""

    units: int = 0
    whole: bool = True
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, part: Any) -> None:
        self.units += 1
        self.whole = self.whole and not (part.reduction or part.cut)
        self.sums.update({"": part.net, **part.taxes})


def _is_share(part: Any, taxes: Mapping[str, int], rules: Fees) -> bool:
    """Whether net, taxes, fee, reduction and cut of the part come from its unit's shares."""
    net = _paid(part, part.unit_no) - (sum(taxes.values()) if part.prices_include_tax else 0)
    gross, back = net + sum(taxes.values()), part.net + sum(part.taxes.values())
    return (
        part.taxes.keys() == taxes.keys()
        and all(type(tax) is int and 0 <= tax <= taxes[rate] for rate, tax in part.taxes.items())
        and 0 <= part.net <= net
        and part.reduction == min(gross, _half_up(gross, part.points) + off(part, gross))
        and back + part.reduction + part.cut == gross
        and part.amount == back - part.fee
        and min(part.fee, part.cut, part.amount) >= 0
        and (not part.fee or part.fee == min(_fee_by(part, net, rules), gross - part.reduction))
        and (not part.quoted_fee or part.quoted_fee in _quotable(part, net, gross, rules))
    )


def _fee_by(part: Any, net: int, rules: Fees) -> int:
    """The fee by the rule that the part names; -1 where that is about no such unit."""
    fee = rules[part.policy_id].get(part.fee_rule)
    return -1 if fee is None or not _about(fee, part) else _fee_of(fee, part, net)


def _quotable(part: Any, net: int, gross: int, rules: Fees) -> set[int]:
    """What a shopper may have been shown as the fee, before anybody knew a grade."""
    known = [fee for fee in rules[part.policy_id].values() if not fee.get("grades")]
    said = [fee for fee in known if part.reason in (fee.get("reasons") or [part.reason])]
    return {min(_fee_of(fee, part, net), gross) for fee in said}


def _fee_of(fee: Mapping[str, Any], part: Any, net: int) -> int:
    kept: int = fee["fixed"].get(part.currency, 0) + _half_up(net, fee["points"])
    most, least = (fee.get(name, {}).get(part.currency) for name in ("maximum", "minimum"))
    return max(kept if most is None else min(kept, most), least or 0)


def _about(fee: Mapping[str, Any], part: Any) -> bool:
    grades, reasons = fee.get("grades") or [part.grade], fee.get("reasons") or [part.reason]
    return part.grade in grades and part.reason in reasons


def _within_line(line: Any, back: Back) -> bool:
    """Whether a line gave back no more than was paid; all of its units without a loss, exactly that."""
    paid = {"": _without_tax(line.subtotal, line.discount, line.paid, line.prices_include_tax), **line.paid}
    if back.units == line.quantity and back.whole:
        return all(back.sums[name] == paid[name] for name in paid)
    return all(back.sums[name] <= paid[name] for name in paid)


def refunds(look: Look) -> Iterator[str]:
    """A refund that is not the sum of its parts, or whose legs are not its amount."""
    whole = sa.select(sa.func.sum(RefundPart.amount)).where(RefundPart.refund_id == Refund.id)
    legs = sa.select(sa.func.sum(RefundLeg.amount)).where(RefundLeg.refund_id == Refund.id)
    lost = sa.select(sa.func.count(RefundLeg.id)).where(RefundLeg.refund_id == Refund.id)
    query = sa.select(
        *(Refund.id, Refund.amount, Refund.shipping, Refund.delivery, Refund.delivery_taxes),
        *(Refund.cancelled_at, Refund.goodwill),
        sa.func.coalesce(whole.scalar_subquery(), 0).label("parts"),
        sa.func.coalesce(legs.where(RefundLeg.state.in_(HELD)).scalar_subquery(), 0).label("held"),
        lost.where(RefundLeg.state.in_(LOST)).scalar_subquery().label("lost"),
    ).where(Refund.tenant_id == look.tenant)
    for row in look.each(query):
        delivery = row.delivery + sum(row.delivery_taxes.values())
        if row.amount != row.parts - row.shipping + delivery + row.goodwill or not _legs_fit(row):
            yield key(Refund, row.id)


def _legs_fit(refund: Any) -> bool:
    if refund.cancelled_at:
        return bool(refund.held == 0)
    return bool(refund.held == refund.amount or (refund.lost and refund.held < refund.amount))


def deliveries(look: Look) -> Iterator[str]:
    """An order whose delivery went back twice, or dearer than it was."""
    query = (
        sa.select(Order.id)
        .join(Refund, Refund.order_id == Order.id)
        .where(Order.tenant_id == look.tenant, Refund.cancelled_at.is_(None), Refund.delivery > 0)
        .group_by(Order.id, Order.delivery_charged, Order.delivery_discount, Order.delivery_standard)
        .having(
            sa.or_(
                sa.func.count(Refund.id) > 1,
                sa.func.max(Refund.delivery) > Order.delivery_charged - Order.delivery_discount,
                sa.func.max(Refund.delivery) > Order.delivery_standard,
            )
        )
    )
    yield from (key(Order, row.id) for row in look.each(query))
