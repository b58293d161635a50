"""From the rows of a return to the values that a plan is made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from uuid import UUID

import sqlalchemy as sa

from portal.db import here, session
from portal.orders.models import Order
from portal.orders.units import UnitMoney, units_money
from portal.policies import Grade, Resolution
from portal.policies.costs import Fee
from portal.policies.rules import fee_for
from portal.refunds.lifecycle import Destination
from portal.refunds.models import Refund, RefundLeg, RefundPart
from portal.refunds.owing import paid
from portal.refunds.planning import NO_FEE, Delivery, FeeTerms, Plan, Unit, delivery_due, part_of, plan
from portal.refunds.routing import Route, issued_here
from portal.refunds.spendings import ISSUED_HERE, left, worthless
from portal.refunds.tendering import Issued, Source, ToExchange, ToPayments
from portal.returns.claiming import free_units
from portal.returns.exchanges.holding import exchange_of, sold_out
from portal.returns.exchanges.prices import value_in, value_picked
from portal.returns.judging import judged, kept_lines
from portal.returns.lifecycle import ItemState, ReturnState
from portal.returns.models import Return, ReturnItem, ReturnLine
from portal.returns.pieces import AnyItem, pieces
from portal.returns.sending import sending_of, shipping_for
from portal.returns.standing import is_payable
from portal.tenants import this_shop

STORED_VALUE = frozenset(ISSUED_HERE)


def quote(draft: Return, resolution: Resolution) -> Plan:
    """What the draft would come to if every unit arrives as it should."""
    kept = keeps(draft)
    lines = {line.id: line for line in draft.lines}
    units = {
        id: list(_quoted(draft, lines[id], numbers, resolution, kept=id in kept))
        for id, numbers in free_units(draft).items()
    }
    return _plan(draft, units, resolution, shipping_for(draft) if lines.keys() - kept else 0)


def keeps(draft: Return) -> frozenset[UUID]:
    """The lines of which the shopper would keep everything, if it were requested now."""
    if not draft.policy.policy.returnless:
        return frozenset()
    return kept_lines(draft, judged(draft, this_shop().zone))


def _quoted(
    draft: Return, line: ReturnLine, numbers: Sequence[int], resolution: Resolution, *, kept: bool
) -> Iterator[Unit]:
    fee, fault = NO_FEE if kept else _fee(draft, line, resolution), _shop_fault(draft, line)
    for unit_no, money in zip(numbers, units_money(line.order_line, numbers), strict=True):
        yield Unit(item=UUID(int=line.id.int ^ unit_no), money=money, fee=fee, shop_fault=fault)


def payable_items(return_: Return) -> list[AnyItem]:
    """The units that are checked and accepted, or kept, and not yet in a refund."""
    return [item for item in pieces(return_) if is_payable(item)]


def open_items(return_: Return) -> list[AnyItem]:
    """The units that hold their claim and are not yet in a refund, arrived or not."""
    return [item for item in pieces(return_) if item.live and not item.refunding]


def plan_for(
    return_: Return, items: Sequence[AnyItem], resolution: Resolution | None = None, *, goodwill: int = 0
) -> Plan:
    """The refund of these units of a submitted return, as things stand now, or if `resolution` were chosen.

    With `goodwill` on top, in minor units: what was granted is no shopper's to count on before its approval.
    What the shopper keeps costs them no fee; where nothing else is refunded, no way back either.
    """
    wanted = resolution or return_.resolution
    assert wanted
    units = _all_owed(return_, items, wanted)
    comes = any(item.state is not ItemState.KEPT for item in items)
    shipping = return_.return_shipping - return_.shipping_taken if comes else 0
    return _plan(return_, units, wanted, shipping, goodwill)


def _all_owed(
    return_: Return, items: Sequence[AnyItem], resolution: Resolution | None
) -> dict[UUID, list[Unit]]:
    """Where the shop had no other article any more, at the fees of an exchange if those are lower."""
    units: dict[UUID, list[Unit]] = {}
    judged_as = [resolution, Resolution.EXCHANGE] if sold_out(return_) else [resolution]
    free = _kept_when_asked(return_)
    for line, of_line in groupby(items, attrgetter("return_line_id")):
        units.setdefault(line, []).extend(_owed(return_, list(of_line), judged_as, free=line in free))
    return units


def without_and_with(return_: Return, items: Sequence[AnyItem]) -> tuple[int, int]:
    """What these units would come to by themselves if nothing were taken off them, and what they do."""
    units = [unit for some in _all_owed(return_, items, return_.resolution).values() for unit in some]
    whole = [replace(unit, less=0) for unit in units]
    return sum(part_of(unit).amount for unit in whole), sum(part_of(unit).amount for unit in units)


def _kept_when_asked(return_: Return) -> frozenset[UUID]:
    """The lines that the policy let the shopper keep, so that no fee was quoted for them. What a person lets
    them keep was quoted with the fee of what comes back."""
    if not return_.policy.policy.returnless:
        return frozenset()
    verdicts = {line.order_line.position: line.verdict for line in return_.lines if line.verdict}
    if len(verdicts) < len(return_.lines):
        return frozenset()
    return kept_lines(return_, verdicts)


def _owed(
    return_: Return, items: Sequence[AnyItem], judged_as: Sequence[Resolution | None], *, free: bool
) -> Iterator[Unit]:
    """Units of one line, each at the lowest fee that any of these resolutions has; `free`: none was quoted.

    What is the same for all of them is asked once: there may be very many.
    """
    line = items[0].line
    fees = {
        grade: [_fee(return_, line, resolution, grade) for resolution in judged_as]
        for grade in {None, *(item.grade for item in items)}
    }
    fault = _shop_fault(return_, line)
    moneys = units_money(line.order_line, [item.unit_no for item in items])
    for item, money in zip(items, moneys, strict=True):
        fee = NO_FEE if item.state is ItemState.KEPT else _lowest(fees[item.grade], money)
        quoted = NO_FEE if free else _lowest(fees[None], money)
        yield Unit(item.id, money, fee, item.reduction, fault, item.less, quoted)


def _lowest(fees: Sequence[FeeTerms], money: UnitMoney) -> FeeTerms:
    return min(fees, key=lambda terms: terms.of(money.net))


def _fee(
    return_: Return, line: ReturnLine, resolution: Resolution | None, grade: Grade | None = None
) -> FeeTerms:
    fee = fee_for(line.order_line, return_.policy.policy, grade, line.reason or "", resolution)
    return terms_of(fee, return_.currency)


def terms_of(fee: Fee | None, currency: str) -> FeeTerms:
    """What a restocking fee is in a currency; none where the policy has no amount in it."""
    if fee is None or fee.free:
        return NO_FEE
    limits = fee.minimum.get(currency, 0), fee.maximum.get(currency)
    return FeeTerms(fee.id, fee.label, fee.points, fee.fixed.get(currency, 0), *limits)


def fees_found(return_: Return, line: ReturnLine, resolution: Resolution) -> dict[Grade, FeeTerms]:
    """The fees that a grade has and the quote has not, by the grades."""
    quoted = _fee(return_, line, resolution)
    found = {grade: _fee(return_, line, resolution, grade) for grade in Grade}
    return {} if _shop_fault(return_, line) else {g: fee for g, fee in found.items() if fee != quoted}


def _shop_fault(return_: Return, line: ReturnLine) -> bool:
    reason = return_.policy.policy.reason(line.reason or "")
    return reason is not None and reason.fault == "shop"


Units = Mapping[UUID, Sequence[Unit]]  # by the line of the return


def _plan(return_: Return, by_line: Units, resolution: Resolution, shipping: int, goodwill: int = 0) -> Plan:
    policy, bound = return_.policy.policy, left(return_.order)
    units = [unit for some in by_line.values() for unit in some]
    to, delivery = _to(return_, by_line, resolution), _delivery(return_, units)
    if policy.ships_free(resolution, sending_of(return_)):
        shipping = 0
    return plan(units, bound=bound, to=to, shipping=shipping, delivery=delivery, goodwill=goodwill)


def _to(return_: Return, units: Units, resolution: Resolution) -> ToPayments | ToExchange | Issued:
    policy = return_.policy.policy
    if resolution is Resolution.ORIGINAL:
        return ToPayments(sources_of(return_.order), policy.tender_order)
    if resolution is Resolution.EXCHANGE:
        rest = ToPayments(sources_of(return_.order), policy.tender_order)
        moneys = {line: [unit.money for unit in some] for line, some in units.items()}
        return ToExchange(_left(return_, moneys), rest)
    card = resolution is Resolution.GIFT_CARD
    to = Destination.GIFT_CARD if card else Destination.STORE_CREDIT
    return Issued(to, policy.bonus(resolution), *issued_before(return_, resolution))


def issued_before(return_: Return, resolution: Resolution) -> tuple[int, int]:
    """What refunds of the return that stand have issued for it, without goodwill, and the bonus on that."""
    if return_.state is ReturnState.DRAFT or not return_.policy.policy.bonus(resolution):
        return 0, 0
    issued = sa.func.coalesce(sa.func.sum(RefundLeg.amount - Refund.goodwill), 0)
    query = sa.select(issued, sa.func.coalesce(sa.func.sum(RefundLeg.bonus), 0)).join(Refund.legs)
    query = query.where(Refund.tenant_id == here(), Refund.return_id == return_.id)
    planned = (Refund.cancelled_at.is_(None), RefundLeg.replaces_id.is_(None))
    found = session.execute(query.where(Refund.resolution == resolution, *planned)).one()
    return int(found[0]), int(found[1])


def _left(return_: Return, moneys: Mapping[UUID, Sequence[UnitMoney]]) -> int | None:
    """What the articles cost that is not paid yet; None where one of a draft is not picked yet."""
    if return_.state is ReturnState.DRAFT:
        return value_picked(return_, moneys)
    exchange = exchange_of(return_) if return_.resolution is Resolution.EXCHANGE else None
    return max(0, value_in(exchange, moneys) - paid(exchange)) if exchange else 0


def sources_of(order: Order) -> list[Source]:
    """The order's payments as a plan sees them: what went back another way is refundable no more."""
    ours, other, lost = issued_here(order), Route(), worthless(order)
    return [
        Source(p.id, 0 if p.id in lost else p.refundable, p.kind in STORED_VALUE, ours.get(p.id, other).to)
        for p in order.payments
    ]


