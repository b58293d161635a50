"""What a till asks: what is on a gift card or a store credit, to spend of it, and to release what was spent.

A code comes in the body, since addresses are written down. The till's reference makes each request
repeatable, so no Idempotency-Key is needed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from portal.errors import NotFound
from portal.i18n import Amount
from portal.i18n.plainly import CURRENCY
from portal.money import BadAmount, parse, plain
from portal.orders.keys import email_key
from portal.people.scopes import KeyScope
from portal.refunds import credits, gift_cards
from portal.refunds.values import LONGEST, Holder, Taken
from portal.tenants import locked_shop
from portal.web.actor import actor
from portal.web.api.blueprint import api, keyed
from portal.web.api.bodies import asked_of
from portal.web.api.describing import described
from portal.web.problems import Fault, Wrong

Text = Annotated[str, Field(min_length=1, max_length=254)]
Currency = Annotated[str, Field(pattern=CURRENCY)]
Reference = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CreditHeld(BaseModel):
    """`until`: a moment of the last day on which it can be spent, or null."""

    balance: str
    currency: str
    until: str | None


class CardHeld(CreditHeld):
    state: Literal["open", "blocked", "replaced"]


class Spent(BaseModel):
    """`again`: it had been spent before, and nothing was done now."""

    spending: str
    left: str
    currency: str
    again: bool


class Released(BaseModel):
    """`again`: it had been released before, and nothing was done now."""

    release: str
    again: bool


class Card(Asked):
    code: Text


class Owner(Asked):
    email: Text
    currency: Currency


class Spending(Asked):
    """`amount` as it is written, "12.50"."""

    amount: Text
    currency: Currency
    reference: Reference


class CardSpending(Spending, Card):
    pass


class CreditSpending(Spending):
    email: Text


class Release(Asked):
    reference: Reference


@contextmanager
def _known(at: str, why: str) -> Iterator[None]:
    """What the shop does not have is a fault of the request, at its place."""
    try:
        yield
    except NotFound:
        raise Wrong(422, faults=[Fault(at, why)]) from None


NO_CARD = ("/code", "no gift card of this shop has this code")
NO_CREDIT = ("/email", "holds no store credit in this currency")
NO_SPENDING = ("/reference", "has spent nothing")


def _amount(asked: Spending) -> Amount:
    try:
        return Amount(parse(asked.amount, asked.currency), asked.currency)
    except BadAmount as error:
        raise Wrong(422, faults=[Fault("/amount", f"is no amount: {error}")]) from None


def _said(**facts: Any) -> Response:
    return Response(json.dumps(facts), mimetype="application/json")


def _held(held: Holder, **facts: Any) -> Response:
    last = held.last_moment
    until = last.isoformat(timespec="seconds") if last else None
    return _said(balance=plain(held.balance, held.currency), currency=held.currency, until=until, **facts)


def _spent(done: Taken, currency: str) -> Response:
    left = plain(done.left, currency)
    return _said(spending=str(done.entry), left=left, currency=currency, again=done.again)


@api.post("/gift-cards/balance", provide_automatic_options=False)
@described(CardHeld, KeyScope.SPEND_VALUE, takes=Card)
@keyed(KeyScope.SPEND_VALUE)
def card_balance() -> Response:
    """What is on the card, and whether it is open, blocked or replaced."""
    asked = asked_of(Card)
    with _known(*NO_CARD):
        card = gift_cards.card_of(asked.code)
    return _held(card, state=card.state.value)


@api.post("/gift-cards/spend", provide_automatic_options=False)
@described(Spent, KeyScope.SPEND_VALUE, takes=CardSpending)
@keyed(KeyScope.SPEND_VALUE)
def spend_card() -> Response:
    asked = asked_of(CardSpending)
    with _known(*NO_CARD):
        card = gift_cards.card_of(asked.code)
    return _spent(gift_cards.spend(card, _amount(asked), asked.reference, actor()), card.currency)


@api.post("/gift-cards/release", provide_automatic_options=False)
@described(Released, KeyScope.SPEND_VALUE, takes=Release)
@keyed(KeyScope.SPEND_VALUE)
def release_card() -> Response:
    """What the reference spent comes back, whole."""
    asked = asked_of(Release)
    with _known(*NO_SPENDING):
        done = gift_cards.release(asked.reference, actor())
    return _said(release=str(done.entry), again=done.again)


@api.post("/store-credit/balance", provide_automatic_options=False)
@described(CreditHeld, KeyScope.SPEND_VALUE, takes=Owner)
@keyed(KeyScope.SPEND_VALUE)
def credit_balance() -> Response:
    asked = asked_of(Owner)
    with _known(*NO_CREDIT):
        return _held(credits.credit_of(email_key(asked.email), asked.currency))


@api.post("/store-credit/spend", provide_automatic_options=False)
@described(Spent, KeyScope.SPEND_VALUE, takes=CreditSpending)
@keyed(KeyScope.SPEND_VALUE)
def spend_credit() -> Response:
    asked = asked_of(CreditSpending)
    owner, amount = email_key(asked.email), _amount(asked)
    with _known(*NO_CREDIT):
        done = credits.spend(locked_shop(), owner, amount, asked.reference, actor())
    return _spent(done, asked.currency)


@api.post("/store-credit/release", provide_automatic_options=False)
@described(Released, KeyScope.SPEND_VALUE, takes=Release)
@keyed(KeyScope.SPEND_VALUE)
def release_credit() -> Response:
    """What the reference spent comes back, whole."""
    asked = asked_of(Release)
    with _known(*NO_SPENDING):
        done = credits.release(locked_shop(), asked.reference, actor())
    return _said(release=str(done.entry), again=done.again)
