"""The same cancellations with everything that a shop has: other articles, credit, several payments, failures.

What happens follows from one seed, so that a year can be told twice.
"""

import random
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks.retail.reading import Invoice, as_order
from benchmarks.retail.replaying import Replay
from portal import clock
from portal.audit import Actor
from portal.catalogue import Variant
from portal.catalogue.reserving import stock_of
from portal.db import find, here, session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.jobs.worker import step
from portal.policies import Resolution
from portal.refunds import demands, rerouting
from portal.refunds.exchanges import giving_up, shipping
from portal.refunds.gateways.bank import Bank, Mode, Switch
from portal.refunds.legs import replace, replaceable
from portal.refunds.lifecycle import LegState
from portal.refunds.models import RefundLeg
from portal.returns import drafting
from portal.returns.exchanges.holding import exchange_of
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.exchanges.picking import choose_instead, instead_offered, pick, variants_of
from portal.returns.models import Return

WISHES = (Resolution.EXCHANGE, Resolution.STORE_CREDIT, Resolution.GIFT_CARD, Resolution.ORIGINAL)
MODES = (Mode.NORMAL, Mode.DECLINE, Mode.PENDING, Mode.LOSE_ANSWER)
ARTICLES = 150  # of which others can be had
ROUNDS = 40  # more than anything takes to come to its end


def paid_in_parts(invoice: Invoice, draw: random.Random) -> dict[str, Any]:
    """The invoice as an order that was paid by card, by transfer, or by both."""
    order = as_order(invoice)
    whole = sum(row.quantity * row.price for row in invoice.rows)
    first = whole if draw.random() < 0.6 else draw.randint(1, max(1, whole - 1))
    parts = [("card", f"pay_{invoice.number}", first), ("bank", "manual", whole - first)]
    order["payments"] = [
        {
            **{"kind": kind, "gateway": "manual" if kind == "bank" else "test"},
            **{"captured": f"{amount // 100}.{amount % 100:02}", "reference": name},
        }
        for kind, name, amount in parts
        if amount
    ]
    return order


def articles(sold: list[Invoice], at: datetime, draw: random.Random) -> list[dict[str, Any]]:
    """What is offered: what was sold most, at its price, some of it scarce."""
    prices = {row.sku: row for invoice in sold for row in invoice.rows}
    often = Counter(row.sku for invoice in sold for row in invoice.rows).most_common(ARTICLES)
    return [
        {
            **{"source": "online-retail", "id": sku, "title": prices[sku].title, "currency": "GBP"},
            "variants": [
                {
                    **{"id": sku, "sku": sku, "price": f"{prices[sku].price / 100:.2f}"},
                    **{"on_hand": draw.choice((2, 40, 5_000)), "on_hand_at": at.isoformat()},
                }
            ],
        }
        for sku, _ in often
    ]


@dataclass
class Mixed(Replay):
    """What became of the cancellations, and of what was given for them."""

    bank: Bank = field(kw_only=True)
    draw: random.Random = field(kw_only=True)
    told: Counter[str] = field(default_factory=Counter)
    missed: set[uuid.UUID] = field(default_factory=set)

    def _draft(self, order: uuid.UUID, picked: Any) -> uuid.UUID | None:
        draft = super()._draft(order, picked)
        mode = self.draw.choices(MODES, (85, 5, 5, 5))[0]
        self.bank.switch = Switch(mode, later=None, times=1)
        if draft is not None:
            self._wish(draft, self.draw.choices(WISHES, (35, 15, 10, 40))[0])
        return draft

    def _wish(self, draft: uuid.UUID, wish: Resolution) -> None:
        with suppress(Refusal), self._on(draft) as return_:
            shopper = Actor("shopper", return_.order_id)
            drafting.choose_resolution(return_, wish, shopper)
            if wish is Resolution.EXCHANGE:
                self._pick(return_, shopper)
            self.told[f"wanted: {wish.value}"] += 1

    def _pick(self, return_: Return, shopper: Actor) -> None:
        """Any article of which there are enough; raises Refusal where there is none."""
        offered = sa.select(Variant.id).where(Variant.tenant_id == here(), Variant.offered)
        known = list(session.scalars(offered.order_by(Variant.sku)))
        for line in return_.lines:
            anyhow = self.draw.sample(known, len(known))
            chosen = next((id for id in anyhow if stock_of([id])[id].has(line.quantity)), None)
            if chosen is None:
                raise Refusal(say("Nothing is left in such a number."))
            pick(return_, line, variants_of([chosen])[chosen], shopper)
        choose_instead(return_, self.draw.choice([*instead_offered(return_)]), shopper)

    def _paid(self) -> None:
        super()._paid()
        self._each(Exchange.state == ExchangeState.TO_PAY, self._pay)
        self._each(Exchange.state == ExchangeState.TO_SHIP, self._ship)
        self._each(Exchange.state == ExchangeState.WAITING, self._wait)
        self._turn()
        self._mend()

    def _turn(self) -> None:
        """What the bank kept waiting comes to its end, now and then a bad one."""
        pending = sa.select(RefundLeg.reference).where(RefundLeg.state == LegState.PENDING)
        with self._transaction(reading=True):
            waiting = list(session.scalars(pending.order_by(RefundLeg.id)))
        for reference in waiting:
            self.bank.turn(reference, self.draw.choice(("succeeded", "succeeded", "failed")))
            self.told["refunds that the bank kept waiting"] += 1

    def _each(self, which: Any, do: Callable[[Exchange], None]) -> None:
        with self._transaction(reading=True):
            found = list(session.scalars(sa.select(Exchange.return_id).where(which)))
        for of in found:
            with suppress(Conflict), self._on(of) as return_:
                exchange = exchange_of(return_, lock=True)
                if exchange:
                    do(exchange)

    def _pay(self, exchange: Exchange) -> None:
        """Most pay; the others never do."""
        demand = demands.demand_of(exchange.id)
        if demand and demand.link and exchange.id.int % 5:
            with suppress(Exception):
                self.bank.pay(demand.reference)
                self.told["differences paid"] += 1

    def _ship(self, exchange: Exchange) -> None:
        if exchange.id.int % 9 == 0 and exchange.id not in self.missed:
            self.missed.add(exchange.id)
            giving_up.sold_out(exchange, self.clerk)
            self.told["sold out after all"] += 1
            return
        shipping.ship(exchange, "Royal Mail", "", self.clerk)
        self.told["exchanges sent"] += 1

    def _wait(self, exchange: Exchange) -> None:
        if exchange.id.int % 2:
            giving_up.give_up(exchange, giving_up.chosen(exchange.return_), self.clerk)
        else:
            giving_up.keep_again(exchange, self.clerk)

    def _mend(self) -> None:
        """What failed is sent again, or transferred by hand."""
        failed = sa.select(RefundLeg).where(RefundLeg.state.in_((LegState.FAILED, LegState.REVERSED)))
        with self._transaction(reading=True):
            found = [(leg.id, leg.refund.return_id) for leg in session.scalars(failed) if replaceable(leg)]
        for id, of in found:
            with suppress(Refusal), self._on(of):
                leg = find(RefundLeg, id)
                again = self.draw.random() < 0.5
                replace(leg, self.clerk) if again else rerouting.by_hand(leg, self.clerk)
                self.told["failed amounts sent another way"] += 1

    def ends(self, at: datetime) -> None:
        """Let what is open come to its end, a day after the other."""
        for day in range(ROUNDS):
            with clock.at(at + timedelta(days=day)):
                self._paid()
                while step(self.app):
                    pass
