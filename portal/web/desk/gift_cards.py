"""Gift cards: which there are, what happened to each, and what may be done with one. Nobody sees a code."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.db import find, locked
from portal.errors import Conflict, Refusal
from portal.i18n import Amount, Message, say
from portal.ids import read_gift
from portal.money import BadAmount
from portal.people import Permission
from portal.refunds import gift_cards as verbs
from portal.refunds.lifecycle import CARD
from portal.refunds.mailing import mail_again, mailable
from portal.refunds.models import GiftCard
from portal.refunds.values import is_over
from portal.returns.lifecycle import can
from portal.views import credit as statements
from portal.views import gift_cards as reading
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import LONGEST, beside, spot
from portal.web.desk.books import currency_asked
from portal.web.desk.credits import READING
from portal.web.desk.forms import Ask, Reason, Releasing, Spending, typed
from portal.web.desk.wording import CARDS, LINES
from portal.web.errors import redrawn
from portal.web.forms import Button, Form, no_amount
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted

KEEPING = (*READING, Permission.KEEP_STORED_VALUE)


def standing(card: GiftCard) -> tuple[Message, str]:
    """What a card is good for now, and its tone."""
    return (LINES["expire"], "") if card.state == "open" and is_over(card) else CARDS[card.state]


@desk.get("/gift-cards")
@permitted(*READING)
def gift_cards() -> str:
    """The newest first."""
    typed, currency = request.args.get("q", "")[:LONGEST].strip(), currency_asked()
    if code := read_gift(typed):  # a whole code is repeated nowhere
        typed = code[-4:]
    found = reading.gift_cards(typed if typed.isprintable() else "", currency, spot())
    return page(
        "desk/gift_cards.html",
        rows=found.rows,
        pages=beside("desk.gift_cards", found, q=typed or None, currency=currency or None),
        typed=typed,
        asked=bool(typed or currency),
        currency=currency,
        holdings=reading.holdings(),
        standing=standing,
    )


@desk.get("/gift-cards/<uuid:card>")
@permitted(*READING)
def gift_card(card: uuid.UUID) -> str:
    """One of them, with its statement."""
    return _page(find(GiftCard, card))


def _page(card: GiftCard, spending: Spending | None = None) -> str:
    found = statements.statement(card, spot())
    return page(
        "desk/gift_card.html",
        card=card,
        lines=found.rows,
        pages=beside("desk.gift_card", found, card=card.id),
        kinds=LINES,
        standing=standing,
        beside=reading.successors(card),
        open_to=lambda event: can(CARD, card.state, event),
        mailable=mailable(card),
        ask=lambda action: Ask(thing=card, action=action),
        spending=spending or Spending(thing=card, action="spend"),
        releasing=Button(card, "release"),
        released={line.source for line in found.rows if line.kind == "release"},
        currency=card.currency,
        holdings=reading.holdings(),
    )


@dataclass(frozen=True)
class Question:
    """A page that asks before an act."""

    event: str
    title: Message
    text: Message
    button: Message
    endpoint: str
    kind: type[Form]


BLOCK = Question(
    "block",
    say("Block this gift card?"),
    say("Nothing can be spent of it until somebody unblocks it. What is on it stays on it."),
    say("Block gift card"),
    "desk.block_card",
    Reason,
)
REPLACE = Question(
    "replace",
    say("Put what is left on a new card?"),
    say(
        "The old code is worth nothing from then on. The link to the new code is mailed to the address of "
        "the order, and nowhere else."
    ),
    say("Replace gift card"),
    "desk.replace_card",
    Ask,
)


def _asking(card: GiftCard, question: Question, posted: Form | None = None) -> str:
    """The question, or the card as it now is when the act is not legal any more."""
    if not can(CARD, card.state, question.event):
        return _page(card)
    form = posted or question.kind(thing=card, action=question.event)
    return page("desk/ask_card.html", card=card, question=question, form=form)


def _answering(id: uuid.UUID, question: Question, do: Callable[[GiftCard, Form], Answer]) -> Any:
    card = locked(GiftCard, id)
    form = question.kind(thing=card, action=question.event)
    if not form.sent():
        return _asking(card, question, form), 422
    return see(once(form, actor(), lambda: do(card, form)))


@desk.get("/gift-cards/<uuid:card>/block")
@permitted(*KEEPING)
def blocking(card: uuid.UUID) -> str:
    return _asking(find(GiftCard, card), BLOCK)


@desk.post("/gift-cards/<uuid:card>/block")
@permitted(*KEEPING)
@redrawn(by=blocking)
def block_card(card: uuid.UUID) -> Any:
    return _answering(card, BLOCK, _block)


def _block(card: GiftCard, form: Form) -> Answer:
    verbs.block(card, form["reason"].data, actor())
    return Answer(url_for("desk.gift_card", card=card.id), say("Blocked. Nothing can be spent of it."))


@desk.get("/gift-cards/<uuid:card>/replace")
@permitted(*KEEPING)
def replacing(card: uuid.UUID) -> str:
    return _asking(find(GiftCard, card), REPLACE)


@desk.post("/gift-cards/<uuid:card>/replace")
@permitted(*KEEPING)
@redrawn(by=replacing)
def replace_card(card: uuid.UUID) -> Any:
    return _answering(card, REPLACE, _replace)


def _replace(card: GiftCard, form: Form) -> Answer:
    new = verbs.reissue(card, actor())
    return Answer(url_for("desk.gift_card", card=new.id), say("This is the new card. Its link is mailed."))


@desk.post("/gift-cards/<uuid:card>/unblock")
@permitted(*KEEPING)
@redrawn(by=gift_card)
def unblock_card(card: uuid.UUID) -> Any:
    return _pressed(card, "unblock", _unblock)


def _unblock(card: GiftCard) -> Message:
    verbs.unblock(card, actor())
    return say("It can be spent again.")


@desk.post("/gift-cards/<uuid:card>/mail")
@permitted(*KEEPING)
@redrawn(by=gift_card)
def mail_card(card: uuid.UUID) -> Any:
    return _pressed(card, "mail", _mail)


def _mail(card: GiftCard) -> Message:
    mail_again(card, actor())
    return say("A new link is on its way to the address of the order.")


@desk.post("/gift-cards/<uuid:card>/spend")
@permitted(*KEEPING)
@redrawn(by=gift_card)
def spend_card(card: uuid.UUID) -> Any:
    """For a till that cannot ask by itself."""
    held = locked(GiftCard, card)
    form = Spending(thing=held, action="spend")
    if not form.sent():
        return _page(held, form), 422
    return see(once(form, actor(), lambda: _told(held, _spend(held, form))))


def _told(card: GiftCard, message: Message) -> Answer:
    return Answer(url_for("desk.gift_card", card=card.id), message)


def _spend(card: GiftCard, form: Spending) -> Message:
    code = read_gift(form.code.data)
    if code is None or verbs.hash_of(code) != card.code_hash:
        raise Refusal(say("This is not the code of this gift card."), "code")
    try:
        amount = Amount(typed(form.amount.data.strip(), card.currency), card.currency)
    except BadAmount as error:
        raise Refusal(no_amount(form.amount.data, card.currency), "amount") from error
    done = verbs.spend(card, amount, form.reference.data, actor())
    return say("Spent. {left} is left on it.", left=Amount(done.left, card.currency))


@desk.post("/gift-cards/<uuid:card>/release")
@permitted(*KEEPING)
@redrawn(by=gift_card)
def release_card(card: uuid.UUID) -> Any:
    """Give back what a sale took that did not happen."""
    held = locked(GiftCard, card)
    form = Releasing(thing=held, action="release")
    if not form.sent():
        return _page(held), 422
    return see(once(form, actor(), lambda: _told(held, _release(form))))


def _release(form: Releasing) -> Message:
    try:
        verbs.release(form.spent.data, actor())
    except Conflict as refusal:  # without its field, which is the other form's
        raise Conflict(refusal.message) from refusal
    return say("Given back, since the sale did not happen.")


def _pressed(id: uuid.UUID, action: str, do: Callable[[GiftCard], Message]) -> Any:
    """A button of the card's own page."""
    card = locked(GiftCard, id)
    form = Ask(thing=card, action=action)
    if not form.sent():
        return _page(card), 422
    return see(once(form, actor(), lambda: Answer(url_for("desk.gift_card", card=id), do(card))))
