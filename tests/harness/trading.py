"""A shop at work, for tests: orders come in, go back and are paid, each verb in a transaction of its own."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
import yaml

from portal import clock, config
from portal.audit import Actor
from portal.db import find, locked, session
from portal.errors import NotFound
from portal.i18n import Amount
from portal.ids import uuid7
from portal.jobs.worker import step
from portal.orders.models import Order, OrderLine, Payment, Shipment
from portal.people import Purpose
from portal.people.links import issue, secret_of
from portal.policies import Configuration, Grade, Limits, Override, Resolution, configured
from portal.policies.versions import activate
from portal.provisioning.shops import DEFAULT_LIMITS, DEFAULT_POLICY
from portal.refunds import (
    approving,
    credits,
    demands,
    gift_cards,
    giving,
    legs,
    quoting,
    seconding,
    transferring,
)
from portal.refunds.bank_accounts.keeping import Account
from portal.refunds.demands import Demand
from portal.refunds.demands.tending import heard
from portal.refunds.gateways.bank import Bank
from portal.refunds.goodwill import GoodwillReason
from portal.refunds.limiting import Alone
from portal.refunds.models import GiftCard, Refund, RefundLeg
from portal.refunds.questions import answering, asking
from portal.refunds.questions.models import Asked
from portal.refunds.settling import ready_amount
from portal.returns import (
    changing,
    deciding,
    drafting,
    excepting,
    gifting,
    inspecting,
    keeping,
    parcels,
    receiving,
    submitting,
    talking,
    unannounced,
)
from portal.returns.cases.handling import Find, report
from portal.returns.models import Return, ReturnItem
from portal.returns.photos import Taker
from portal.returns.photos.keeping import add
from portal.returns.photos.pictures import shot
from portal.returns.reductions import Ground, Reduction, proposing
from portal.returns.reductions import answering as hearing
from portal.returns.reductions import deciding as reducing
from portal.returns.reductions.models import Off
from portal.returns.strays.keeping import quarantine
from portal.tenants import locked_shop, this_shop
from tests.harness.drawing import logo
from tests.harness.sales import ZONE, Sold, today
from tests.harness.shops import Shop

Picked = Mapping[int, int]
RECIPIENT = "mia@berg.example"
LAST = 1_000_000  # no message has a higher number
GIRO = Account("DE89370400440532013000", "Nils Ek")


def policy(**changes: Any) -> dict[str, Any]:
    """The documents of a new shop with these parts changed, its limits among them."""
    kept = [yaml.safe_load(file.read_text("utf-8")) for file in (DEFAULT_POLICY, DEFAULT_LIMITS)]
    return {**kept[0], **kept[1], **changes}


def whole(parts: Mapping[str, Any]) -> Configuration:
    """The configuration of which these are the parts."""
    limits = {name: value for name, value in parts.items() if name in Limits.model_fields}
    others = {name: value for name, value in parts.items() if name in Configuration.model_fields}
    mine = {k: v for k, v in parts.items() if k not in limits and k not in others}
    return configured(mine, {"limits": limits, **others})


def _worth(return_: Return) -> int:
    return quoting.plan_for(return_, quoting.open_items(return_)).amount


class Trade:
    """What a shop's people and shoppers do. Lines are named by their positions, from 1."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    @cached_property
    def clerk(self) -> Actor:
        return self.shop.actor()

    @cached_property
    def bank(self) -> Bank:
        """The shop's simulated bank, which never makes a test wait."""
        return Bank(config.current().bank_file, str(self.shop.id), pause=lambda _: None)

    def rule(self, document: Mapping[str, Any]) -> None:
        """Put a policy in force."""
        with self.shop.transaction():
            activate(locked_shop(), whole(document), self.clerk)

    def order(self, *lines: Sold, paid: Sequence[int | tuple[str, int]] = (), **facts: Any) -> uuid.UUID:
        """An order that arrived three days ago; its id.

        `paid`: captured amounts, by card unless said; without it, one card has paid all.
        """
        with self.shop.transaction() as session:
            order = _order(lines, paid, facts)
            session.add(order)
            session.flush()
            return order.id

    def allow(self, order: uuid.UUID, position: int = 1) -> uuid.UUID:
        """An exception for a line; its id."""
        with self.shop.transaction():
            held = locked(Order, order)
            line = next(line for line in held.lines if line.position == position)
            return excepting.allow(held, line, "A regular.", self.clerk, ZONE).id

    def extend(self, order: uuid.UUID, days: int = 90) -> uuid.UUID:
        """Longer time for an order; the id."""
        with self.shop.transaction():
            last = (clock.now() + timedelta(days=days)).date()
            return excepting.extend(locked(Order, order), last, "Was ill.", self.clerk, ZONE).id

    def withdraw(self, order: uuid.UUID, made: uuid.UUID) -> None:
        with self.shop.transaction():
            excepting.withdraw(locked(Order, order), find(Override, made), "By mistake.", self.clerk)

    def draft(
        self, order: uuid.UUID, picked: Picked, said: Mapping[int, str] | str = "changed_mind",
        resolution: Resolution = Resolution.ORIGINAL, by: Actor | None = None,
    ) -> uuid.UUID:  # fmt: skip
        """A draft with every step answered. `said`: a reason for each line, or one for all."""
        shopper = by or Actor("shopper", order)
        with self.shop.transaction():
            held = locked(Order, order)
            lines = {line.position: line.id for line in held.lines}
            chosen = {lines[position]: n for position, n in picked.items()}
            draft = drafting.choose_items(held, chosen, drafting.verdicts_on(held, ZONE), shopper)
            reasons = {
                line.id: (said if isinstance(said, str) else said[line.order_line.position], "so it is")
                for line in draft.lines
            }
            drafting.give_reasons(draft, reasons, shopper)
            drafting.choose_resolution(draft, resolution, shopper)
            return draft.id

    def gift(self, order: uuid.UUID, picked: Picked, said: str = "changed_mind") -> uuid.UUID:
        """A gift's draft that waits for its recipient's address to be proven; one visit for each order."""
        visit = uuid.uuid5(order, "gift")
        by = Actor("recipient", visit)
        with self.shop.transaction():
            held = locked(Order, order)
            chosen = {line.id: picked[line.position] for line in held.lines if line.position in picked}
            verdicts = drafting.verdicts_on(held, ZONE)
            draft = drafting.choose_items(held, chosen, verdicts, by, visit)
            drafting.give_reasons(draft, {line.id: (said, "so it is") for line in draft.lines}, by)
            gifting.name_recipient(draft, RECIPIENT, by)
            return draft.id

    def give_back(self, order: uuid.UUID, picked: Picked, said: str = "changed_mind") -> uuid.UUID:
        """A gift's return, requested by its recipient."""
        draft = self.gift(order, picked, said)
        with self.shop.transaction():
            gifting.prove(secret_of(issue(Purpose.GIFT, draft, order=order)))
        with self.on(draft) as return_:
            by = Actor("recipient", return_.gift)
            submitting.submit(return_, quoting.quote(return_, Resolution.STORE_CREDIT).amount, ZONE, by)
        return draft

    def show(self, return_: uuid.UUID, n: int = 1, taker: Taker = Taker.SHOPPER) -> list[uuid.UUID]:
        """Photos of each of its lines."""
        shots = [shot(logo(240 + i, 160, "JPEG")) for i in range(n)]
        with self.on(return_) as held:
            by = self.clerk if taker is Taker.DOCK else Actor("shopper", held.order_id)
            kept = [add(held, line, shots, taker, by) for line in held.lines]
            return [photo.id for some in kept for photo in some]

    def submit(self, draft: uuid.UUID, by: Actor | None = None) -> None:
        with self.on(draft) as return_:
            shown = quoting.quote(return_, return_.resolution or Resolution.ORIGINAL).amount
            submitting.submit(return_, shown, ZONE, by or Actor("shopper", return_.order_id))

    def ask(self, order: uuid.UUID, picked: Picked, *args: Any, **kw: Any) -> uuid.UUID:
        """A submitted return."""
        draft = self.draft(order, picked, *args, **kw)
        self.submit(draft, kw.get("by"))
        return draft

    def turn_up(self, order: uuid.UUID, picked: Picked) -> uuid.UUID:
        """A return of what came unannounced."""
        with self.shop.transaction():
            held = locked(Order, order)
            found = unannounced.Found({line.id: picked.get(line.position, 0) for line in held.lines})
            return unannounced.take_in(held, found, ZONE, _worth, self.clerk).id

    def report(self, return_: uuid.UUID) -> uuid.UUID:
        """A case: something else came instead of a unit of the first line."""
        with self.on(return_) as held:
            found = Find("A garden gnome, red cap", instead=held.lines[0].id)
            case = report(held, found, ZONE, self.clerk)
            assert case
            return case.id

    def stray(self) -> uuid.UUID:
        """A parcel that belongs to nothing known."""
        with self.shop.transaction():
            return quarantine("A shoe box, taped", "J. Doe, Elsewhere", "", self.clerk).id

    @contextmanager
    def on(self, return_: uuid.UUID) -> Iterator[Return]:
        """The return, locked, in a transaction."""
        with self.shop.transaction():
            yield locked(Return, return_)

    def authorize(self, return_: uuid.UUID, declined: Sequence[uuid.UUID] = ()) -> None:
        with self.on(return_) as held:
            deciding.authorize(held, self.clerk, declined, "No such luck.")

    def deny(self, return_: uuid.UUID) -> None:
        with self.on(return_) as held:
            deciding.deny(held, "No such luck.", self.clerk)

    def cancel(self, return_: uuid.UUID) -> None:
        with self.on(return_) as held:
            deciding.cancel(held, Actor("shopper", held.order_id))

    def give_up(self, return_: uuid.UUID) -> None:
        with self.on(return_) as held:
            deciding.give_up(held, self.clerk)

    def keep(self, return_: uuid.UUID, picked: Picked | None = None) -> None:
        """So many units of each line, or all that are awaited, need not come back."""
        with self.on(return_) as held:
            counts = {line: len(items) for line, items in keeping.keepable(held).items()}
            if picked is not None:
                counts = {line.id: picked.get(line.order_line.position, 0) for line in held.lines}
            keeping.keep(held, counts, "Not worth the postage.", self.clerk)

    def change_mind(self, return_: uuid.UUID, resolution: Resolution) -> None:
        with self.on(return_) as held:
            changing.change_resolution(held, resolution, Actor("shopper", held.order_id))

    def reopen(self, return_: uuid.UUID) -> None:
        with self.on(return_) as held:
            deciding.reopen(held, "There is more to it.", self.clerk)

    def mark_sent(self, return_: uuid.UUID, tracking: str = "") -> None:
        with self.on(return_) as held:
            parcels.mark_sent(held, tracking, Actor("shopper", held.order_id))

    def deliver(self, return_: uuid.UUID) -> None:
        with self.on(return_) as held:
            for parcel in held.parcels:
                parcels.mark_delivered(parcel, Actor("system"))

    def receive(self, return_: uuid.UUID, picked: Picked | None = None) -> None:
        """So many units of each line, or all that are awaited."""
        with self.on(return_) as held:
            counts = {line: len(items) for line, items in receiving.awaited(held).items()}
            if picked is not None:
                counts = {line.id: picked.get(line.order_line.position, 0) for line in held.lines}
            receiving.receive(held, counts, self.clerk)

    def inspect(
        self, return_: uuid.UUID, grade: Grade = Grade.NEW, *,
        items: Sequence[uuid.UUID] | None = None, met: bool = True, **kw: Any,
    ) -> None:  # fmt: skip
        """Everything on the dock, or these items; `met`: whether the conditions are."""
        with self.on(return_) as held:
            for item in receiving.on_dock(held) if items is None else held.items:
                if items is None or item.id in items:
                    answers = {c.id: met for c in inspecting.conditions_of(item)}
                    inspecting.inspect(item, answers, grade, self.clerk, **kw)

    def correct(self, item: uuid.UUID) -> None:
        with self.on(self._return_of(ReturnItem, item)) as held:
            one = next(one for one in held.items if one.id == item)
            inspecting.correct(one, "Looked at the wrong one.", self.clerk)

    def reduce(self, return_: uuid.UUID, *, by: Actor | None = None, n: int = 1, **off: int) -> uuid.UUID:
        """Take something off the first units of which less may be refunded; the reduction's id."""
        with self.on(return_) as held:
            items = [item for item in held.items if proposing.reducible(item)]
            line = [item for item in items if item.return_line_id == items[0].return_line_id]
            found = proposing.Found(Ground.MISSING_PARTS, "The laces are missing.")
            return proposing.propose(
                held, line[:n], Off(**off or {"points": 2_000}), found, by or self.clerk
            ).id

    def answer(self, reduction: uuid.UUID, objection: str = "") -> None:
        """The shopper accepts it, or objects."""
        with self.on(self._return_of(Reduction, reduction)) as held:
            one, shopper = find(Reduction, reduction), Actor("shopper", held.order_id)
            hearing.object_to(one, objection, shopper) if objection else hearing.accept(one, shopper)

    def judge(self, reduction: uuid.UUID, event: str, *, by: Actor | None = None, **off: int) -> None:
        """Somebody decides on the objection, or takes it back."""
        with self.on(self._return_of(Reduction, reduction)):
            made = reducing.Decision(event, "We have looked at it once more.", Off(**off) if off else None)
            reducing.decide(find(Reduction, reduction), made, by or self.clerk)

    def unreduce(self, reduction: uuid.UUID) -> None:
        with self.on(self._return_of(Reduction, reduction)):
            proposing.withdraw(find(Reduction, reduction), "The laces were in the box.", self.clerk)

    def approve(self, return_: uuid.UUID, limit: int | None = None) -> uuid.UUID:
        """Approve what is ready; the refund's id."""
        with self.on(return_) as held:
            shown = ready_amount(held) or 0
            return approving.approve(held, shown, self.clerk, limit).id

    def grant(self, return_: uuid.UUID, amount: int, reason: str = "late", note: str = "") -> None:
        """Goodwill of the clerk's, whose budget is large enough."""
        with self.on(return_) as held:
            gift = giving.Gift(amount, GoodwillReason(reason), note)
            giving.grant(held, gift, self.clerk, 10**9, this_shop().zone)

    def approve_by_two(self, return_: uuid.UUID, first: Actor, above: int) -> uuid.UUID:
        """The same by two people, the first of them this one."""
        with self.on(return_) as held:
            shown = ready_amount(held) or 0
            seconding.propose(held, shown, first, None, Alone(held.currency, above))
        with self.on(return_) as held:
            return seconding.second(held, shown, self.clerk, None, Alone(held.currency, above)).id

    def cancel_refund(self, refund: uuid.UUID) -> None:
        with self.on(self._return_of(Refund, refund)):
            approving.cancel(find(Refund, refund), self.clerk)

    def replace(self, leg: uuid.UUID) -> None:
        with self.shop.transaction():
            found = find(RefundLeg, leg)
            locked(Return, found.refund.return_id)
            legs.replace(found, self.clerk)

    def spend(self, owner: str, amount: int, reference: str, currency: str = "EUR") -> None:
        with self.shop.transaction():
            credits.spend(locked_shop(), owner, Amount(amount, currency), reference, self.clerk)

    def write(self, return_: uuid.UUID, text: str, *, shopper: bool = False, read: int = LAST) -> None:
        """One side writes to the other, having read all there is."""
        with self.on(return_) as held:
            talking.write(held, text, read, Actor("shopper", held.order_id) if shopper else self.clerk)

    def settle(self, return_: uuid.UUID) -> None:
        with self.on(return_) as held:
            talking.settle(held, LAST, self.clerk)

    def show_card(self, card: uuid.UUID) -> str:
        """The code of a gift card, which nobody has seen yet."""
        with self.shop.transaction():
            code = gift_cards.show(locked(GiftCard, card), Actor("shopper", card))
        assert code
        return code

    def spend_card(self, code: str, amount: int, reference: str, currency: str = "EUR") -> None:
        with self.shop.transaction():
            gift_cards.spend(gift_cards.card_of(code), Amount(amount, currency), reference, self.clerk)

    def release(self, reference: str) -> None:
        """Of a gift card or of store credit, wherever it was spent."""
        with self.shop.transaction():
            try:
                gift_cards.release(reference, self.clerk)
            except NotFound:
                credits.release(locked_shop(), reference, self.clerk)

    def reissue(self, card: uuid.UUID) -> uuid.UUID:
        with self.shop.transaction():
            return gift_cards.reissue(locked(GiftCard, card), self.clerk).id

    def pay_by(self, order: uuid.UUID, gateway: str) -> None:
        """The order was paid another way."""
        with self.shop.transaction():
            for payment in locked(Order, order).payments:
                payment.gateway = gateway

    def close_payments(self, order: uuid.UUID) -> None:
        """The bank takes nothing back to the order's payments any more."""
        with self.shop.transaction(reading=True):
            references = [payment.reference for payment in find(Order, order).payments]
        for reference in references:
            self.bank.close(reference)

    def confirm(self, leg: uuid.UUID, reference: str, day: date | None = None) -> None:
        """Somebody has made the transfer."""
        with self.on_leg(leg) as found:
            transferring.confirm(found, reference, day or today(), self.clerk)

    def ask_about(self, leg: uuid.UUID, kind: Asked) -> uuid.UUID:
        """Ask the shopper whether store credit will do, or for their account; the question's id."""
        with self.on_leg(leg) as found:
            return asking.ask(found, kind, self.clerk).id

    def agree(self, question: uuid.UUID, words: str = "Store credit it is.", *, yes: bool = True) -> None:
        """The shopper says yes to store credit, or no."""
        with self.shop.transaction():
            found = asking.locked_question(question)
            say = answering.agree if yes else answering.decline
            say(found, words, "en", Actor("shopper", found.leg.refund.order_id))

    def name_account(self, question: uuid.UUID, account: Account = GIRO) -> uuid.UUID:
        """The shopper answers with their bank account; what is kept of it."""
        with self.shop.transaction():
            found = asking.locked_question(question)
            return answering.name_account(found, account, Actor("shopper", found.leg.refund.order_id)).id

    @contextmanager
    def on_leg(self, leg: uuid.UUID) -> Iterator[RefundLeg]:
        """The leg, its return locked, in a transaction."""
        with self.shop.transaction():
            found = find(RefundLeg, leg)
            locked(Return, found.refund.return_id)
            yield found

    def owe(
        self, return_: uuid.UUID, amount: int = 500, about: uuid.UUID | None = None, days: int = 7
    ) -> uuid.UUID:
        """Ask the shopper to pay; the demand's id."""
        with self.on(return_) as held:
            return demands.ask(held, about or uuid7(), amount, days, self.clerk).id

    @contextmanager
    def on_demand(self, id: uuid.UUID) -> Iterator[Demand]:
        """The demand, its return locked, in a transaction."""
        with self.shop.transaction():
            found = find(Demand, id)
            locked(Return, found.return_id)
            session.refresh(found)
            yield found

    def link_of(self, demand: uuid.UUID) -> str:
        """The bank's name for the demand's link."""
        with self.shop.transaction(reading=True):
            return find(Demand, demand).reference

    def pay_link(self, demand: uuid.UUID) -> None:
        """The shopper pays at the bank, which tells the portal."""
        self.bank.pay(self.link_of(demand))
        with self.shop.transaction():
            heard(demand, "paid")

    def give_back_paid(self, demand: uuid.UUID) -> None:
        with self.on_demand(demand) as held:
            demands.give_back(held, self.clerk)

    def go_whole_way(self, order: uuid.UUID, picked: Picked, *args: Any, **kw: Any) -> uuid.UUID:
        """A return of these units, received, checked and approved; the return's id."""
        return_ = self.ask(order, picked, *args, **kw)
        self.receive(return_)
        self.inspect(return_)
        self.approve(return_)
        return return_

    def work(self) -> int:
        """Do every job that is due, and those that they make."""
        done = 0
        while taken := step(self.shop.app):
            done += taken
        return done

    def _return_of(self, kind: type[ReturnItem] | type[Refund] | type[Reduction], id: uuid.UUID) -> uuid.UUID:
        with self.shop.transaction(reading=True) as session:
            return session.scalars(sa.select(kind.return_id).where(kind.id == id)).one()


