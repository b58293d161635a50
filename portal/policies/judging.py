"""Judging real order lines: from the order's rows to the facts that the rules see."""

from collections.abc import Mapping
from datetime import datetime

from portal import clock
from portal.orders.models import Order, OrderLine
from portal.orders.units import unit_money
from portal.policies.choosing import Choice, judged_with
from portal.policies.document import Policy
from portal.policies.models import PolicyVersion
from portal.policies.overrides import Standing, standing_of
from portal.policies.rules import Facts, judge
from portal.policies.verdicts import Verdict

Said = Mapping[int, Choice]
"""What a shopper said of lines, by their positions."""


def facts_of(
    line: OrderLine, zone: str, standing: Standing, *, gift: bool = False, recent: int | None = None
) -> Facts:
    """The facts of a line as of now; `zone` is the shop's time zone, `standing` what was overridden, `gift`
    whether the one who got it as a gift sends it back, `recent` how many returns they had lately."""
    order, (shipped, delivered, coming) = line.order, _sent(line)
    allowed, extension = standing.get(line.id), standing.get(None)
    return Facts(
        now=clock.now(),
        zone=zone,
        sku=line.sku,
        tags=frozenset(line.tags),
        category=line.category,
        quantity=line.quantity,
        claimed=line.claimed,
        value=unit_money(line, 1).gross,
        currency=order.currency,
        placed_at=order.placed_at,
        shipped_at=shipped,
        delivered_at=delivered,
        coming_since=coming,
        cancelled=order.cancelled_at is not None,
        gone=line.gone,
        flagged=order.flagged,
        allowed=str(allowed.id) if allowed else "",
        extended=extension.until if extension else None,
        extension=str(extension.id) if extension else "",
        country=order.country,
        gift=gift,
        recent=recent,
    )


def _sent(line: OrderLine) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When the last of it was shipped, when it was delivered, and when what is still on its way was shipped:
    the time runs from the last unit's arrival."""
    holding = [s for s in line.order.shipments if s.positions is None or line.position in s.positions]
    delivered = max((s.delivered_at for s in holding if s.delivered_at), default=None)
    shipped = max((s.shipped_at for s in holding if s.shipped_at), default=None)
    coming = max((s.shipped_at for s in holding if s.shipped_at and not s.delivered_at), default=None)
    return shipped, delivered, coming if delivered else None


def judge_lines(
    order: Order,
    version: PolicyVersion,
    zone: str,
    said: Said,
    *,
    gift: bool = False,
    recent: int | None = None,
) -> dict[int, Verdict]:
    """A verdict for each line of which something was said, by its position, with what follows from that."""
    holds, policy = standing_of(order.id), version.policy
    lines = {line.position: line for line in order.lines if line.position in said}
    facts = {no: facts_of(line, zone, holds, gift=gift, recent=recent) for no, line in lines.items()}
    plain = {no: judge(about, policy, version.no) for no, about in facts.items()}
    return {no: judged_with(verdict, facts[no], policy, said[no]) for no, verdict in plain.items()}


def judge_order(
    order: Order,
    policy: Policy,
    version: int,
    zone: str,
    standing: Standing | None = None,
    *,
    gift: bool = False,
) -> dict[int, Verdict]:
    """A verdict for every line of the order, by its position.

    `standing`: what was overridden for it, where that is known already; else it is asked for.
    """
    holds = standing_of(order.id) if standing is None else standing
    facts = {line.position: facts_of(line, zone, holds, gift=gift) for line in order.lines}
    return {position: judge(about, policy, version) for position, about in facts.items()}
