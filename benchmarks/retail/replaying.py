"""Cancellations as returns, through the same verbs as the wizard, the dock and the desk."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from benchmarks.retail.reading import Invoice, Row, address_of
from portal import clock
from portal.audit import Actor
from portal.db import find, here, locked, session, transaction
from portal.jobs.worker import App, step
from portal.orders.keys import email_key
from portal.orders.models import Order, OrderLine
from portal.policies import Answer, Grade, Resolution, Verdict
from portal.refunds import approving, quoting
from portal.refunds.lifecycle import LegState
from portal.refunds.models import RefundLeg
from portal.refunds.routing import MANUAL
from portal.refunds.transferring import confirm
from portal.returns import deciding, drafting, inspecting, receiving, submitting
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return
from portal.returns.pieces import AnyItem

ZONE = "Europe/London"
HELPED = timedelta(minutes=1)  # what is done at once is done a minute later
Picked = dict[uuid.UUID, list[int]]  # a line of the order, units for each cancelled line that is about it


@dataclass
class Replay:
    """What became of the cancellations. `refused`: lines by the reason; `amount`: paid back, in pence."""

    app: App
    tenant: uuid.UUID
    clerk: Actor
    lines: int = 0
    accepted: int = 0
    units: int = 0
    returns: int = 0
    amount: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def take(self, invoice: Invoice) -> None:
        """Everything that this invoice cancels, each order's part as a return of its own."""
        self.lines += len(invoice.rows)
        with clock.at(invoice.at):
            for order, picked in self._matched(invoice).items():
                self._return(order, picked)
        with clock.at(invoice.at + HELPED):
            while step(self.app):
                pass
            self._paid()
            while step(self.app):
                pass

    def _matched(self, invoice: Invoice) -> dict[uuid.UUID, Picked]:
        """What of which order comes back."""
        orders: dict[uuid.UUID, Picked] = {}
        with self._transaction(reading=True):
            for row in invoice.rows:
                taken = {line: sum(n) for picked in orders.values() for line, n in picked.items()}
                sale = _sale_of(row, taken)
                if sale is None:
                    self.refused["No sale of so many units before it."] += 1
                else:
                    orders.setdefault(sale.order_id, {}).setdefault(sale.id, []).append(-row.quantity)
        return orders

    def _return(self, order: uuid.UUID, picked: Picked) -> None:
        draft = self._draft(order, picked)
        if draft is None:
            return
        with self._on(draft) as return_:
            assert return_.resolution
            shown = quoting.quote(return_, return_.resolution).amount
            submitting.submit(return_, shown, ZONE, Actor("shopper", return_.order_id))
        with self._on(draft) as return_:
            if return_.state is ReturnState.REQUESTED:
                deciding.authorize(return_, self.clerk)
        with self._on(draft) as return_:
            counts = {line: len(items) for line, items in receiving.awaited(return_).items()}
            receiving.receive(return_, counts, self.clerk)
        with self._on(draft) as return_:
            for items in _alike(return_):
                inspecting.inspect_many(items, {}, Grade.NEW, self.clerk)
        with self._on(draft) as return_:
            ready = quoting.plan_for(return_, quoting.payable_items(return_)).amount
            approving.approve(return_, ready, self.clerk, None)
            self.units += return_.units
        self.returns += 1

    def _paid(self) -> None:
        """A person transfers what no gateway can send back, and says so."""
        with self._transaction(reading=True):
            waiting = [(leg.id, leg.refund.return_id) for leg in session.scalars(_to_transfer())]
        for id, of in waiting:
            with self._on(of) as return_:
                leg, day = find(RefundLeg, id), clock.now().astimezone(ZoneInfo(ZONE)).date()
                confirm(leg, f"{return_.rma} {leg.no}", day, self.clerk)
                self.amount += leg.amount

    def _draft(self, order: uuid.UUID, picked: Picked) -> uuid.UUID | None:
        """A draft with every step answered, of the lines that may go back; None if there are none."""
        with self._transaction():
            held, shopper = locked(Order, order), Actor("shopper", order)
            verdicts = drafting.verdicts_on(held, ZONE)
            asked = {line.id: verdicts[line.position] for line in held.lines if line.id in picked}
            wanted = {
                line: sum(picked[line])
                for line, verdict in asked.items()
                if self._counted(verdict, picked[line])
            }
            if not wanted:
                return None
            draft = drafting.choose_items(held, wanted, verdicts, shopper)
            drafting.give_reasons(draft, {line.id: ("changed_mind", "") for line in draft.lines}, shopper)
            drafting.choose_resolution(draft, Resolution.ORIGINAL, shopper)
            return draft.id

    def _counted(self, verdict: Verdict, lines: list[int]) -> bool:
        """Whether they may go back; counts them among those that may, or by why not."""
        if verdict.answer is Answer.NO:
            reason = replace(verdict.why[0].text, args=())  # without the day, which differs each time
            self.refused[str(reason).replace(" on {day}", "")] += len(lines)
            return False
        self.accepted += len(lines)
        return True

    @contextmanager
    def _on(self, return_: uuid.UUID) -> Iterator[Return]:
        with self._transaction():
            yield locked(Return, return_)

    @contextmanager
    def _transaction(self, *, reading: bool = False) -> Iterator[None]:
        with self.app.app_context(), transaction(None, self.tenant, reading):
            yield


def _sale_of(row: Row, taken: Mapping[uuid.UUID, int]) -> OrderLine | None:
    """The latest sale of the article to the customer, before the cancellation, with enough units left."""
    own = sa.select(OrderLine).join(Order, Order.id == OrderLine.order_id)
    mine = Order.email_key == email_key(address_of(row.customer))
    left = OrderLine.quantity - OrderLine.claimed
    fitting = own.where(mine, OrderLine.sku == row.sku, Order.placed_at <= row.at, left >= -row.quantity)
    for line in session.scalars(fitting.order_by(Order.placed_at.desc(), OrderLine.position)):
        if line.quantity - line.claimed - taken.get(line.id, 0) >= -row.quantity:
            return line
    return None


def _to_transfer() -> sa.Select[RefundLeg]:
    mine = RefundLeg.tenant_id == here()
    return sa.select(RefundLeg).where(mine, RefundLeg.gateway == MANUAL, RefundLeg.state == LegState.APPROVED)


def _alike(return_: Return) -> Iterator[list[AnyItem]]:
    """The units on the dock, those of one line together."""
    lines: dict[uuid.UUID, list[AnyItem]] = {}
    for item in receiving.on_dock(return_):
        lines.setdefault(item.return_line_id, []).append(item)
    yield from lines.values()
