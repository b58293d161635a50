"""Gift cards: issued by a refund, spent at the till by whoever knows the code.

Nobody knows the code until the shopper opens the link that is mailed to the order's address. It is worked
out from the card's seed and the installation's key, and only its hash is kept. Once it was shown the seed is
thrown away, so that nobody can work it out again.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from portal import clock, config
from portal.audit import Actor, Change, Event, record
from portal.db import here, locked, session
from portal.errors import Conflict, NotFound, Refusal
from portal.i18n import Amount, say
from portal.ids import gift_code, read_gift, uuid7
from portal.jobs import Lease, enqueue, handler
from portal.refunds import values
from portal.refunds.lifecycle import CARD, CardState
from portal.refunds.mailing import mail_link
from portal.refunds.models import GiftCard, Refund, RefundLeg
from portal.returns.lifecycle import step
from portal.returns.models import Return
from portal.returns.words import checked

SHOWING = timedelta(minutes=5)  # so long a double click, a reload or a lost answer shows it once more


def issue(leg: RefundLeg, by: Actor) -> GiftCard:
    """A card with the leg's amount, or that on the card that the leg names. Once for each leg, else Conflict.

    The link to a new card's code is mailed to the order's address.
    """
    return_ = leg.refund.return_
    card = current(leg.card_id) if leg.card_id else _make(return_.order_id, leg.currency, None, None)
    kind = "refill" if leg.card_id else "issue"
    values.expire(card, card, by)  # its time may be over, and the job late
    values.extend(card, return_.policy.policy.valid_months.get("gift_card"), empty=not card.balance)
    values.issue(card, kind, leg)
    if kind == "refill":
        record(card, Event.CARD_FILLED, by, [Change("gift_card", card.id)], amount=leg.amount)
    else:
        _born(card, leg.amount, by)
    leg.card_id = card.id
    return card


def _make(order: uuid.UUID, currency: str, replaces: uuid.UUID | None, old: GiftCard | None) -> GiftCard:
    seed = secrets.token_hex(16)
    code = _code(seed)
    card = GiftCard(
        id=uuid7(),
        order_id=order,
        replaces_id=replaces,
        code_hash=hash_of(code),
        seed=seed,
        ending=code[-4:],
        currency=currency,
        balance=0,
        issued_at=clock.now(),
        expires_at=old.expires_at if old else None,
    )
    session.add(card)
    session.flush()
    return card


def _code(seed: str) -> str:
    return gift_code(config.current().secret_key.encode(), seed)


def hash_of(code: str) -> str:
    """What is kept of a code in its stored form."""
    return sha256(code.encode()).hexdigest()


def _born(card: GiftCard, amount: int, by: Actor) -> None:
    change = Change("gift_card", card.id, None, CardState.OPEN.value)
    record(card, Event.CARD_ISSUED, by, [change], amount=amount)
    mail_link(card, by)


def card_of(text: str) -> GiftCard:
    """The card of a code as somebody typed it, locked. Raises Refusal for a mistyped one, NotFound."""
    code = read_gift(text)
    if code is None:
        raise Refusal(say("This is not the code of a gift card. Look for a mistyped character."), "code")
    query = sa.select(GiftCard).where(GiftCard.tenant_id == here(), GiftCard.code_hash == hash_of(code))
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("GiftCard")
    return found


def cards_of(return_: Return, refunds: Sequence[Refund]) -> Sequence[GiftCard]:
    """The cards that the return's refunds were put on, or those that stand for them now."""
    if not any(leg.card_id for refund in refunds for leg in refund.legs):
        return []
    legs = sa.select(RefundLeg.card_id).join(Refund, Refund.id == RefundLeg.refund_id)
    legs = legs.where(Refund.return_id == return_.id, RefundLeg.card_id.is_not(None))
    query = sa.select(GiftCard).where(GiftCard.tenant_id == here(), GiftCard.id.in_(legs))
    return session.scalars(query.order_by(GiftCard.issued_at)).all()


