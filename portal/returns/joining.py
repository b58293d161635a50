"""A unit of the order that came with a return which did not announce it joins that return."""

import uuid

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.ids import uuid7
from portal.orders.models import OrderLine
from portal.policies import Verdict
from portal.policies.judging import judge_order
from portal.policies.verdicts import dump_verdict
from portal.returns.claiming import claim_one
from portal.returns.lifecycle import ItemState
from portal.returns.models import Parcel, Return, ReturnItem, ReturnLine
from portal.returns.receiving import take_units


def verdict_on(return_: Return, line: OrderLine, zone: str) -> Verdict:
    """Whether a unit of the article may join: judged as if it had been asked for with the others."""
    policy = return_.policy
    assert return_.requested_at
    with clock.at(return_.requested_at):
        return judge_order(return_.order, policy.policy, policy.no, zone, gift=bool(return_.gift))[
            line.position
        ]


def join(return_: Return, line: OrderLine, parcel: Parcel, zone: str, by: Actor) -> ReturnItem:
    """Claim a unit of the article and receive it with the parcel. Lock the return.

    The caller has seen the verdict, or is entitled to pass over it. Raises Conflict when no unit is left.
    """
    held = _line(return_, line, zone)
    item = ReturnItem(
        id=uuid7(),
        return_=return_,
        return_id=return_.id,
        line=held,
        return_line_id=held.id,
        order_line=line,
        order_line_id=line.id,
        no=max(other.no for other in return_.items) + 1,
        unit_no=claim_one(line),
        state=ItemState.AUTHORIZED,
        parcel_id=None,  # said, since an UPDATE of its row is followed only by what the object has
    )
    session.add(item)
    return_.units += 1
    session.flush()
    born: list[tuple[str | None, str]] = [
        (None, ItemState.CLAIMED.value),
        (ItemState.CLAIMED.value, item.state.value),
    ]
    steps = [Change("return_item", item.id, before, after) for before, after in born]
    record(return_, Event.ITEM_JOINED, by, steps, policy_version=return_.policy.no)
    take_units(return_, [item], parcel, by)
    return item


def _line(return_: Return, line: OrderLine, zone: str) -> ReturnLine:
    held = next((known for known in return_.lines if known.order_line_id == line.id), None)
    if held is not None:
        held.quantity += 1
        return held
    verdict = dump_verdict(verdict_on(return_, line, zone))
    held = ReturnLine(id=uuid7(), order_line=line, order_line_id=line.id, quantity=1, joined=True)
    held.stored_verdict = verdict
    return_.lines.append(held)
    session.flush()
    return held


def left(line: OrderLine) -> int:
    """The units of an article that are in no live return."""
    return 0 if line.gone else line.quantity - line.claimed


def known(return_: Return, id: uuid.UUID) -> OrderLine | None:
    """The order's line of that id."""
    return next((line for line in return_.order.lines if line.id == id), None)
