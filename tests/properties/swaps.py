"""Another article for what comes back: kept, sold out after all, paid for or not, sent, given up."""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from portal.db import find
from portal.errors import Refusal
from portal.policies import Instead
from portal.refunds.demands import Demand, DemandState
from portal.refunds.demands.tending import heard
from portal.refunds.exchanges import giving_up
from portal.refunds.gateways.bank import Refused, Switch
from portal.refunds.lifecycle import HELD, Destination
from portal.refunds.models import Refund, RefundLeg
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.lifecycle import ItemState, Outcome
from portal.returns.models import ReturnItem
from tests.harness.sales import Sold
from tests.properties.dockside import Dockside
from tests.properties.machine import PICK, REASONS, RULES, Fitting, articles, when

S = ExchangeState
OPEN = (S.WANTED, S.TO_PAY, S.TO_SHIP, S.WAITING)
REFUSED = [
    *(ReturnItem.state == ItemState.INSPECTED, ReturnItem.outcome == Outcome.REFUSED),
    sa.exists().where(Exchange.return_id == ReturnItem.return_id, Exchange.state == S.SHIPPED),
]
SWAPS: Fitting = {
    "open": (Exchange, [Exchange.state.in_(OPEN)]),
    "to_ship": (Exchange, [Exchange.state == S.TO_SHIP]),
    "waiting": (Exchange, [Exchange.state == S.WAITING]),
    "refused": (ReturnItem, REFUSED),
    "owed": (Demand, [Demand.state == DemandState.OPEN, Demand.reference != ""]),
}
COUNTED = (DemandState.ASKED, DemandState.OPEN, DemandState.LAPSED, DemandState.PAID)
PRICES = st.sampled_from([0, 1, 2_000, 4_990, 9_999])


