"""Approving a refund: everything is reserved, written and posted in one transaction; a job sends it later."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from portal import clock
from portal.audit import Actor, Change
from portal.db import here, session
from portal.errors import Conflict, Refusal
from portal.i18n import Amount, say
from portal.orders.models import Order, Payment
from portal.policies import Resolution
from portal.refunds.bank_accounts.keeping import forget
from portal.refunds.entering import enter, take_back
from portal.refunds.giving import give, keep_back
from portal.refunds.lifecycle import LEG, Destination, LegState
from portal.refunds.limiting import Alone, approved_of, hold_first, hold_person, today, why_two
from portal.refunds.models import Refund, RefundLeg, RefundPart, RefundProposal
from portal.refunds.owing import call_off
from portal.refunds.planning import Part, Plan
from portal.refunds.quoting import plan_for
from portal.refunds.routing import Route, routes
from portal.refunds.settling import settle
from portal.refunds.spendings import hold
from portal.refunds.summing import by_line
from portal.refunds.tendering import Leg
from portal.returns.exchanges import holding
from portal.returns.exchanges.fixing import pay_by, unpay
from portal.returns.exchanges.models import Exchange
from portal.returns.lifecycle import ReturnState, step
from portal.returns.models import Return, ReturnItem
from portal.returns.pieces import AnyItem, as_written, pieces, write
from portal.returns.standing import is_payable, place
from portal.slices import insert_all
from portal.tenants import Tenant


@dataclass(frozen=True)
class Two:
    """Above `limits` two people approve. `first`: what one of them has approved, None while nobody has;
    `alone`: it was the same person, since there is nobody else."""

    limits: Alone
    first: RefundProposal | None = None
    alone: bool = False


def approve(return_: Return, shown: int, by: Actor, limit: int | None, *, two: Two | None = None) -> Refund:
    """Approve the refund of all units that are ready, with the goodwill that waits. Lock the return; locks
    its order and payments.

    `shown` is the amount the person saw, `limit` the most this person may approve, both in minor units.
    Raises Conflict when the amount is another by now, when nothing is ready, or when the order's bound is
    used up; Refusal above the limit, above what one person may approve alone, and until it is known what
    the shopper wants.
    """
    shop = lock_money(return_)
    hold(return_.order)
    units = pieces(return_)
    items, plan = ready(return_, units, shown, limit, by)
    first = _seconded(return_, plan, two, by, shop.zone)
    refund = _write(return_, plan, by, two if first else None, shop)
    if two:
        end_proposals(return_)
    _reserve(refund)
    give(refund)
    _pay_for_exchange(refund, items, plan, by)
    _hold(return_, units, plan)
    enter(refund, plan, by_line(items, plan.parts), shop, by)
    if not refund.legs:
        settle(return_, by)
    return refund


def _pay_for_exchange(refund: Refund, items: Sequence[AnyItem], plan: Plan, by: Actor) -> None:
    """What its legs put there need not be paid by a link any more; a job asks for the rest."""
    exchange = _exchange_of(refund)
    if exchange:
        pay_by(exchange, refund.id, items)
        call_off(exchange, plan.owed, by)


def _exchange_of(refund: Refund) -> Exchange | None:
    exchanged = refund.resolution is Resolution.EXCHANGE
    return holding.exchange_of(refund.return_, lock=True) if exchanged else None


def end_proposals(return_: Return) -> None:
    """Nothing that somebody proposed of this return counts any more."""
    mine = sa.update(RefundProposal).where(RefundProposal.return_id == return_.id)
    session.execute(mine.where(RefundProposal.ended_at.is_(None)).values(ended_at=clock.now()))


def _seconded(return_: Return, plan: Plan, two: Two | None, by: Actor, zone: str) -> RefundProposal | None:
    """What the first person approved. Raises Refusal where it takes two and there is nothing, Conflict where
    that person is not entitled any more."""
    if two is None:
        return None
    if two.first:
        hold_first(two.first)
        return two.first
    assert by.id
    if two.limits.day is not None:
        hold_person(by)
    if why := why_two(plan, two.limits, by.id, zone, approved_of(return_, two.limits)):
        raise Refusal(why)
    return None


def ready(
    return_: Return, units: Sequence[AnyItem], shown: int, limit: int | None, by: Actor
) -> tuple[Sequence[AnyItem], Plan]:
    """Those units of the return that are ready and their plan, if it is what was shown and within the limit.

    Raises what `approve` does.
    """
    if return_.unasked:
        raise Refusal(say("The shopper has not said yet what they want. Set it, or wait for their answer."))
    items = [unit for unit in units if is_payable(unit)]
    if not items and not return_.goodwill:
        raise Conflict(say("Nothing is ready to be refunded."))
    if items and return_.resolution is Resolution.EXCHANGE:
        holding.must_be_there(return_, by)
    plan = plan_for(return_, items, goodwill=return_.goodwill)
    if plan.goodwill < return_.goodwill:
        raise Refusal(say("The order has no room for all of the goodwill any more. Take it back first."))
    if plan.amount != shown:
        now = Amount(plan.amount, return_.currency)
        raise Conflict(say("The refund has changed: it is {now} now.", now=now))
    if limit is not None and plan.amount > limit:
        most = Amount(limit, return_.currency)
        raise Refusal(say("You may approve up to {most}. Ask a manager.", most=most))
    return items, plan


def lock_money(return_: Return) -> Tenant:
    """Lock the return's order, then its payments by id, and read both afresh; the shop, read with them."""
    fresh = sa.select(Order, Tenant).join(Tenant, Tenant.id == Order.tenant_id)
    fresh = fresh.where(Order.id == return_.order_id, Order.tenant_id == here())
    fresh = fresh.with_for_update(of=Order, key_share=True)
    order, shop = session.execute(fresh.execution_options(populate_existing=True)).one()
    payments = sa.select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)
    locking = payments.with_for_update(of=Payment, key_share=True)
    held = session.scalars(locking.execution_options(populate_existing=True)).all()
    set_committed_value(order, "payments", sorted(held, key=lambda payment: payment.position))
    set_committed_value(return_, "order", order)
    return shop


