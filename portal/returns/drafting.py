"""A shopper's draft: items, reasons, resolution. It claims nothing until it is submitted."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import clock
from portal.audit import Actor, Event, record
from portal.db import here, lock_one, locked, session
from portal.errors import Conflict, Refusal
from portal.i18n import Message, say
from portal.orders.models import Order, OrderLine
from portal.policies import Answer, Policy, Resolution, Verdict
from portal.policies.judging import judge_order
from portal.policies.matching import rank
from portal.policies.reasons import offers
from portal.policies.rules import conditions_for
from portal.policies.versions import in_force
from portal.returns.exchanges.picking import exchangeable, unpicked
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return, ReturnLine
from portal.returns.photos.asking import forget_lines, lacking, suit_reasons
from portal.returns.sending import unchosen
from portal.returns.words import checked

LONGEST_COMMENT = 1_000


def draft_of(order: uuid.UUID, gift: uuid.UUID | None = None, *, lock: bool = False) -> Return | None:
    """The order's one live draft with its lines, if there is one; the order comes with it.

    Each visit of a gift's recipient has one of its own, which nobody else sees. `lock`: read it afresh, too.
    """
    whole = joinedload(Return.order)
    query = (
        sa.select(Return)
        .where(*_draft_of(order, gift))
        .options(selectinload(Return.lines), joinedload(Return.policy))
        .options(whole.selectinload(Order.lines), whole.selectinload(Order.payments))
    )
    return lock_one(query, Return) if lock else session.scalars(query).one_or_none()


def draft_id(order: uuid.UUID, gift: uuid.UUID | None = None) -> uuid.UUID | None:
    """Its id alone, in one statement."""
    return session.scalar(sa.select(Return.id).where(*_draft_of(order, gift)))


def _draft_of(order: uuid.UUID, gift: uuid.UUID | None) -> tuple[sa.ColumnElement[bool], ...]:
    own = Return.gift.is_(None) if gift is None else Return.gift == gift
    return Return.order_id == order, Return.state == ReturnState.DRAFT, Return.tenant_id == here(), own


def verdicts_on(order: Order, zone: str, *, gift: bool = False) -> dict[int, Verdict]:
    """The verdict on every line of the order as of now, by the line's position."""
    version = in_force(order.placed_at)
    return judge_order(order, version.policy, version.no, zone, gift=gift)


def choose_items(
    order: Order,
    quantities: Mapping[uuid.UUID, int],
    verdicts: Mapping[int, Verdict],
    by: Actor,
    gift: uuid.UUID | None = None,
) -> Return:
    """Set what the draft holds: {order line id: units}, zero for none. Lock the order.

    Starts the draft if there is none, else locks it. What was said about lines that stay is kept. Raises
    Refusal, with the line's id as field, for units that may not go back or are not there, and if nothing is
    chosen; Conflict when the draft was submitted meanwhile.
    """
    wanted = {line: quantities.get(line.id, 0) for line in order.lines if quantities.get(line.id, 0)}
    if not wanted:
        raise Refusal(say("Choose at least one item."), "items")
    for line, quantity in wanted.items():
        _check(line, quantity, verdicts[line.position])
    draft = _held(order, gift) or _start(order, by, gift)
    chosen = {line.id for line in wanted}
    forget_lines(draft, [line for line in draft.lines if line.order_line_id not in chosen], by)
    _set_lines(draft, wanted)
    session.flush()
    record(draft, Event.ITEMS_CHOSEN, by, units=sum(wanted.values()))
    return draft


def _check(line: OrderLine, quantity: int, verdict: Verdict) -> None:
    if verdict.answer is Answer.NO:
        raise Refusal(verdict.why[0].text, str(line.id))
    left = line.quantity - line.claimed
    if not 0 < quantity <= left:
        raise Refusal(say("Choose from 1 to {left}.", left=left), str(line.id))


def _held(order: Order, gift: uuid.UUID | None) -> Return | None:
    """The draft, locked: somebody may be about to submit it."""
    draft = draft_of(order.id, gift)
    if draft:
        must_be_draft(locked(Return, draft.id))
    return draft


def _start(order: Order, by: Actor, gift: uuid.UUID | None) -> Return:
    draft = Return(
        order_id=order.id,
        order=order,
        policy=in_force(order.placed_at),
        currency=order.currency,
        gift=gift,
        created_at=clock.now(),
    )
    session.add(draft)
    session.flush()
    record(draft, Event.DRAFT_STARTED, by)
    return draft


