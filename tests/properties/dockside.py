"""What comes otherwise than it was announced, or by somebody else than who bought it."""

import uuid
from contextlib import suppress
from typing import ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from portal.db import find, locked
from portal.errors import Refusal
from portal.orders.models import Order
from portal.people.roles import Role as StaffRole
from portal.policies import Override, Resolution
from portal.returns import unannounced
from portal.returns.cases import Case, CaseState
from portal.returns.cases.handling import WAYS as DECISIONS
from portal.returns.cases.handling import Find, Way, report, solve
from portal.returns.lifecycle import ItemState, Outcome
from portal.returns.models import Return, ReturnItem
from portal.returns.reductions import Reduction, ReductionState
from portal.returns.reductions.models import PENDING
from portal.returns.strays.keeping import end, match
from portal.returns.strays.models import Stray
from tests.harness.sales import ZONE, Sold
from tests.properties.machine import AUTHORIZED, PICK, REASONS, WISHES, Fitting, when, with_unit
from tests.properties.ways import Ways

LET_IN = Return.state.in_(AUTHORIZED)
COMING = ReturnItem.state.in_((ItemState.AUTHORIZED, ItemState.MISSING))
REDUCIBLE = [
    ReturnItem.state == ItemState.INSPECTED,
    ReturnItem.outcome != Outcome.REFUSED,
    ReturnItem.refunding.is_(False),
    ReturnItem.reduced_by_id.is_(None),
]
DECISION = st.sampled_from(sorted(DECISIONS))
DOCKSIDE: Fitting = {
    "report": (Return, [LET_IN, with_unit(COMING)]),
    "let_in": (Return, [LET_IN]),
    "case": (Case, [Case.state.in_((CaseState.OPEN, CaseState.WAITING))]),
    "reducible": (ReturnItem, REDUCIBLE),
    "pending": (Reduction, [Reduction.state.in_(PENDING)]),
    "reduced": (Reduction, [Reduction.state != ReductionState.WITHDRAWN]),
    "unasked": (Return, [Return.unannounced, Return.unasked]),
}


