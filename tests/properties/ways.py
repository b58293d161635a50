"""The ways that money takes when no gateway takes it: by hand, back on what was issued here, another way."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from portal.audit import Actor
from portal.db import find, locked
from portal.errors import Refusal
from portal.orders.models import Order, Payment
from portal.policies import Resolution
from portal.refunds import gift_cards, rerouting, transferring
from portal.refunds.gateways.bank import Switch
from portal.refunds.lifecycle import CardState, LegState
from portal.refunds.models import GiftCard, RefundLeg
from portal.refunds.questions import answering, asking
from portal.refunds.questions.models import Asked
from portal.refunds.routing import MANUAL
from tests.harness.sales import Sold
from tests.harness.trading import GIRO
from tests.properties.machine import FITTING, PICK, Fitting, Shopkeeping, articles, when

BY_HAND = RefundLeg.gateway == MANUAL
STOPPED = RefundLeg.state.in_((LegState.FAILED, LegState.REVERSED))
STORED = {"gift_card": Resolution.GIFT_CARD, "store_credit": Resolution.STORE_CREDIT}
WAYS: Fitting = {
    "transfer": (RefundLeg, [BY_HAND, RefundLeg.state.in_((LegState.APPROVED, LegState.SUCCEEDED))]),
    "stopped": (RefundLeg, [STOPPED]),
    "card": (GiftCard, [GiftCard.state != CardState.REPLACED]),
}


class Ways(Shopkeeping):
    fitting: ClassVar[Fitting] = {**FITTING, **WAYS}

    def whole_way(self, order: uuid.UUID, *wish: Any, sent: bool = True) -> None:
        """A unit comes back and is paid for, with the bank well."""
        with suppress(Refusal):
            return_ = self.trade.ask(order, {1: 1}, *wish)
            with suppress(Refusal):
                self.trade.authorize(return_)
            self.trade.receive(return_)
            self.trade.inspect(return_)
            self.trade.approve(return_)
        if sent:
            self.trade.bank.switch = Switch()
            self.trade.work()

    @rule(article=articles(), share=st.integers(1, 3), cash=st.booleans(), sent=st.booleans())
    def paid_by_hand(self, article: Sold, share: int, cash: bool, sent: bool) -> None:
        """All of it, or a part beside a card."""
        part = article.paid // share
        order = self.trade.order(article, paid=[part, article.paid - part])
        with self.trade.shop.transaction():
            locked(Order, order).payments[0].gateway = "Cash on delivery" if cash else MANUAL
        self.whole_way(order, "damaged", sent=sent)

    @when("transfer")
    @rule(n=PICK, what=st.sampled_from(["confirm", "confirm", "give_up", "came_back"]))
    def transfer(self, n: int, what: str) -> None:
        """What a person says of it; now and then under a reference that another transfer has."""
        self.spent += 1
        leg = self.pick("transfer", n)
        with suppress(Refusal):
            if what == "confirm":
                self.trade.confirm(leg, f"T-{self.spent - n % 3 // 2}")
            else:
                with self.trade.on_leg(leg) as found:
                    if what == "give_up":
                        transferring.give_up(found, "bank_refused", self.trade.clerk)
                    else:
                        transferring.came_back(found, self.trade.clerk)

    @rule(n=PICK, sort=st.sampled_from(sorted(STORED)), article=articles())
    def live_on_value(self, n: int, sort: str, article: Sold) -> None:
        """A return for stored value, some of it spent on another order, which perhaps comes back as well."""
        self.whole_way(self.trade.order(Sold(9_000), paid=[9_000]), "damaged", STORED[sort])
        part, reference = min(article.paid, 4_000), f"B-{self.spent}"
        self.spent += 1
        with suppress(Refusal):
            if sort == "gift_card":
                self.trade.spend_card(self.newest_code(), part, reference)
            else:
                self.trade.spend("nils@ek.example", part, reference)
        order = self.trade.order(article, paid=[(sort, part + (n % 7 == 0)), article.paid - part])
        with self.trade.shop.transaction():
            locked(Order, order).payments[0].reference = reference
        if n % 2:
            self.whole_way(order, "damaged", sent=n % 4 > 1)

    def newest_code(self) -> str:
        with self.trade.shop.transaction(reading=True) as session:
            newest = sa.select(GiftCard.id).order_by(GiftCard.issued_at.desc(), GiftCard.id.desc()).limit(1)
            card = session.scalars(newest).one()
        return self.codes.setdefault(card, self.codes.get(card) or self.trade.show_card(card))

    @rule(article=articles(), share=st.integers(1, 3))
    def stopped(self, article: Sold, share: int) -> None:
        """A card is no more; what goes back to it is declined for good. There may be another."""
        order = self.trade.order(article, paid=[article.paid // share, article.paid])
        self.trade.close_payments(order)
        if share > 1:
            with self.trade.shop.transaction(reading=True):
                reference = find(Order, order).payments[1].reference
            self.trade.bank.close(reference, closed=False)
        self.whole_way(order, "damaged")

    @when("stopped")
    @rule(n=PICK, how=st.sampled_from(["by_hand", "elsewhere", "offer", "yes", "no", "account"]))
    def another_way(self, n: int, how: str) -> None:
        with suppress(Refusal), self.trade.on_leg(self.pick("stopped", n)) as leg:
            clerk, shopper = self.trade.clerk, Actor("shopper", leg.refund.order_id)
            if how == "by_hand":
                rerouting.by_hand(leg, clerk)
            elif how == "elsewhere":  # now and then to one that has no room
                payments: Sequence[Payment] = rerouting.others(leg) or leg.refund.return_.order.payments
                rerouting.to_payment(leg, payments[n % len(payments)].id, clerk)
            elif how == "account":
                answering.name_account(asking.ask(leg, Asked.BANK_ACCOUNT, clerk), GIRO, shopper)
            else:
                question = asking.ask(leg, Asked.STORE_CREDIT, clerk)
                if how == "yes":
                    answering.agree(question, "Yes", "en", shopper)
                elif how == "no":
                    answering.decline(question, "No", "en", shopper)

    @when("card")
    @rule(n=PICK, free=st.booleans())
    def block(self, n: int, free: bool) -> None:
        id = self.pick("card", n)
        with suppress(Refusal), self.trade.shop.transaction():
            card = locked(GiftCard, id)
            if free:
                gift_cards.unblock(card, self.trade.clerk)
            else:
                gift_cards.block(card, "It was lost.", self.trade.clerk)

    def come_to_rest(self) -> None:
        """Every transfer is made, too."""
        super().come_to_rest()
        waiting = sa.select(RefundLeg.id).where(BY_HAND, RefundLeg.state == LegState.APPROVED)
        with self.trade.shop.transaction(reading=True) as session:
            legs = session.scalars(waiting).all()
        for leg in legs:
            self.trade.confirm(leg, f"LAST-{leg}")
        self.wait(timedelta(seconds=1))
        self.trade.work()