def _order(sold: Sequence[Sold], paid: Sequence[int | tuple[str, int]], facts: Any) -> Order:
    now, number = clock.now(), uuid.uuid4().hex[:10]
    inside = facts.get("prices_include_tax", True)
    whole = sum(one.paid + (0 if inside else sum(one.taxes.values())) for one in sold)
    took = [p if isinstance(p, tuple) else ("card", p) for p in paid or [whole]]
    given = {
        **{"source": "homeward", "external_id": number, "digest": "", "number": f"#{number}"},
        **{"number_key": number, "placed_at": now - timedelta(days=5), "currency": "EUR"},
        **{"prices_include_tax": inside, "name": "Nils Ek", "email": "nils@ek.example"},
        **{"email_key": "nils@ek.example", "postcode_key": "24939", "address": []},
        **{"captured": sum(amount for _, amount in took), "imported_at": now},
    }
    order = Order(**{**given, **facts})
    order.lines = [_line(position, one) for position, one in enumerate(sold, start=1)]
    order.payments = [_payment(n, kind, amount) for n, (kind, amount) in enumerate(took, start=1)]
    order.payments[0].refunded_outside = facts.get("refunded_outside", 0)
    came = {"shipped_at": now - timedelta(days=4), "delivered_at": now - timedelta(days=3)}
    order.shipments = [Shipment(position=1, **came)]
    return order


def _line(position: int, sold: Sold) -> OrderLine:
    return OrderLine(
        **{"position": position, "external_id": str(position), "sku": sold.sku, "title": sold.title},
        **{"quantity": sold.quantity, "subtotal": sold.subtotal, "discount": sold.discount},
        **{"taxes": dict(sold.taxes), "category": sold.category, "tags": list(sold.tags)},
        **{"unit_cost": sold.unit_cost, "variant": sold.variant, "image": sold.image},
    )


def _payment(position: int, kind: str, captured: int) -> Payment:
    return Payment(
        **{"position": position, "kind": kind, "gateway": "shop", "reference": f"ch_{uuid.uuid4().hex[:16]}"},
        captured=captured,
    )
