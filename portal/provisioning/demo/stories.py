"""What becomes of a demo return: a generator does one step after the other and says how long to wait.

Steps that would lie after the present are not done, so returns stand in every state.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor
from portal.db import find, here, locked, session, transaction
from portal.orders.models import Order
from portal.policies import Answer, Grade, Resolution
from portal.provisioning.demo import photos
from portal.refunds.approving import approve
from portal.refunds.gateways.bank import Bank, Mode, Switch
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.quoting import payable_items, plan_for, quote
from portal.refunds.transferring import confirm, waits
from portal.returns import deciding, drafting, inspecting, parcels, receiving, talking
from portal.returns.lifecycle import ItemState, ReturnState
from portal.returns.models import Return
from portal.returns.photos import Taker
from portal.returns.reductions import Ground, Reduction, answering
from portal.returns.reductions.deciding import Decision, decide
from portal.returns.reductions.models import Off
from portal.returns.reductions.proposing import Found, propose, reducible
from portal.returns.sending import choose_sending, sendings, unchosen
from portal.returns.strays.keeping import quarantine
from portal.returns.submitting import submit

Story = Iterator[timedelta]
GRADES = (Grade.NEW, Grade.NEW, Grade.NEW, Grade.OPENED, Grade.OPENED, Grade.USED, Grade.DAMAGED)
COMMENTS = ("Gefällt mir leider doch nicht.", "Scratches my feet, sorry!", "Wrong colour on the picture.")
TALKS = (
    ("Hello, I forgot to put the slip into the parcel. Is that a problem?",
     "Not at all: the number on the label is enough.\nYou hear from us when we have checked it."),
    ("How long does it take until I have my money?", "At most two weeks after it has arrived."),
    ("Ich habe aus Versehen auch meine Mütze eingepackt. Können Sie sie mir zurückschicken?", ""),
)  # fmt: skip
REDUCED: tuple[tuple[str, str | None], ...] = (
    ("The second pair of laces is missing.", ""),
    ("The dust bag is missing, and the soles are worn.", "There was no dust bag when it came to me!"),
    ("The charging cable is missing.", None),
    ("Der Beutel fehlt.", "Den Beutel habe ich mitgeschickt, er lag unter dem Papier."),
)
DENIALS = ("The photos show wear beyond trying it on.", "This was bought from another shop.")


@dataclass
class Cast:
    """Who plays in the stories of a shop, and the shop's source of chance."""

    shop: uuid.UUID
    zone: str
    agent: Actor
    warehouse: Actor
    manager: Actor
    draw: random.Random

    def hours(self, least: float, most: float) -> timedelta:
        return timedelta(hours=self.draw.uniform(least, most))


def tell(cast: Cast, order: uuid.UUID, bank: Bank) -> Story:
    """One order's return, from the lookup to wherever chance takes it."""
    found = _draft(cast, order)
    if found is None or cast.draw.random() < 0.05:
        return
    yield timedelta(minutes=3)
    hand_in(cast, found)
    if _state(cast, found) is ReturnState.REQUESTED:
        yield cast.hours(6, 90)
        _decide(cast, found)
    if _state(cast, found) not in receiving.RECEIVABLE or cast.draw.random() < 0.06:
        return
    if cast.draw.random() < 0.08:
        yield cast.hours(0.5, 3)
        _cancel(cast, found)
        return
    yield cast.hours(6, 70)
    send(cast, found)
    yield from _talk(cast, found)
    while awaited(cast, found):
        yield cast.hours(40, 110)
        receive(cast, found)
        yield cast.hours(8, 80)
        inspect(cast, found)
        yield from _reduce(cast, found)
        yield cast.hours(4, 60)
        approve_ready(cast, found, bank)
        yield from _transfer(cast, found)


def nobodys(cast: Cast, looks: str) -> Story:
    """A parcel of which nobody knows where it belongs."""
    with transaction(tenant=cast.shop):
        quarantine(looks, "", "", cast.warehouse)
    yield from ()


def _draft(cast: Cast, id: uuid.UUID) -> uuid.UUID | None:
    """Items, reasons and resolution; None when nothing of the order may go back."""
    shopper, draw = Actor("shopper", id), cast.draw
    with transaction(tenant=cast.shop):
        order = locked(Order, id)
        verdicts = drafting.verdicts_on(order, cast.zone)
        able = [line for line in order.lines if verdicts[line.position].answer is not Answer.NO]
        if not able:
            return None
        some = draw.sample(able, draw.randint(1, len(able)))
        chosen = {line.id: draw.randint(1, line.quantity - line.claimed) for line in some}
        draft = drafting.choose_items(order, chosen, verdicts, shopper)
        if draw.random() < 0.04:
            return None
        reasons = draft.policy.policy.reasons
        said = {line.id: (draw.choice(reasons).code, draw.choice(COMMENTS)) for line in draft.lines}
        drafting.give_reasons(draft, said, shopper)
        photos.show(draft, shopper)
        choose_way(draft, shopper)
        wanted = Resolution.STORE_CREDIT if draw.random() < 0.25 else Resolution.ORIGINAL
        drafting.choose_resolution(draft, wanted, shopper)
        return draft.id


def choose_way(draft: Return, shopper: Actor) -> None:
    """How it comes back, where there is a choice. Which follows from the order, not from chance."""
    if unchosen(draft):
        offered = sendings(draft)
        choose_sending(draft, offered[sum(map(ord, draft.order.number_key)) % len(offered)], shopper)


def hand_in(cast: Cast, id: uuid.UUID) -> None:
    with transaction(tenant=cast.shop):
        draft = locked(Return, id)
        assert draft.resolution
        amount = quote(draft, draft.resolution).amount
        submit(draft, amount, cast.zone, Actor("shopper", draft.order_id))