def current(id: uuid.UUID) -> GiftCard:
    """The card, locked, or what stands for it now: cards that were replaced lead to the next one."""
    card = locked(GiftCard, id)
    while card.state is CardState.REPLACED:
        after = sa.select(GiftCard.id).where(GiftCard.tenant_id == here(), GiftCard.replaces_id == card.id)
        card = locked(GiftCard, session.scalars(after).one())
    return card


def spend(card: GiftCard, amount: Amount, reference: str, by: Actor) -> values.Taken:
    """Take an amount off, once for each reference. Lock the card. Raises what `values.spend` does, and
    Refusal for a card that is blocked or was replaced."""
    if card.state is not CardState.OPEN and not values.line_of(values.CARD, "spend", reference.strip()):
        blocked = card.state is CardState.BLOCKED
        raise Refusal(say("This gift card is blocked.") if blocked else say("This gift card was replaced."))
    return values.spend(card, card, amount, reference, by)


def release(reference: str, by: Actor) -> values.Taken:
    """Give back what a reference spent, to its card or the one in its place. Repeating it does nothing.

    Raises NotFound.
    """
    line = values.line_of(values.CARD, "spend", values.named(reference))
    if line is None:
        raise NotFound("spend")
    card = current(line.card_id)
    return values.release(card, card, reference, by, line.card_id)


def show(card: GiftCard, by: Actor) -> str | None:
    """The code in its stored form, for the one moment in which it may be seen. Lock the card.

    None once that moment is over, or when the card was replaced.
    """
    if card.state is CardState.REPLACED or card.seed is None:
        return None
    if card.shown_at is None:
        card.shown_at = clock.now()
        record(card, Event.CARD_SHOWN, by, [Change("gift_card", card.id)])
        enqueue("gift_card.forget", {"card": card.id}, f"forget/{card.id}", run_at=card.shown_at + SHOWING)
    return _code(card.seed) if clock.now() < card.shown_at + SHOWING else None


@handler("gift_card.forget")
def forget(lease: Lease) -> None:
    """The code was shown: from now on nobody can work it out."""
    locked(GiftCard, lease.ref("card")).seed = None


@handler("gift_card.expire")
def expire(lease: Lease) -> None:
    """The time of a card may be over."""
    card = locked(GiftCard, lease.ref("holder"))
    if values.due(card, lease):
        values.expire(card, card, lease.by)


def block(card: GiftCard, reason: str, by: Actor) -> None:
    """Nothing more is spent of it until somebody unblocks it. Lock the card. Repeating it is no error."""
    if card.state is CardState.BLOCKED:
        return
    card.reason = checked(reason, "reason")
    _step(card, "block", Event.CARD_BLOCKED, by)


def unblock(card: GiftCard, by: Actor) -> None:
    """It may be spent again. Lock the card. Repeating it is no error."""
    if card.state is CardState.OPEN:
        return
    _step(card, "unblock", Event.CARD_UNBLOCKED, by)
    card.reason = ""


def _step(card: GiftCard, event: str, told: Event, by: Actor, **data: Any) -> None:
    before, card.state = card.state, step(CARD, card.state, event)
    record(card, told, by, [Change("gift_card", card.id, before.value, card.state.value)], **data)


def reissue(card: GiftCard, by: Actor) -> GiftCard:
    """Put what is left on a new card with another code, whose link is mailed; the old code is worth nothing.

    Lock the card. The time that it lasts stays. Raises Conflict when nothing is left.
    """
    if card.state is CardState.REPLACED or not card.balance:
        raise Conflict(say("Nothing is left on this gift card."))
    amount, card.seed = card.balance, None
    new = _make(card.order_id, card.currency, card.id, card)
    values.enter(card, "moved", str(new.id), -amount)
    values.enter(new, "moved", str(card.id), amount)
    values.until(new, new.expires_at)
    _step(card, "replace", Event.CARD_REPLACED, by, replacement=str(new.id))
    _born(new, amount, by)
    return new