class Swaps(Dockside):
    fitting: ClassVar[Fitting] = {**Dockside.fitting, **SWAPS}

    @initialize(dear=PRICES, cheap=PRICES, few=st.integers(1, 3))
    def a_catalogue(self, dear: int, cheap: int, few: int) -> None:
        """A sister of what is sold, of which there are few; another article; one that is not tracked."""
        self.wanted = [
            self.trade.stock("SKU-1", 3_333, 2, product="one"),
            self.trade.stock("SKU-1-L", 3_333 + dear % 100, few, product="one", unit_cost=120),
            self.trade.stock("HAT", dear, few, tax_rates=["19"]),
            self.trade.stock("SOCK", cheap),
        ]

    @rule(
        n=PICK, article=articles(), reason=REASONS, instead=st.sampled_from(Instead), so_far=st.integers(0, 3)
    )
    def swap(self, n: int, article: Sold, reason: str, instead: Instead, so_far: int) -> None:
        """Asked for; perhaps received and checked, approved, and sent."""
        with suppress(Refusal):
            part = article.paid // 3 if n % 2 else 0
            paid = [amount for amount in (part, article.paid - part) if amount]
            order = self.trade.order(article, placed_at=self.now - timedelta(hours=1), paid=paid)
            wanted = self.wanted[n % len(self.wanted)]
            return_ = self.trade.swap(order, {1: 1 + n % article.quantity}, wanted, instead, reason)
            with suppress(Refusal):
                self.trade.authorize(return_)
            if so_far:
                self.trade.receive(return_, {1: 1} if n % 5 == 0 else None)
                self.trade.inspect(return_, met=n % 7 > 0)
            if so_far > 1:
                self.trade.approve(return_)
        if so_far > 2:
            self.trade.work()

    @rule(n=PICK, article=articles(), paid=st.booleans(), again=st.booleans())
    def send_at_once(self, n: int, article: Sold, paid: bool, again: bool) -> None:
        """Before the first comes, which is refused, but for one of it perhaps; so the rest is asked for, and
        perhaps paid; and then one is accepted after all."""
        self.change_the_rules(at_once=True)
        self.trade.bank.switch = Switch()
        with suppress(Refusal, AssertionError):
            sold = replace(article, tags=["sealed"])
            order = self.trade.order(sold, placed_at=self.now)
            return_ = self.trade.swap(order, {1: sold.quantity}, self.wanted[n % len(self.wanted)])
            with suppress(Refusal):
                self.trade.authorize(return_)
            self.trade.work()
            if self.trade.exchange(return_).state is S.TO_PAY:
                self.trade.pay_for(return_)
            self.trade.ship(return_)
            self.refuse(return_, accepted=n % 2)
        self.look_around()
        if paid and self.there["owed"]:
            self.pay(n, True, False)
        if again and self.there["refused"]:
            self.look_again(n, approved=True)

    def refuse(self, return_: uuid.UUID, accepted: int) -> None:
        """All that was announced has come; so many units are accepted, and the others are not."""
        if accepted:
            self.trade.receive(return_, {1: accepted})
            self.trade.inspect(return_)
        self.trade.receive(return_)
        self.trade.inspect(return_, met=False)
        if accepted:
            self.trade.approve(return_)
        self.trade.work()

    @when("refused")
    @rule(n=PICK, approved=st.booleans())
    def look_again(self, n: int, approved: bool) -> None:
        """It is accepted after all, though it was asked for, and perhaps paid."""
        item = self.pick("refused", n)
        with self.trade.shop.transaction(reading=True):
            return_ = find(ReturnItem, item).return_id
        with suppress(Refusal):
            self.trade.reopen(return_)
        with suppress(Refusal):
            self.trade.correct(item)
            self.trade.inspect(return_, items=[item])
            if approved:
                self.trade.approve(return_)
        self.trade.work()

    @rule(at_once=st.booleans())
    def change_the_rules(self, at_once: bool) -> None:
        """For orders that are placed from now on."""
        self.trade.rule({**RULES, "exchange": {"ship": "at_once" if at_once else "after_inspection"}})

    @when("owed")
    @rule(n=PICK, told=st.booleans(), later=st.booleans())
    def pay(self, n: int, told: bool, later: bool) -> None:
        """Now and then when it is too late, and now and then nobody tells the portal."""
        demand = self.pick("owed", n)
        if later:
            self.wait(timedelta(days=6, hours=23 + n % 3))
        with suppress(Refused):
            self.trade.bank.pay(self.trade.link_of(demand))
        if told:
            with self.trade.shop.transaction():
                heard(demand, "paid")
        self.trade.work()

    @when("owed")
    @rule()
    def nobody_pays(self) -> None:
        self.wait(timedelta(days=8))
        self.trade.work()

    @when("to_ship")
    @rule(n=PICK, tracking=st.sampled_from(["", "JJD 1", "not=one"]))
    def ship(self, n: int, tracking: str) -> None:
        with suppress(Refusal):
            self.trade.ship(self.swapped("to_ship", n), tracking)

    @when("open")
    @rule(n=PICK)
    def sell_out(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.sell_out(self.swapped("open", n))

    @when("open")
    @rule(n=PICK)
    def keep_again(self, n: int) -> None:
        with suppress(Refusal):
            self.trade.keep_again(self.swapped("waiting" if self.there["waiting"] else "open", n))

    @when("open")
    @rule(n=PICK)
    def give_up_exchange(self, n: int) -> None:
        with suppress(Refusal):
            self.end(self.swapped("open", n))

    def end(self, return_: uuid.UUID) -> None:
        with self.trade.on_exchange(return_) as exchange:
            giving_up.give_up(exchange, giving_up.chosen(exchange.return_), self.trade.clerk)

    def swapped(self, name: str, n: int) -> uuid.UUID:
        """The return of one of them."""
        id = self.pick(name, n)
        with self.trade.shop.transaction(reading=True) as session:
            return session.scalars(sa.select(Exchange.return_id).where(Exchange.id == id)).one()

    def holds(self, gateway: bool = False) -> None:
        super().holds(gateway)
        with self.trade.shop.transaction(reading=True) as session:
            uneven = list(_uneven(session))
        assert not uneven, uneven

    def come_to_rest(self) -> None:
        """What can be sent is sent, and all else is given up."""
        self.trade.bank.switch = Switch()
        for _ in range(3):
            self.trade.work()
            self.finish()
            self.wait(timedelta(seconds=70))
        super().come_to_rest()

    def finish(self) -> None:
        with self.trade.shop.transaction(reading=True) as session:
            open_ = sa.select(Exchange.return_id, Exchange.state).where(Exchange.state.in_(OPEN[1:]))
            found = session.execute(open_.order_by(Exchange.id)).all()
        for return_, state in found:
            try:
                self.trade.ship(return_) if state is S.TO_SHIP else self.end(return_)
            except Refusal:  # nothing is kept for it any more
                self.end(return_)


def _uneven(session: Any) -> Iterator[tuple[str, int]]:
    """Exchanges that may be sent, or were: what refunds put to it, and what is settled, is not what it costs.
    What is still asked for counts as settled."""
    paid_for = (Exchange.refund_id.is_not(None), Exchange.state.in_((S.TO_SHIP, S.SHIPPED)))
    for exchange in session.scalars(sa.select(Exchange).where(*paid_for)):
        put = sa.select(sa.func.coalesce(sa.func.sum(RefundLeg.amount), 0)).join(Refund)
        put = put.where(Refund.return_id == exchange.return_id, RefundLeg.state.in_(HELD))
        given = session.scalar(put.where(RefundLeg.destination == Destination.EXCHANGE))
        mine = sa.select(Demand).where(Demand.return_id == exchange.return_id).order_by(Demand.id)
        last = {demand.about: demand for demand in session.scalars(mine)}
        settled = sum(demand.amount for demand in last.values() if demand.state in COUNTED)
        if rest := given + settled - exchange.value:
            yield exchange.number, rest