def _state(cast: Cast, id: uuid.UUID) -> ReturnState:
    with transaction(tenant=cast.shop, reading=True):
        return find(Return, id).state


def _decide(cast: Cast, id: uuid.UUID) -> None:
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        luck = cast.draw.random()
        if luck < 0.25:
            deciding.deny(return_, cast.draw.choice(DENIALS), cast.agent)
        elif luck < 0.4 and len(return_.items) > 1:
            no = {return_.items[-1].id}
            deciding.authorize(return_, cast.agent, no, cast.draw.choice(DENIALS))
        else:
            deciding.authorize(return_, cast.agent)


def _cancel(cast: Cast, id: uuid.UUID) -> None:
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        deciding.cancel(return_, Actor("shopper", return_.order_id))


def send(cast: Cast, id: uuid.UUID) -> None:
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        tracking = f"003404341610{cast.draw.randrange(10**8):08}" if cast.draw.random() < 0.6 else ""
        parcels.mark_sent(return_, tracking, Actor("shopper", return_.order_id))


def _talk(cast: Cast, id: uuid.UUID) -> Story:
    """Some shoppers write, most get an answer. Who does follows from the order, not from chance."""
    with transaction(tenant=cast.shop, reading=True):
        n = sum(map(ord, find(Return, id).order.number_key))
    if n % 6:
        return
    question, answer = TALKS[n // 6 % len(TALKS)]
    yield timedelta(hours=2)
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        talking.write(return_, question, 0, Actor("shopper", return_.order_id))
    if answer:
        yield timedelta(hours=5)
        with transaction(tenant=cast.shop):
            talking.write(locked(Return, id), answer, 1, cast.agent)


def awaited(cast: Cast, id: uuid.UUID) -> bool:
    with transaction(tenant=cast.shop, reading=True):
        return bool(receiving.awaited(find(Return, id)))


def receive(cast: Cast, id: uuid.UUID) -> None:
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        waiting = receiving.awaited(return_)
        counts = {line: len(items) for line, items in waiting.items()}
        first = next(iter(counts))
        if sum(counts.values()) > 1 and cast.draw.random() < 0.15:
            counts[first] -= 1
        receiving.receive(return_, counts, cast.warehouse)


def inspect(cast: Cast, id: uuid.UUID) -> None:
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        for item in [i for i in return_.items if i.state is ItemState.RECEIVED]:
            answers = {c.id: cast.draw.random() < 0.85 for c in inspecting.conditions_of(item)}
            inspecting.inspect(item, answers, cast.draw.choice(GRADES), cast.warehouse)


def _reduce(cast: Cast, id: uuid.UUID) -> Story:
    """Of some the warehouse would refund less; shoppers agree, object or say nothing. As with the talks, who
    does follows from the order."""
    with transaction(tenant=cast.shop, reading=True):
        n = sum(map(ord, find(Return, id).order.number_key))
    if n % 8 != 1 or (made := _propose(cast, id)) is None:
        return
    answer = REDUCED[n // 8 % len(REDUCED)][1]
    if answer is None:
        return
    yield timedelta(hours=19)
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        held, shopper = find(Reduction, made), Actor("shopper", return_.order_id)
        answering.object_to(held, answer, shopper) if answer else answering.accept(held, shopper)
    if answer and answer != REDUCED[-1][1]:
        yield timedelta(hours=30)
        with transaction(tenant=cast.shop):
            locked(Return, id)
            told = Decision("change", "You are right, it is less than we thought.", Off(points=500))
            decide(find(Reduction, made), told, cast.manager)


def _propose(cast: Cast, id: uuid.UUID) -> uuid.UUID | None:
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        items = [item for item in return_.items if reducible(item) and not item.reduction]
        if not items:
            return None
        n = sum(map(ord, return_.order.number_key))
        found = Found(Ground.MISSING_PARTS, REDUCED[n // 8 % len(REDUCED)][0])
        photos.take(return_, items[0].line, Taker.DOCK, cast.warehouse, n)
        return propose(return_, items[:1], Off(points=2_000), found, cast.warehouse).id


def approve_ready(cast: Cast, id: uuid.UUID, bank: Bank) -> None:
    """Approve what is ready; now and then the bank is out of sorts."""
    with transaction(tenant=cast.shop):
        return_ = locked(Return, id)
        items = payable_items(return_)
        if not items:
            return
        approve(return_, plan_for(return_, items).amount, cast.manager, None)
    mode = cast.draw.choices((Mode.NORMAL, Mode.DECLINE, Mode.PENDING, Mode.LOSE_ANSWER), (88, 4, 4, 4))[0]
    bank.switch = Switch(mode, later=None, times=1)


def _transfer(cast: Cast, id: uuid.UUID) -> Story:
    """What no gateway sends, the manager transfers the next day."""
    if not _by_hand(cast, id):
        return
    yield timedelta(hours=26)
    with transaction(tenant=cast.shop):
        today = clock.now().astimezone(ZoneInfo(cast.zone)).date()
        locked(Return, id)
        for leg in _legs(id):
            confirm(leg, f"SEPA {leg.id.hex[-12:]}", today, cast.manager)


def _by_hand(cast: Cast, id: uuid.UUID) -> bool:
    with transaction(tenant=cast.shop, reading=True):
        return bool(_legs(id))


def _legs(id: uuid.UUID) -> list[RefundLeg]:
    """The legs of the return's refunds that wait for a person."""
    mine = sa.select(RefundLeg).join(RefundLeg.refund).where(Refund.return_id == id)
    return [leg for leg in session.scalars(mine.where(RefundLeg.tenant_id == here())) if waits(leg)]