def _write(return_: Return, plan: Plan, by: Actor, two: Two | None, shop: Tenant) -> Refund:
    assert return_.resolution and by.id
    refund = Refund(
        return_=return_,
        return_id=return_.id,
        order_id=return_.order_id,
        no=_next_no(return_),
        currency=return_.currency,
        resolution=return_.resolution,
        amount=plan.amount,
        shipping=plan.shipping,
        delivery=plan.delivery.net,
        delivery_taxes=dict(plan.delivery.taxes),
        cut=plan.cut,
        goodwill=plan.goodwill,
        proposal_id=two.first.id if two and two.first else None,
        alone=two is not None and two.alone,
        approved_by=by.id,
        approved_at=clock.now(),
        day=today(shop.zone),
    )
    ways = routes(return_.order, shop)
    refund.legs = [_leg(refund, no, leg, ways) for no, leg in enumerate(plan.legs, start=1)]
    session.add(refund)
    session.flush()
    insert_all(RefundPart, (_part(refund, part) for part in plan.parts))
    return refund


def _next_no(return_: Return) -> sa.ScalarSelect[int]:
    """The INSERT itself finds it."""
    next_ = sa.func.coalesce(sa.func.max(Refund.no), 0) + 1
    return sa.select(next_).where(Refund.return_id == return_.id).scalar_subquery()


def _part(refund: Refund, part: Part) -> dict[str, object]:
    """A row of its own, not an object: a refund may have tens of thousands."""
    return {
        "refund_id": refund.id,
        "item_id": part.item,
        "net": part.net,
        "taxes": dict(part.taxes),
        "fee": part.fee,
        "quoted_fee": part.quoted_fee,
        "fee_rule": part.fee_terms.rule,
        "reduction": part.reduction,
        "cut": part.cut,
        "amount": part.amount,
    }