class Dockside(Ways):
    fitting: ClassVar[Fitting] = {**Ways.fitting, **DOCKSIDE}

    @when("ask")
    @rule(n=PICK, most=st.integers(1, 2))
    def turn_up(self, n: int, most: int) -> None:
        """A parcel that nobody announced; perhaps one that was unknown at first."""
        order, picked = self.some_units(n, most)
        with suppress(Refusal):
            if n % 3 == 0:
                stray = self.trade.stray()
                with self.trade.shop.transaction():
                    match(locked(Stray, stray), find(Order, order), self.trade.clerk)
            self.trade.turn_up(order, picked)

    @when("unasked")
    @rule(n=PICK, what=WISHES, reason=REASONS)
    def wish(self, n: int, what: Resolution, reason: str) -> None:
        with suppress(Refusal), self.trade.on(self.pick("unasked", n)) as held:
            unannounced.wish(held, what, {line.id: reason for line in held.lines}, self.trade.clerk)

    @rule(n=PICK, what=st.sampled_from(["instead", "instead", "known", "unknown"]), way=st.none() | DECISION)
    def something_else(self, n: int, what: str, way: str | None) -> None:
        """Instead of a unit, or in addition; perhaps the desk decides at once."""
        with suppress(Refusal):
            opened = self.found(n, what)
            if opened and way:
                self.decide_on(opened, way, n)

    @rule(n=PICK)
    def wait_for_the_right_one(self, n: int) -> None:
        """Something else came instead, and what was announced is to come after all."""
        with suppress(Refusal):
            if opened := self.found(n, "instead"):
                self.decide_on(opened, "ask", n)

    def found(self, n: int, what: str) -> uuid.UUID | None:
        """In a parcel that is on its way, or in one of a new return; the case, if it is one."""
        coming = self.there["report"] and n % 2
        id = self.pick("report", n) if coming else self.trade.ask(self.trade.order(Sold(2_000)), {1: 1})
        with self.trade.on(id) as held:
            article = None if what == "unknown" else held.order.lines[n % len(held.order.lines)].id
            instead = held.lines[n % len(held.lines)].id if what == "instead" else None
            case = report(held, Find("A garden gnome", instead, article), ZONE, self.trade.clerk)
            return case and case.id

    @when("reducible")
    @rule(n=PICK, points=st.integers(1, 10_000), amount=st.integers(1, 500), many=st.integers(1, 2))
    def reduce(self, n: int, points: int, amount: int, many: int) -> None:
        """Less for what was found: in per cent or as an amount."""
        with self.trade.shop.transaction(reading=True):
            return_ = find(ReturnItem, self.pick("reducible", n)).return_id
        off = {"points": points} if n % 2 else {"amount": amount}
        with suppress(Refusal, IndexError):
            self.trade.reduce(return_, n=many, **off)

    @when("pending")
    @rule(n=PICK, objection=st.sampled_from(["", "They were there."]))
    def answer(self, n: int, objection: str) -> None:
        with suppress(Refusal):
            self.trade.answer(self.pick("pending", n), objection)

    @when("reduced")
    @rule(n=PICK, way=st.sampled_from(["uphold", "change", "withdraw"]), amount=st.integers(1, 300))
    def judge(self, n: int, way: str, amount: int) -> None:
        by = self.trade.shop.actor(StaffRole.MANAGER)
        with suppress(Refusal):
            self.trade.judge(self.pick("reduced", n), way, by=by, **({"amount": amount} if n % 2 else {}))

    @when("case")
    @rule(n=PICK, way=DECISION)
    def decide(self, n: int, way: str) -> None:
        with suppress(Refusal):
            self.decide_on(self.pick("case", n), way, n)

    def decide_on(self, id: uuid.UUID, way: str, n: int) -> None:
        with self.trade.shop.transaction(reading=True):
            return_ = find(Case, id).return_id
        with self.trade.on(return_) as held:
            article = held.order.lines[n % len(held.order.lines)].id
            solve(held, find(Case, id), Way(way, "It is so.", article), ZONE, self.trade.clerk)

    @rule(way=st.sampled_from(["send_back", "dispose", "match"]))
    def unknown_parcel(self, way: str) -> None:
        id = self.trade.stray()
        with suppress(Refusal), self.trade.shop.transaction():
            end(locked(Stray, id), way, "Nobody asked for it.", self.trade.clerk)

    @when("ask")
    @rule(n=PICK, reason=REASONS, proven=st.booleans())
    def gift(self, n: int, reason: str, proven: bool) -> None:
        order, picked = self.some_units(n, n % 2 + 1)
        with suppress(Refusal):
            if proven:
                self.trade.give_back(order, picked, reason)
            else:
                self.trade.gift(order, picked, reason)

    @rule(n=PICK, what=st.sampled_from(["longer", "allow", "withdraw"]))
    def except_(self, n: int, what: str) -> None:
        with self.trade.shop.transaction(reading=True) as session:
            orders = session.scalars(sa.select(Order.id).order_by(Order.id)).all()
            made = session.execute(sa.select(Override.order_id, Override.id).order_by(Override.id)).all()
        with suppress(Refusal):
            if what == "longer":
                self.trade.extend(orders[n % len(orders)])
            elif what == "allow":
                self.trade.allow(orders[n % len(orders)])
            elif made:
                self.trade.withdraw(*made[n % len(made)])

    @when("let_in", "decide")
    @rule(n=PICK, shopper=st.booleans())
    def write(self, n: int, shopper: bool) -> None:
        id = self.pick("let_in" if self.there["let_in"] else "decide", n)
        with suppress(Refusal):
            self.trade.write(id, "Is it there?", shopper=shopper)
            if n % 3 == 0:
                self.trade.settle(id)