def _delivery(return_: Return, units: Sequence[Unit]) -> Delivery:
    """Outbound delivery goes back once, when the whole order comes back at the shop's fault.

    Never to a gift's recipient, who did not pay it.
    """
    order = return_.order
    if return_.gift or not units or not all(unit.shop_fault for unit in units) or order.delivery_charged <= 0:
        return Delivery()
    before, went = _refunded_before(return_)
    if went or len(units) + before < sum(i.quantity for i in order.lines if not i.gone):
        return Delivery()
    return delivery_due(
        order.delivery_charged,
        order.delivery_discount,
        order.delivery_standard,
        order.delivery_taxes,
        tax_inside=order.prices_include_tax,
    )


def _refunded_before(return_: Return) -> tuple[int, bool]:
    """How many units of the order standing refunds have at the shop's fault, and whether delivery went."""
    faults = [r.code for r in return_.policy.policy.reasons if r.fault == "shop"]
    query = (
        sa.select(sa.func.count(RefundPart.id), sa.func.coalesce(sa.func.max(Refund.delivery), 0))
        .join(Refund, Refund.id == RefundPart.refund_id)
        .join(ReturnItem, ReturnItem.id == RefundPart.item_id)
        .join(ReturnLine, ReturnLine.id == ReturnItem.return_line_id)
        .where(Refund.order_id == return_.order_id, RefundPart.released.is_(False))
        .where(ReturnLine.reason.in_(faults))
    )
    count, delivered = session.execute(query).one()
    return int(count), bool(delivered)
