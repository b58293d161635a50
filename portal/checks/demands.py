"""What the books must hold for a return, a store credit or a gift card, worked out from its rows alone."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.checks import again
from portal.checks.looking import Look
from portal.ledger import Role
from portal.orders.models import OrderLine
from portal.policies import Disposition, PolicyVersion
from portal.refunds.demands import Demand, DemandRefund
from portal.refunds.goodwill import Waiver
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import CreditEntry, GiftCardEntry, Refund, RefundLeg, RefundPart
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.lifecycle import ItemState
from portal.returns.models import Return, ReturnItem

Source = tuple[str, uuid.UUID]
Lines = dict[tuple[Role, str], int]
OWING = {
    Destination.STORE_CREDIT: (Role.CREDIT_LIABILITY, ""),
    Destination.GIFT_CARD: (Role.GIFT_CARD_LIABILITY, ""),
    Destination.EXCHANGE: (Role.EXCHANGE_CLEARING, ""),
}
UNPOSTED = (Disposition.QUARANTINE, Disposition.SEND_BACK)


@dataclass
class Demands:
    """The entries by source with their lines (debit less credit), and the reversals with what they reverse.

    `past`: checks that were taken back; what they posted is judged by its reversal alone.
    """

    entries: dict[Source, Lines | None] = field(default_factory=dict)
    reversals: dict[Source, Source] = field(default_factory=dict)
    past: set[Source] = field(default_factory=set)

    def demand(self, source: Source, lines: Mapping[tuple[Role, str], int]) -> None:
        """Zero lines are not posted, and an entry of nothing but zeros is none."""
        kept = {account: amount for account, amount in lines.items() if amount}
        if kept:
            self.entries[source] = kept

    def reverse(self, source: Source, kind: str) -> None:
        """The entry of this source, if it has one, must be reversed by one of that kind."""
        if self.entries.get(source):
            self.entries[kind, source[1]] = None
            self.reversals[kind, source[1]] = source


def return_demands(look: Look, ids: list[uuid.UUID]) -> dict[uuid.UUID, Demands]:
    """Of refunds, their legs, inspected units, and what was sent in exchange."""
    demands: dict[uuid.UUID, Demands] = defaultdict(Demands)
    _of_refunds(look, ids, demands)
    _of_legs(look, ids, demands)
    _of_items(look, ids, demands)
    _of_asked(look, ids, demands)
    _of_exchanges(look, ids, demands)
    return demands


def _of_exchanges(look: Look, ids: list[uuid.UUID], demands: dict[uuid.UUID, Demands]) -> None:
    """What was sent is sold once, with its tax, and leaves the stock at its cost."""
    columns = (ExchangeLine.exchange_id, ExchangeLine.value, ExchangeLine.taxes, ExchangeLine.quantity)
    query = sa.select(*columns, ExchangeLine.unit_cost, Exchange.return_id)
    query = query.join(Exchange, Exchange.id == ExchangeLine.exchange_id)
    query = query.where(Exchange.return_id.in_(ids), Exchange.state == ExchangeState.SHIPPED)
    sold: dict[tuple[uuid.UUID, uuid.UUID], Lines] = defaultdict(lambda: defaultdict(int))
    left: dict[tuple[uuid.UUID, uuid.UUID], int] = defaultdict(int)
    for line in look.all(query):
        whole, key = sold[line.return_id, line.exchange_id], (line.return_id, line.exchange_id)
        whole[Role.EXCHANGE_CLEARING, ""] += line.value
        whole[Role.SALES, ""] -= line.value - sum(line.taxes.values())
        for rate, tax in line.taxes.items():
            whole[Role.TAX_PAYABLE, rate] -= tax
        left[key] += line.quantity * (line.unit_cost or 0)
    for (return_, exchange), lines in sold.items():
        demands[return_].demand(("exchange.sold", exchange), lines)
        cost = left[return_, exchange]
        gone = {(Role.COST_OF_GOODS_SOLD, ""): cost, (Role.INVENTORY, ""): -cost}
        demands[return_].demand(("exchange.left", exchange), gone)


def _of_refunds(look: Look, ids: list[uuid.UUID], demands: dict[uuid.UUID, Demands]) -> None:
    refunds = look.all(sa.select(*Refund.__table__.columns).where(Refund.return_id.in_(ids)))
    sums = _sums(look, [refund.id for refund in refunds])
    for refund in refunds:
        approved = ("refund.approved", refund.id)
        demands[refund.return_id].demand(approved, _approval(refund, sums[refund.id]))
        if refund.cancelled_at:
            demands[refund.return_id].reverse(approved, "refund.cancelled")


def _sums(look: Look, refunds: list[uuid.UUID]) -> dict[uuid.UUID, Lines]:
    """What the parts of each refund come to. They stream by: there may be very many."""
    sums: dict[uuid.UUID, Lines] = defaultdict(lambda: defaultdict(int))
    query = sa.select(RefundPart.refund_id, RefundPart.net, RefundPart.taxes, RefundPart.fee)
    for part in look.each(query.where(RefundPart.refund_id.in_(refunds))):
        lines = sums[part.refund_id]
        lines[Role.SALES_RETURNS, ""] += part.net
        lines[Role.RESTOCKING_INCOME, ""] -= part.fee
        for rate, tax in part.taxes.items():
            lines[Role.TAX_PAYABLE, rate] += tax
    return sums


def _approval(refund: Any, lines: Lines) -> Lines:
    for rate, tax in refund.delivery_taxes.items():
        lines[Role.TAX_PAYABLE, rate] += tax
    lines[Role.SHIPPING_REFUNDS, ""] = refund.delivery
    lines[Role.GOODWILL, ""] = refund.goodwill
    lines[Role.RETURN_SHIPPING_INCOME, ""] = -refund.shipping
    lines[Role.REFUNDS_PAYABLE, ""] = -refund.amount
    return lines


def _of_legs(look: Look, ids: list[uuid.UUID], demands: dict[uuid.UUID, Demands]) -> None:
    query = sa.select(
        *(RefundLeg.id, RefundLeg.state, RefundLeg.amount, RefundLeg.bonus),
        *(RefundLeg.destination, RefundLeg.gateway),
        Refund.return_id,
    ).join(Refund, Refund.id == RefundLeg.refund_id)
    for leg in look.all(query.where(Refund.return_id.in_(ids))):
        if leg.state not in (LegState.SUCCEEDED, LegState.REVERSED):
            continue
        to = OWING.get(leg.destination, (Role.PAYMENT_CLEARING, leg.gateway))
        went = ("leg.succeeded", leg.id)
        whole = {(Role.REFUNDS_PAYABLE, ""): leg.amount, (Role.CREDIT_BONUS, ""): leg.bonus}
        demands[leg.return_id].demand(went, whole | {to: -(leg.amount + leg.bonus)})
        if leg.state is LegState.REVERSED:
            demands[leg.return_id].reverse(went, "leg.reversed")


def _of_asked(look: Look, ids: list[uuid.UUID], demands: dict[uuid.UUID, Demands]) -> None:
    """What was paid of what shoppers owed, or let go; and each time
    it went back, the opposite, and that reversed where it came back."""
    query = sa.select(Demand.id, Demand.return_id, Demand.amount, Demand.gateway)
    for asked in look.all(query.where(Demand.return_id.in_(ids), Demand.paid_at.is_not(None))):
        paid = {(Role.PAYMENT_CLEARING, asked.gateway): asked.amount}
        demands[asked.return_id].demand(
            ("demand.paid", asked.id), paid | {(Role.EXCHANGE_CLEARING, ""): -asked.amount}
        )
    for let in look.all(sa.select(*Waiver.__table__.columns).where(Waiver.return_id.in_(ids))):
        lines = {(Role.GOODWILL, ""): let.amount, (Role.EXCHANGE_CLEARING, ""): -let.amount}
        demands[let.return_id].demand(("demand.waived", let.id), lines)
        if let.withdrawn_at:
            demands[let.return_id].reverse(("demand.waived", let.id), "waiver.withdrawn")
    tries = sa.select(
        *(DemandRefund.id, DemandRefund.gateway, DemandRefund.came_back_at),
        *(Demand.return_id, Demand.amount),
    ).join(Demand, Demand.id == DemandRefund.demand_id)
    for back in look.all(tries.where(Demand.return_id.in_(ids), DemandRefund.succeeded_at.is_not(None))):
        went = ("demand.returned", back.id)
        sent = {(Role.PAYMENT_CLEARING, back.gateway): -back.amount}
        demands[back.return_id].demand(went, sent | {(Role.EXCHANGE_CLEARING, ""): back.amount})
        if back.came_back_at:
            demands[back.return_id].reverse(went, "demand.return_reversed")


def _of_items(look: Look, ids: list[uuid.UUID], demands: dict[uuid.UUID, Demands]) -> None:
    """The last check of a unit demands its value; those before it were taken back."""
    query = (
        sa.select(
            *(ReturnItem.id, ReturnItem.return_id, ReturnItem.inspections, ReturnItem.state),
            *(ReturnItem.disposition, OrderLine.unit_cost, OrderLine.sku, OrderLine.tags, OrderLine.category),
        )
        .join(OrderLine, OrderLine.id == ReturnItem.order_line_id)
        .where(ReturnItem.return_id.in_(ids), ReturnItem.inspections > 0)
    )
    documents = _documents(look, ids)
    for item in look.each(query):
        stands = item.state is ItemState.INSPECTED
        for round_ in range(1, item.inspections + 1):
            id = uuid.uuid5(item.id, str(round_))
            if stands and round_ == item.inspections:
                demands[item.return_id].demand(
                    ("item.inspected", id), _value_lines(item, documents[item.return_id])
                )
            else:
                _take_back(demands[item.return_id], id)


def _documents(look: Look, ids: list[uuid.UUID]) -> dict[uuid.UUID, Mapping[str, Any]]:
    """The pinned policy of each return."""
    query = sa.select(Return.id, PolicyVersion.document)
    query = query.join(PolicyVersion, PolicyVersion.id == Return.policy_id).where(Return.id.in_(ids))
    return {row.id: row.document for row in look.each(query)}


def _take_back(demands: Demands, id: uuid.UUID) -> None:
    demands.past.add(("item.inspected", id))
    demands.reversals["item.corrected", id] = ("item.inspected", id)


def _value_lines(item: Any, document: Mapping[str, Any]) -> Lines:
    """The value of a unit that went somewhere, by the pinned policy; nothing while that is open."""
    cost, value = item.unit_cost or 0, _worth(item, document) or 0
    if item.disposition in UNPOSTED:
        return {}
    return {
        (Role.INVENTORY, ""): value,
        (Role.WRITE_DOWN, ""): cost - value,
        (Role.COST_OF_GOODS_SOLD, ""): -cost,
    }


def _worth(item: Any, document: Mapping[str, Any]) -> int | None:
    """What the unit carries in stock; None where its cost is not known or that is open."""
    if item.unit_cost is None or item.disposition is None or item.disposition in UNPOSTED:
        return None
    left = again.points(document, item)
    return int((2 * item.unit_cost * left + 10_000) // 20_000)


def credit_demands(look: Look, ids: list[uuid.UUID]) -> dict[uuid.UUID, Demands]:
    return _value_demands(look, ids, CreditEntry.credit_id, ("credit", Role.CREDIT_LIABILITY))


def card_demands(look: Look, ids: list[uuid.UUID]) -> dict[uuid.UUID, Demands]:
    return _value_demands(look, ids, GiftCardEntry.card_id, ("gift_card", Role.GIFT_CARD_LIABILITY))


def _value_demands(
    look: Look, ids: list[uuid.UUID], of: Any, called: tuple[str, Role]
) -> dict[uuid.UUID, Demands]:
    """Of what was spent, released and expired; what was issued is demanded by its leg. A release is a
    reversal of its spending, and stands with that, on whichever statement it is. `of`: the column by which
    a line names its holder; `called`: the word of its events, and the account that owes it."""
    kind, (word, owing) = of.class_, called
    demands: dict[uuid.UUID, Demands] = defaultdict(Demands)
    query = sa.select(kind.id, of.label("holder"), kind.kind, kind.source, kind.amount).where(
        of.in_(ids), kind.kind.in_(("spend", "expire"))
    )
    for entry in look.all(query):
        spent = entry.kind == "spend"
        into = Role.STORED_VALUE_CLEARING if spent else Role.BREAKAGE_INCOME
        source = (f"{word}.spent" if spent else f"{word}.expired", entry.id)
        demands[entry.holder].demand(source, {(owing, ""): -entry.amount, (into, ""): entry.amount})
    back = aliased(kind)
    same = sa.and_(back.source == kind.source, back.kind == "release", back.tenant_id == kind.tenant_id)
    pairs = sa.select(back.id, kind.id.label("spent"), of.label("holder")).join(back, same)
    for pair in look.all(pairs.where(of.in_(ids), kind.kind == "spend")):
        released = (f"{word}.released", pair.id)
        demands[pair.holder].entries[released] = None
        demands[pair.holder].reversals[released] = (f"{word}.spent", pair.spent)
    return demands
