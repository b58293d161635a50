"""A plan's money, line by line, as a page shows it: every step from the price to what comes back."""

import uuid
from collections.abc import Mapping, Sequence
from itertools import islice

from portal.i18n import Amount, Message, say
from portal.orders.models import Order, OrderLine
from portal.policies.promises import WAY_BACK
from portal.refunds.planning import Part, Plan
from portal.returns.models import Return
from portal.returns.sending import sending_of

Row = tuple[str, Message | str, Message | str, int]  # kind, text, hint, amount in minor units


def by_quote(draft: Return, plan: Plan) -> dict[uuid.UUID, list[Part]]:
    """A quote's parts by order line; they come in the order of the lines."""
    parts = iter(plan.parts)
    lines = sorted(draft.lines, key=lambda line: line.order_line.position)
    return {line.order_line_id: list(islice(parts, line.quantity)) for line in lines}


def statement(draft: Return, plan: Plan, parts: Mapping[uuid.UUID, Sequence[Part]]) -> list[list[Row]]:
    """Groups of rows: one for each line, then what is about all of them. They add up to the plan's amount."""
    order = draft.order
    lines = [line for line in order.lines if parts.get(line.id)]
    rest = _rest(order, plan, WAY_BACK[sending_of(draft)])
    return [*(_article(line, parts[line.id], order) for line in lines), rest]


def _article(line: OrderLine, parts: Sequence[Part], order: Order) -> list[Row]:
    n = len(parts)
    title = say("{title}, {n} pieces", title=line.title, n=n) if n > 1 else line.title
    rows: list[Row] = [("head", title, "", sum(p.amount for p in parts))]
    rows.append(("less", _price(parts, order.currency), "", sum(p.money.price for p in parts)))
    rows += _less(say("Discount"), sum(p.money.discount for p in parts))
    if not order.prices_include_tax:
        rows += [("less", say("Tax on top"), "", tax)] if (tax := sum(p.money.tax for p in parts)) else []
    rows += _less(say("Condition"), sum(p.reduction for p in parts))
    rows += _less(_fee_name(parts), sum(p.fee for p in parts), _fee_rule(parts, order.currency))
    return rows + _less(say("No longer refundable"), sum(p.cut for p in parts))


def _price(parts: Sequence[Part], currency: str) -> Message:
    prices = {p.money.price for p in parts}
    if len(parts) == 1 or len(prices) > 1:
        return say("Price")
    return say("Price, {n} × {price}", n=len(parts), price=Amount(prices.pop(), currency))


def _less(text: Message, amount: int, hint: Message | str = "") -> list[Row]:
    return [("less", text, hint, -amount)] if amount else []


def _fee_name(parts: Sequence[Part]) -> Message:
    label = next((p.fee_terms.label for p in parts if p.fee), "")
    return say("Fee: {label}", label=Message(label))


def _fee_rule(parts: Sequence[Part], currency: str) -> Message | str:
    terms = next((p.fee_terms for p in parts if p.fee), None)
    if terms is None:
        return ""
    fees = {p.fee for p in parts if p.fee}
    if terms.points and fees in ({terms.minimum}, {terms.maximum}):
        least = fees == {terms.minimum}
        bound = say("at least {amount} for each piece", amount=Amount(terms.minimum, currency))
        most = say("at most {amount} for each piece", amount=Amount(terms.maximum or 0, currency))
        return say(
            "{rate} % of the price without tax, {bound}, rule “{rule}”",
            rate=rate(terms.points), bound=bound if least else most, rule=terms.rule,
        )  # fmt: skip
    if terms.fixed:
        return say("a fixed amount for each piece, rule “{rule}”", rule=terms.rule)
    return say("{rate} % of the price without tax, rule “{rule}”", rate=rate(terms.points), rule=terms.rule)


def rate(points: int) -> str:
    """Basis points as per cent: 1500 is 15, 1250 is 12.5."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def _rest(order: Order, plan: Plan, way_back: Message) -> list[Row]:
    tax = sum(sum(p.taxes.values()) for p in plan.parts)
    inside = say("with {tax} tax inside", tax=Amount(tax, order.currency)) if tax else ""
    rows: list[Row] = [("sub", say("Items"), inside, sum(p.amount for p in plan.parts))]
    free = say("once for each return, free when the fault is ours")
    rows.append(("", way_back, free, -plan.shipping))
    if order.delivery_charged - order.delivery_discount > 0:
        when = say("comes back when the whole order does, and the fault is ours")
        rows.append(("", say("Delivery to you"), when, plan.delivery.gross))
    return rows
