"""I16: what the shop adds to store credit and gift cards is what the pinned policy says of the whole."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.policies import PolicyVersion, Resolution
from portal.refunds.lifecycle import Destination
from portal.refunds.models import Refund, RefundLeg
from portal.returns.models import Return

RATES = {Resolution.STORE_CREDIT: "credit_bonus", Resolution.GIFT_CARD: "gift_card_bonus"}
ISSUED = {Destination.STORE_CREDIT: Resolution.STORE_CREDIT, Destination.GIFT_CARD: Resolution.GIFT_CARD}


def whole(look: Look) -> Iterator[str]:
    """A return of which another bonus was given than on all that its refunds issued; each that was taken back
    may leave a minor unit of rounding."""
    stands = Refund.cancelled_at.is_(None)
    amount = sa.case((stands, RefundLeg.amount - Refund.goodwill), else_=0)
    bonus = sa.case((stands, RefundLeg.bonus), else_=0)
    back = sa.case((stands, 0), else_=1)
    sums = [
        sa.func.sum(part).label(name) for part, name in ((amount, "of"), (bonus, "given"), (back, "back"))
    ]
    query = _with_policy(sa.select(Return.id, Refund.resolution, *sums, PolicyVersion.id.label("policy")))
    query = query.where(Refund.tenant_id == look.tenant, RefundLeg.replaces_id.is_(None))
    query = query.where(Refund.resolution.in_(RATES)).group_by(Return.id, Refund.resolution, PolicyVersion.id)
    rates = _rates(look)
    for row in look.each(query):
        due = _bonus(row.of, rates[row.policy][row.resolution])
        if abs(row.given - due) > row.back:
            yield key(Return, row.id)


def instead(look: Look) -> Iterator[str]:
    """A leg in another's place with more than the bonus on it, or one back to what it was paid with."""
    mine = (RefundLeg.tenant_id == look.tenant, RefundLeg.bonus > 0)
    other = sa.or_(RefundLeg.replaces_id.is_not(None), RefundLeg.payment_id.is_not(None))
    rates, told = _rates(look), (RefundLeg.id, RefundLeg.amount, RefundLeg.bonus, RefundLeg.destination)
    columns = sa.select(*told, RefundLeg.payment_id, PolicyVersion.id.label("policy"))
    for leg in look.each(_with_policy(columns).where(*mine, other)):
        resolution = ISSUED.get(leg.destination)
        most = _bonus(leg.amount, rates[leg.policy][resolution]) if resolution else 0
        if leg.payment_id or leg.bonus > most:
            yield key(RefundLeg, leg.id)


def _with_policy(query: Any) -> Any:
    """Over legs, with the policy that their return pins."""
    query = query.select_from(RefundLeg).join(Refund, Refund.id == RefundLeg.refund_id)
    query = query.join(Return, Return.id == Refund.return_id)
    return query.join(PolicyVersion, PolicyVersion.id == Return.policy_id)


def _rates(look: Look) -> dict[Any, dict[Resolution, int]]:
    """The basis points of each version."""
    query = sa.select(PolicyVersion.id, PolicyVersion.document).where(PolicyVersion.tenant_id == look.tenant)
    return {row.id: {to: row.document.get(name, 0) for to, name in RATES.items()} for row in look.all(query)}


def _bonus(amount: int, points: int) -> int:
    """Half up."""
    return int((2 * amount * points + 10_000) // 20_000)
