"""A shop at work in any order that Hypothesis comes up with, its bank unreliable, its clock running.

Every step is a verb in a transaction of its own. A refusal is an answer like any other; whatever else is
raised is a fault. In the end everything that must always hold is verified, twice: as the last step left it,
and after the bank was well again and all was sent.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from portal import clock
from portal.checks import verify
from portal.db import find
from portal.errors import NotFound, Refusal
from portal.orders.models import Order, OrderLine
from portal.policies import Disposition, Grade, Resolution
from portal.refunds.gateways.bank import Mode, Switch
from portal.refunds.lifecycle import OPEN, CardState, LegState
from portal.refunds.models import CreditEntry, GiftCard, GiftCardEntry, Refund, RefundLeg, StoreCredit
from portal.refunds.routing import MANUAL
from portal.returns.lifecycle import ItemState, Outcome, ReturnState
from portal.returns.models import Return, ReturnItem
from tests.harness.apps import dispose, made_app
from tests.harness.databases import Databases
from tests.harness.sales import Sold
from tests.harness.shops import find_shop, furnished
from tests.harness.standing import standing_on
from tests.harness.swapping import Swap
from tests.harness.trading import policy

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
PICK = st.integers(0, 1_000)
REASONS = st.sampled_from(["changed_mind", "too_small", "damaged", "other"])
WISHES = st.sampled_from([*Resolution])
MODES = st.sampled_from([*Mode])
PLACES = st.sampled_from([*Disposition])
ASKED = {"promise": "As it was", "question": "As it was?"}
RULES = policy(
    valid_months={"gift_card": 1},
    fees=[{"id": "some", "match": {"categories": ["Electronics"]}, "label": "Opened", "points": 1500}],
    authorization={"automatic_up_to": {"EUR": 5_000}, "days": 2},
    conditions=[
        {**ASKED, "id": "seal", "match": {"tags": ["sealed"]}, "unmet": "refused"},
        {**ASKED, "id": "tag", "match": {"tags": ["tagged"]}, "unmet": "reduced"},
    ],
)


def ruled(url: str) -> None:
    """The furnished shops, the first of them under the policy above, long before anything happens."""
    with clock.at(START - timedelta(days=30)):
        furnished(url)
        app = made_app(url)
        Swap(find_shop(app)).rule(RULES)
    dispose(app)


@st.composite
def articles(draw: st.DrawFn) -> Sold:
    quantity = draw(st.integers(1, 3))
    each = draw(st.sampled_from([1, 120, 999, 3_333, 4_990, 12_000]))
    subtotal = each * quantity + draw(st.integers(0, 2))
    discount = min(subtotal, draw(st.sampled_from([0, 0, 1, 100])))
    return Sold(
        subtotal,
        quantity,
        sku=f"SKU-{draw(st.integers(1, 3))}",
        discount=discount,
        taxes={"19": -(-(subtotal - discount) // 7)} if draw(st.booleans()) else {},
        unit_cost=draw(st.sampled_from([None, 0, 333])),
        category=draw(st.sampled_from(["", "Electronics"])),
        tags=draw(st.sampled_from([[], ["sealed"], ["tagged"]])),
    )


AUTHORIZED = (ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED)
ON_DOCK = (ReturnItem.state == ItemState.RECEIVED,)
CHECKED = (ReturnItem.state == ItemState.INSPECTED, ReturnItem.refunding.is_(False))


DUE = sa.or_(
    ReturnItem.state == ItemState.KEPT,
    sa.and_(ReturnItem.state == ItemState.INSPECTED, ReturnItem.outcome != Outcome.REFUSED),
)


def with_unit(*where: Any) -> sa.ColumnElement[bool]:
    """A return that has such a unit."""
    return sa.exists().where(ReturnItem.return_id == Return.id, *where)


BY_BANK = (RefundLeg.reference != "", RefundLeg.gateway != MANUAL)
Fitting = Mapping[str, tuple[Any, Sequence[Any]]]
# What a verb mostly needs; a step that none of it fits would only be refused.
FITTING: Fitting = {
    "ask": (Order, [Order.lines.any(OrderLine.claimed < OrderLine.quantity)]),
    "decide": (Return, [Return.state == ReturnState.REQUESTED]),
    "cancel": (Return, [Return.state.in_((ReturnState.REQUESTED, *AUTHORIZED))]),
    "await": (Return, [Return.state.in_(AUTHORIZED), with_unit(ReturnItem.state == ItemState.AUTHORIZED)]),
    "keep": (Return, [Return.state.in_(AUTHORIZED), with_unit(ReturnItem.state == ItemState.AUTHORIZED)]),
    "reopen": (Return, [Return.state == ReturnState.CLOSED]),
    "inspect": (ReturnItem, ON_DOCK),
    "inspect_all": (Return, [with_unit(*ON_DOCK)]),
    "correct": (ReturnItem, CHECKED),
    "approve": (Return, [with_unit(ReturnItem.refunding.is_(False), DUE)]),
    "take_back": (Refund, [Refund.legs.any(RefundLeg.state == LegState.APPROVED)]),
    "replace": (RefundLeg, [RefundLeg.state.in_((LegState.FAILED, LegState.REVERSED))]),
    "come_back": (RefundLeg, [RefundLeg.state == LegState.SUCCEEDED, *BY_BANK]),
    "send": (RefundLeg, [RefundLeg.state.in_(OPEN)]),
    "spend": (StoreCredit, [StoreCredit.balance > 0]),
    "show": (GiftCard, [GiftCard.seed.is_not(None), GiftCard.state != CardState.REPLACED]),
    "spend_card": (GiftCard, [GiftCard.balance > 0, GiftCard.shown_at.is_not(None)]),
    "release": (GiftCardEntry, [GiftCardEntry.kind == "spend"]),
    "release_credit": (CreditEntry, [CreditEntry.kind == "spend"]),
}  # fmt: skip


def when(*things: str) -> Callable[[Any], Any]:
    """The rule is for when there is one of these at least."""
    return precondition(lambda self: any(self.there.get(thing) for thing in things))


class Shopkeeping(RuleBasedStateMachine):
    """`databases` is set by a subclass; one that has further steps may add to `fitting`."""

    databases: Databases
    fitting: ClassVar[Fitting] = FITTING

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.now, self.spent = START, 0
        self.codes: dict[uuid.UUID, str] = {}
        self.there: dict[str, bool] = {}
        self.clock = self.stack.enter_context(ExitStack())
        self.wait(timedelta())
        app = self.stack.enter_context(standing_on(self.databases, ruled))
        self.trade = Swap(find_shop(app))

    def wait(self, how_long: timedelta) -> None:
        self.now += how_long
        self.clock.close()
        self.clock.enter_context(clock.at(self.now))

    @invariant()
    def look_around(self) -> None:
        """What there is now, for the next rule."""
        with self.trade.shop.transaction(reading=True) as session:
            row = session.execute(self.looking(), {"shop": self.trade.shop.id}).one()
        self.there = {name: bool(found) for name, found in row._mapping.items()}

    @classmethod
    @cache
    def looking(cls) -> sa.Select[Any]:
        """Built once: it is asked after every step."""
        shop: Any = sa.bindparam("shop", type_=sa.Uuid())
        return sa.select(
            *(
                sa.exists().where(kind.tenant_id == shop, *where).label(name)
                for name, (kind, where) in cls.fitting.items()
            )
        )

    def pick(self, name: str, n: int) -> uuid.UUID:
        """The n-th row that fits, now and then any other."""
        kind, where = self.fitting[name]
        query = sa.select(kind.id).where(kind.tenant_id == self.trade.shop.id).order_by(kind.id)
        with self.trade.shop.transaction(reading=True) as session:
            ids = session.scalars(query.where(*where) if n % 10 else query).all()
        return ids[n % len(ids)]

    @initialize(first=articles(), second=articles())
    def two_orders(self, first: Sold, second: Sold) -> None:
        whole = first.paid + second.paid
        self.trade.order(first, second, paid=[("gift_card", whole // 3), whole - whole // 3])
        self.trade.order(second, delivery_charged=495, delivery_standard=395, paid=[second.paid + 495])

    @rule(article=articles(), inside=st.booleans(), short=st.sampled_from([0, 0, 0, 50]))
    def order(self, article: Sold, inside: bool, short: int) -> None:
        paid = article.paid + (0 if inside else sum(article.taxes.values()))
        self.trade.order(article, prices_include_tax=inside, paid=[max(0, paid - short)])

    @when("ask")
    @rule(n=PICK, most=st.integers(1, 3), reason=REASONS, wish=WISHES)
    def ask(self, n: int, most: int, reason: str, wish: Resolution) -> None:
        with suppress(Refusal):
            self.trade.ask(*self.some_units(n, most), reason, wish)

    def some_units(self, n: int, most: int) -> tuple[uuid.UUID, dict[int, int]]:
        """An order, and units of it that no return has; of an order that is used up, one that is gone."""
        id = self.pick("ask", n)
        with self.trade.shop.transaction(reading=True):
            left = {line.position: line.quantity - line.claimed for line in find(Order, id).lines}
        picked = {position: min(units, most) for position, units in left.items() if units} or {1: 1}
        return id, dict(list(picked.items())[: 1 + n % 2])

    @when("ask")
    @rule(n=PICK, reason=REASONS, wish=WISHES, so_far=st.integers(0, 2), mode=MODES)
    def bring(self, n: int, reason: str, wish: Resolution, so_far: int, mode: Mode) -> None:
        """Several steps at once: asked for, let in, received and checked; perhaps approved, perhaps sent."""
        with suppress(Refusal):
            id = self.trade.ask(*self.some_units(n, n % 3 + 1), reason, wish)
            with suppress(Refusal):
                self.trade.authorize(id)
            self.trade.receive(id)
            self.trade.inspect(id, met=n % 4 > 0)
            if so_far:
                self.trade.approve(id)
        if so_far > 1:
            self.trade.bank.switch = Switch(mode, later=20, times=1)
            self.trade.work()

    @when("decide")
    @rule(n=PICK, one=st.booleans())
    def authorize(self, n: int, one: bool) -> None:
        id = self.pick("decide", n)
        with self.trade.on(id) as held:
            items = [item.id for item in held.items]
        with suppress(Refusal):
            self.trade.authorize(id, items[:1] if one else [])

    @when("await", "decide")
    @rule(n=PICK, wish=WISHES)
    def change_mind(self, n: int, wish: Resolution) -> None:
        with suppress(Refusal):
            self.trade.change_mind(self.pick("await" if self.there["await"] else "decide", n), wish)

    @when("decide")
    @rule(n=PICK)
    def deny(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.deny(self.pick("decide", n))

    @when("cancel")
    @rule(n=PICK)
    def cancel(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.cancel(self.pick("cancel", n))

    @when("await")
    @rule(n=PICK)
    def give_up(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.give_up(self.pick("await", n))

    @when("keep")
    @rule(n=PICK, units=st.none() | st.integers(0, 2))
    def keep(self, n: int, units: int | None) -> None:
        with suppress(Refusal):
            self.trade.keep(self.pick("keep", n), None if units is None else {1: units, 2: units})

    @when("reopen")
    @rule(n=PICK)
    def reopen(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.reopen(self.pick("reopen", n))

    @when("await")
    @rule(n=PICK, arrives=st.booleans())
    def send(self, n: int, arrives: bool) -> None:
        with suppress(Refusal):
            (self.trade.deliver if arrives else self.trade.mark_sent)(self.pick("await", n))

    @when("await")
    @rule(n=PICK, units=st.none() | st.integers(0, 2))
    def receive(self, n: int, units: int | None) -> None:
        with suppress(Refusal):
            self.trade.receive(self.pick("await", n), None if units is None else {1: units, 2: units})

    @when("inspect")
    @rule(n=PICK, grade=st.sampled_from([*Grade]), met=st.booleans(), where=st.none() | PLACES)
    def inspect(self, n: int, grade: Grade, met: bool, where: Disposition | None) -> None:
        item = self.pick("inspect", n)
        with self.trade.shop.transaction(reading=True):
            return_ = find(ReturnItem, item).return_id
        with suppress(Refusal):
            self.trade.inspect(return_, grade, items=[item], met=met, disposition=where)

    @when("inspect_all")
    @rule(n=PICK, met=st.booleans())
    def inspect_all(self, n: int, met: bool) -> None:
        with suppress(Refusal):
            self.trade.inspect(self.pick("inspect_all", n), met=met)

    @when("correct")
    @rule(n=PICK)
    def correct(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.correct(self.pick("correct", n))

    @when("approve")
    @rule(n=PICK, at_once=st.booleans())
    def approve(self, n: int, at_once: bool) -> None:
        with suppress(Refusal):
            self.trade.approve(self.pick("approve", n))
        if at_once:
            self.trade.work()

    @when("take_back")
    @rule(n=PICK)
    def cancel_refund(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.cancel_refund(self.pick("take_back", n))

    @when("replace")
    @rule(n=PICK)
    def replace(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.replace(self.pick("replace", n))

    @rule(mode=MODES, times=st.none() | st.integers(1, 2))
    def change_the_bank(self, mode: Mode, times: int | None) -> None:
        self.trade.bank.switch = Switch(mode, later=20, times=times)

    @when("come_back")
    @rule(n=PICK)
    def bank_sends_back(self, n: int) -> None:
        """While it is still asked about such things, that is."""
        with self.trade.shop.transaction(reading=True):
            leg = find(RefundLeg, self.pick("come_back", n))
            watched, reference = self.now < leg.changed_at + timedelta(minutes=9), leg.reference
        if watched and reference:
            self.trade.bank.turn(reference, "failed", "account_closed")

    @rule(how_long=st.sampled_from([1, 40, 700, 90_000, 2_200_000]))
    def time_goes_by(self, how_long: int) -> None:
        self.wait(timedelta(seconds=how_long))
        self.trade.work()

    @when("send")
    @rule()
    def work(self) -> None:
        self.trade.work()

    @when("send", "come_back")
    @rule()
    def work_later(self) -> None:
        self.wait(timedelta(seconds=35))
        self.trade.work()

    @when("spend")
    @rule(amount=st.integers(0, 4_000))
    def spend(self, amount: int) -> None:
        self.spent += 1
        with suppress(Refusal):
            self.trade.spend("nils@ek.example", amount, f"till-{self.spent - amount % 2}")

    @when("show")
    @rule(n=PICK)
    def show(self, n: int) -> None:
        card = self.pick("show", n)
        with suppress(AssertionError):  # it was shown before, or replaced
            self.codes[card] = self.trade.show_card(card)

    @when("spend_card")
    @rule(n=PICK, amount=st.integers(0, 4_000))
    def spend_card(self, n: int, amount: int) -> None:
        self.spent += 1
        code = self.codes.get(self.pick("spend_card", n))
        if code:
            with suppress(Refusal):
                self.trade.spend_card(code, amount, f"till-{self.spent - amount % 2}")

    @when("spend_card")
    @rule(n=PICK)
    def reissue(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.reissue(self.pick("spend_card", n))

    @when("release", "release_credit")
    @rule(n=PICK, card=st.booleans())
    def release(self, n: int, card: bool) -> None:
        """A sale that did not happen after all."""
        name = (
            "release"
            if (card and self.there["release"]) or not self.there["release_credit"]
            else "release_credit"
        )
        kind, id = self.fitting[name][0], self.pick(name, n)
        with self.trade.shop.transaction(reading=True):
            reference = find(kind, id).source
        with suppress(Refusal, NotFound):
            self.trade.release(reference)

    @rule(n=PICK, amount=st.integers(1, 500))
    def refunded_elsewhere(self, n: int, amount: int) -> None:
        """The shop's own system refunds a little of what is still there."""
        with self.trade.shop.transaction() as session:
            paid = sa.select(Order).where(Order.payments.any())  # what was given for nothing has none
            orders = session.scalars(paid.order_by(Order.id).with_for_update()).all()
            order = orders[n % len(orders)]
            payment = order.payments[n % len(order.payments)]
            if amount <= min(payment.refundable, order.refundable):
                payment.refunded_outside += amount
                order.refunded_outside += amount

    def teardown(self) -> None:
        try:
            self.holds()
            self.come_to_rest()
            self.holds(gateway=True)
        finally:
            self.stack.close()

    def holds(self, gateway: bool = False) -> None:
        with self.trade.shop.app.app_context():
            wrong = [line for line in verify(["acme"], gateway) if not line.ok]
        assert not wrong, wrong

    def come_to_rest(self) -> None:
        """The bank is well, and time passes until no leg is open but those that wait for a person."""
        self.trade.bank.switch = Switch()
        for _ in range(4):
            self.trade.work()
            self.wait(timedelta(seconds=70))
        with self.trade.shop.transaction(reading=True) as session:
            open_ = (RefundLeg.state.in_(OPEN), RefundLeg.gateway != MANUAL)
            assert not session.scalars(sa.select(RefundLeg.id).where(*open_)).all()