def _leg(refund: Refund, no: int, leg: Leg, ways: Mapping[uuid.UUID, Route]) -> RefundLeg:
    way = ways[leg.payment] if leg.payment else Route(leg.to)
    return RefundLeg(
        no=no,
        destination=leg.to,
        payment_id=leg.payment,
        gateway=way.gateway,
        **way.names,
        amount=leg.amount,
        bonus=leg.bonus,
        currency=refund.currency,
        changed_at=clock.now(),
    )


def _reserve(refund: Refund) -> None:
    """Take each leg from the order's bound, and from its payment's; the loser of a race gets Conflict."""
    if refund.amount:
        take(Order, refund.order_id, refund.amount)
    for leg in refund.legs:
        if leg.payment_id:
            take(Payment, leg.payment_id, leg.amount)


def take(kind: type[Order] | type[Payment], id: uuid.UUID, amount: int) -> None:
    """Hold an amount against what was captured. Raises Conflict when too little is left."""
    taking = (
        sa.update(kind)
        .where(kind.id == id, kind.reserved + kind.refunded_outside + amount <= kind.captured)
        .values(reserved=kind.reserved + amount)
        .execution_options(synchronize_session=False)
    )
    if session.execute(taking).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(say("More would go back than was paid."))


def give_back(kind: type[Order] | type[Payment], id: uuid.UUID, amount: int) -> None:
    """Free what a leg held that will not go this way."""
    session.execute(
        sa.update(kind)
        .where(kind.id == id)
        .values(reserved=kind.reserved - amount)
        .execution_options(synchronize_session=False)
    )


def _hold(return_: Return, units: Sequence[AnyItem], plan: Plan) -> None:
    """All that is payable of its units is in this refund from now on."""
    items, others = [u for u in units if is_payable(u)], [u for u in units if not is_payable(u)]
    write(return_, items, refunding=True)
    place(return_, others + as_written(items, refunding=True))
    return_.shipping_taken += plan.shipping


def cancel(refund: Refund, by: Actor) -> None:
    """Take an approval back before any leg has gone. Lock the return. Raises Conflict after that."""
    if refund.cancelled_at:
        return
    if not cancellable(refund):
        raise Conflict(say("This refund has gone, in part or whole, so it cannot be taken back."))
    changes = [_cancel_leg(leg, by) for leg in refund.legs]
    refund.cancelled_at = clock.now()
    give_back(Order, refund.order_id, refund.amount)
    refund.return_.shipping_taken -= refund.shipping
    _release(refund)
    if exchange := _exchange_of(refund):
        unpay(exchange, refund.id)
    keep_back(refund)
    take_back(refund, changes, by)
    place(refund.return_)


def cancellable(refund: Refund) -> bool:
    """Whether nothing of it has gone: no leg was sent, nor another article, and the return is not closed."""
    waiting = all(
        leg.state is LegState.APPROVED and leg.destination is not Destination.EXCHANGE for leg in refund.legs
    )
    return waiting and refund.return_.state is not ReturnState.CLOSED


def _cancel_leg(leg: RefundLeg, by: Actor) -> Change:
    before, leg.state = leg.state, step(LEG, leg.state, "cancel")
    leg.changed_at = clock.now()
    if leg.payment_id:
        give_back(Payment, leg.payment_id, leg.amount)
    forget(leg, by)
    return Change("refund_leg", leg.id, before.value, leg.state.value)


def _release(refund: Refund) -> None:
    held = sa.select(RefundPart.item_id).where(RefundPart.refund_id == refund.id)
    session.execute(sa.update(ReturnItem).where(ReturnItem.id.in_(held)).values(refunding=False))
    session.execute(sa.update(RefundPart).where(RefundPart.refund_id == refund.id).values(released=True))