def _set_lines(draft: Return, wanted: Mapping[OrderLine, int]) -> None:
    """Only the draft's own lines change; its version moves even if they alone do."""
    kept = {line.order_line_id: line for line in draft.lines}
    draft.lines = [
        kept.get(line.id) or ReturnLine(order_line=line, order_line_id=line.id, quantity=quantity)
        for line, quantity in wanted.items()
    ]
    for line, quantity in wanted.items():
        next(held for held in draft.lines if held.order_line_id == line.id).quantity = quantity
    draft.units = sum(wanted.values())


def give_reasons(
    draft: Return,
    said: Mapping[uuid.UUID, tuple[str, str]],
    by: Actor,
    met: Mapping[uuid.UUID, Mapping[str, bool]] | None = None,
) -> None:
    """Set reason code and comment of each line: {return line id: (code, comment)}. Lock the draft.

    `met`: {return line id: {condition id: whether it is so}}, as the shopper says; no more than the article's
    own conditions are kept. Photos of what is said to need none go. Raises Refusal with the line's id as
    field, or `comment-` or `photos-` before it.
    """
    for line in draft.lines:
        code, comment = said.get(line.id, ("", ""))
        line.reason, line.comment = code, checked_comment(draft, line, code, comment)
        line.met = _own(draft, line, (met or {}).get(line.id, {}))
    if _allowed(draft, draft.policy.policy) and draft.resolution not in offered(draft):
        draft.resolution = None  # chosen for another reason
    suit_reasons(draft, by)
    record(draft, Event.REASONS_GIVEN, by)


def _own(draft: Return, line: ReturnLine, met: Mapping[str, bool]) -> dict[str, bool] | None:
    known = [c.id for c in conditions_for(line.order_line, draft.policy.policy)]
    return {id: met[id] for id in known if id in met} or None


def checked_comment(draft: Return, line: ReturnLine, code: str, comment: str) -> str:
    """What is kept of a comment. Raises Refusal where the reason is none of the article's, or wants words."""
    reason = draft.policy.policy.reason(code)
    if reason is None or rank(reason.match, line.order_line) < 0:
        raise Refusal(say("Choose a reason."), str(line.id))
    comment = checked(comment, f"comment-{line.id}", LONGEST_COMMENT)
    if reason.comment == "required" and not comment:
        plain = say("Say in a few words what the reason is.")
        raise Refusal(Message(reason.question) if reason.question else plain, f"comment-{line.id}")
    return comment


def choose_resolution(draft: Return, resolution: Resolution | None, by: Actor) -> None:
    """Set what the shopper wants. Lock the draft. Raises Refusal for what the policy does not offer."""
    if resolution is None or resolution not in offered(draft):
        raise Refusal(say("Choose what you would like."), "resolution")
    draft.resolution = resolution
    record(draft, Event.RESOLUTION_CHOSEN, by, resolution=resolution.value)


def offered(draft: Return) -> tuple[Resolution, ...]:
    """What the policy offers for this order, in its order. Stored value needs an address to go to.

    Another article is offered while it is a draft, where the shop's catalogue has any; later it can be kept.
    Where it is known why things go back, what their reasons allow. A gift's recipient gets store credit,
    whatever the policy offers to buyers.
    """
    if draft.gift:
        return (Resolution.STORE_CREDIT,)
    policy = draft.policy.policy
    known = [way for way in policy.resolutions if _can_be_had(draft, way)]
    return tuple(known) if draft.unannounced else offers(known, _allowed(draft, policy))


def _allowed(draft: Return, policy: Policy) -> list[tuple[Resolution, ...]]:
    """What the reasons that were given allow, where they do not allow everything."""
    reasons = [policy.reason(line.reason or "") for line in draft.lines]
    return [reason.resolutions for reason in reasons if reason and reason.resolutions]


def _can_be_had(draft: Return, way: Resolution) -> bool:
    if way is Resolution.EXCHANGE:
        if draft.state is not ReturnState.DRAFT:
            return draft.resolution is way
        return not draft.order.test and exchangeable(draft.order)
    return way is Resolution.ORIGINAL or bool(draft.order.email_key)


def missing_step(draft: Return | None) -> str | None:
    """The first step that is not yet answered: items, reasons, sending, resolution or exchange; None when all
    are.

    Items are chosen anew when the order has one of them no longer.
    """
    if draft is None or not draft.lines or any(line.order_line.gone for line in draft.lines):
        return "items"
    if not all(line.reason for line in draft.lines) or lacking(draft):
        return "reasons"
    if unchosen(draft):
        return "sending"
    chosen = draft.resolution and (draft.recipient or not draft.gift)
    if not chosen:
        return "resolution"
    return "exchange" if draft.resolution is Resolution.EXCHANGE and unpicked(draft) else None


def must_be_draft(return_: Return) -> None:
    """Raises Conflict when it was submitted meanwhile."""
    if return_.state is not ReturnState.DRAFT:
        raise Conflict(say("This return has been requested already."))
