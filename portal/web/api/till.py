"""What a till asks: what is on a gift card or a store credit, to spend of it, and to release what was spent.

A code comes in the body, since addresses are written down. The till's reference makes each request
repeatable, so no Idempotency-Key is needed.
"""

import json
from typing import Annotated, Any, TypeVar

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.i18n import Amount
from portal.money import BadAmount, parse, plain
from portal.orders.keys import email_key
from portal.people.scopes import KeyScope
from portal.refunds import credits, gift_cards
from portal.refunds.values import LONGEST, Holder, Taken
from portal.tenants import locked_shop
from portal.web.actor import actor
from portal.web.api.blueprint import api, keyed
from portal.web.api.bodies import body, parsed
from portal.web.problems import Fault, Wrong

Text = Annotated[str, Field(min_length=1, max_length=254)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Reference = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


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


A = TypeVar("A", bound=Asked)


def _asked(kind: type[A]) -> A:
    """The body as such a request. Raises Wrong, which never repeats what was sent."""
    try:
        return kind.model_validate(parsed(body()))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise Wrong(
            422, faults=[Fault("/" + "/".join(map(str, f["loc"])), f["msg"]) for f in found]
        ) from None


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
@keyed(KeyScope.SPEND_VALUE)
def card_balance() -> Response:
    """What is on the card, and whether it is open, blocked or replaced."""
    card = gift_cards.card_of(_asked(Card).code)
    return _held(card, state=card.state.value)


@api.post("/gift-cards/spend", provide_automatic_options=False)
@keyed(KeyScope.SPEND_VALUE)
def spend_card() -> Response:
    asked = _asked(CardSpending)
    card = gift_cards.card_of(asked.code)
    return _spent(gift_cards.spend(card, _amount(asked), asked.reference, actor()), card.currency)


@api.post("/gift-cards/release", provide_automatic_options=False)
@keyed(KeyScope.SPEND_VALUE)
def release_card() -> Response:
    """What the reference spent comes back, whole."""
    done = gift_cards.release(_asked(Release).reference, actor())
    return _said(release=str(done.entry), again=done.again)


@api.post("/store-credit/balance", provide_automatic_options=False)
@keyed(KeyScope.SPEND_VALUE)
def credit_balance() -> Response:
    asked = _asked(Owner)
    return _held(credits.credit_of(email_key(asked.email), asked.currency))


@api.post("/store-credit/spend", provide_automatic_options=False)
@keyed(KeyScope.SPEND_VALUE)
def spend_credit() -> Response:
    asked = _asked(CreditSpending)
    owner, amount = email_key(asked.email), _amount(asked)
    return _spent(credits.spend(locked_shop(), owner, amount, asked.reference, actor()), asked.currency)


@api.post("/store-credit/release", provide_automatic_options=False)
@keyed(KeyScope.SPEND_VALUE)
def release_credit() -> Response:
    """What the reference spent comes back, whole."""
    done = credits.release(locked_shop(), _asked(Release).reference, actor())
    return _said(release=str(done.entry), again=done.again)
