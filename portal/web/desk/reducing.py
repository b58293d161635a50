"""Refunding less because of what was found, and deciding on the shopper's objection."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired, NumberRange

from portal.db import locked
from portal.errors import Conflict, Refusal
from portal.i18n import Amount, Message, say
from portal.money import exponent
from portal.orders.units import unit_money
from portal.people import Permission
from portal.refunds.reduced import GROUNDS, sums_of
from portal.returns import Return
from portal.returns.reductions import Ground, Reduction, ReductionState
from portal.returns.reductions.deciding import Decision, decide, is_alone
from portal.returns.reductions.models import Off
from portal.returns.reductions.proposing import Found, propose, withdraw
from portal.views.record import Act, Bunch, acts_on, bunches_of, reducibles, whole_of, whole_return
from portal.views.reductions import names_of, reduction_of
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import DECIDING, done
from portal.web.desk.forms import DIGITS, Number, needed
from portal.web.desk.photos import desk_at
from portal.web.desk.record import as_it_is, me_here
from portal.web.errors import redrawn
from portal.web.forms import Form, no_amount, typed_number
from portal.web.operations import repeated, see
from portal.web.photographs import album_of
from portal.web.rendering import page
from portal.web.staff import permitted

REDUCING = (*READING, Permission.REDUCE_REFUNDS)
PER_CENT, AMOUNT = "per_cent", "amount"


def off_of(form: Form, currency: str) -> Off:
    """What is to be taken off. Raises Refusal for what is no number of that kind."""
    per_cent = form["kind"].data == PER_CENT
    number = typed_number(form["off"].data, 2 if per_cent else exponent(currency))
    if number is None:
        wrong = say("Type a per cent from 0 to 100, such as 12.5.")
        raise Refusal(wrong if per_cent else no_amount(form["off"].data, currency), "off")
    return Off(points=number) if per_cent else Off(amount=number)


def _size(currency: str, *needed: Any) -> dict[str, Any]:
    """How much is taken off each unit."""
    in_money = Key(AMOUNT, say("{currency} a unit", currency=currency))
    keys = [Key(PER_CENT, say("per cent of what was paid")), in_money]
    given = {"inputmode": "decimal", "maxlength": 14, "size": 10, "autocomplete": "off"}
    return {
        "off": StringField(say("How much less?"), needed, render_kw=given),
        "kind": RadioField(say("In"), [InputRequired(say("Choose one."))], choices=keys, default=PER_CENT),
    }


def reduce_form(return_: Return, bunches: Sequence[Bunch], chosen: str = "") -> Form:
    """Which units, how many of them, how much less and why."""
    ids = [str(bunch.item.id) for bunch in bunches]
    first = chosen if chosen in ids else ids[0] if len(ids) == 1 else None
    most = max((len(bunch.items) for bunch in bunches), default=1)
    which = [InputRequired(say("Choose which units."))]
    fields: dict[str, Any] = {"item": RadioField(say("Which units?"), which, choices=ids, default=first)}
    if most > 1:
        fits = NumberRange(1, most, say("Choose from 1 to {most}.", most=most))
        fields["units"] = Number(say("How many of them?"), [fits], default=1, render_kw=DIGITS)
    fields |= _size(return_.currency, InputRequired(say("Type how much less.")))
    fields |= {"ground": ground_field(), "note": needed(say("What was found"), say("Say what was found."))}
    kind: Callable[..., Form] = type("Reduce", (Form,), fields)
    return kind(thing=return_, action="reduce")


def ground_field() -> Any:
    keys = [Key(ground.value, word) for ground, word in GROUNDS.items()]
    return RadioField(say("Why"), [InputRequired(say("Choose why."))], choices=keys)


@desk.get("/returns/<uuid:id>/reduction")
@permitted(*REDUCING)
def reducing(id: uuid.UUID) -> str:
    return _reducing(id)


def _reducing(id: uuid.UUID, posted: Form | None = None) -> str:
    whole = whole_of(id)
    return_ = whole.return_
    if Act.REDUCE not in acts_on(return_):
        return as_it_is(whole)
    bunches = bunches_of(return_, reducibles(return_))
    return page(
        "desk/reduce.html",
        return_=return_,
        form=posted or reduce_form(return_, bunches, request.args.get("of", "")),
        bunches={str(bunch.item.id): bunch for bunch in bunches},
        paid=paid_for,
        days=return_.policy.policy.reductions.answer_days,
        w=wording,
    )


def paid_for(bunch: Bunch) -> Amount:
    """What was paid for the first of them."""
    line = bunch.line.order_line
    return Amount(unit_money(line, bunch.item.unit_no).gross, line.order.currency)


@desk.post("/returns/<uuid:id>/reduction")
@permitted(*REDUCING)
@redrawn(by=reducing)
def reduce_units(id: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    if prior := repeated(actor()):
        return see(prior)
    bunches = bunches_of(return_, reducibles(return_))
    form = reduce_form(return_, bunches)
    if not form.sent():
        return _reducing(id, form), 422
    return done(form, id, lambda: _reduce(return_, bunches, form))


def _reduce(return_: Return, bunches: Sequence[Bunch], form: Form) -> Message:
    bunch = next((b for b in bunches if str(b.item.id) == form["item"].data), None)
    if bunch is None:
        raise Conflict(say("These units are no longer as they were."))
    n = form["units"].data if "units" in form else 1
    if n > len(bunch.items):
        raise Refusal(say("Only {n} of these are there.", n=len(bunch.items)), "units")
    found = Found(Ground(form["ground"].data), form["note"].data)
    made = propose(return_, bunch.items[:n], off_of(form, return_.currency), found, actor())
    less = Amount(made.total, return_.currency)
    day = made.answer_by
    return say("{less} less is proposed. The shopper is asked by mail until {day}.", less=less, day=day)


DECISIONS = {
    "uphold": say("Stay with it"),
    "change": say("Take off less"),
    "withdraw": say("Take nothing off"),
}


def decide_form(reduction: Reduction) -> Form:
    missing = [InputRequired(say("Choose what becomes of it."))]
    keys = [Key(*one) for one in DECISIONS.items()]
    fields: dict[str, Any] = {"way": RadioField(say("What becomes of it?"), missing, choices=keys)}
    fields |= _size(reduction.return_.currency)
    fields["answer"] = needed(say("Answer to the shopper"), say("Say why. The shopper reads it, too."))
    kind: Callable[..., Form] = type("Decide", (Form,), fields)
    return kind(thing=reduction, action="decide")


def withdraw_form(reduction: Reduction) -> Form:
    fields = {"answer": needed(say("Reason"), say("Say why. The shopper reads it, too."))}
    kind: Callable[..., Form] = type("Withdraw", (Form,), fields)
    return kind(thing=reduction, action="withdraw")


@desk.get("/returns/<uuid:id>/reductions/<uuid:reduction>")
@permitted(*READING)
def reduction(id: uuid.UUID, reduction: uuid.UUID) -> str:
    return _reduction(whole_return(id), reduction)


def _reduction(return_: Return, id: uuid.UUID, **posted: Form) -> str:
    held, person = reduction_of(return_, id), me_here()
    objected = held.state is ReductionState.OBJECTED
    mine = objected and held.made_by == person.id and not is_alone(person.id)
    refunded = any(item.refunding for item in return_.items if item.reduced_by_id == held.id)
    return page(
        "desk/reduction.html",
        return_=return_,
        held=held,
        sums=sums_of(held),
        names=names_of(held),
        album=album_of(return_.id, desk_at(return_.id)),
        mine=mine,
        deciding=(posted.get("deciding") or decide_form(held)) if objected and not mine else None,
        withdrawing=posted.get("withdrawing") or withdraw_form(held),
        withdrawable=held.state is not ReductionState.WITHDRAWN and not refunded,
        grounds=GROUNDS,
        w=wording,
    )


@desk.post("/returns/<uuid:id>/reductions/<uuid:reduction>/decision")
@permitted(*DECIDING)
@redrawn(by=lambda id, reduction: _reduction(whole_return(id), reduction))
def decide_reduction(id: uuid.UUID, reduction: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    if prior := repeated(actor()):
        return see(prior)
    held = reduction_of(return_, reduction)
    form = decide_form(held)
    if not form.sent():
        return _reduction(return_, reduction, deciding=form), 422
    return done(form, id, lambda: _decide(held, form))


def _decide(held: Reduction, form: Form) -> Message:
    off = off_of(form, held.return_.currency) if form["way"].data == "change" else None
    decide(held, Decision(form["way"].data, form["answer"].data, off), actor())
    return say("Decided. The shopper is told by mail.")


@desk.post("/returns/<uuid:id>/reductions/<uuid:reduction>/withdrawal")
@permitted(*REDUCING)
@redrawn(by=lambda id, reduction: _reduction(whole_return(id), reduction))
def withdraw_reduction(id: uuid.UUID, reduction: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    if prior := repeated(actor()):
        return see(prior)
    held = reduction_of(return_, reduction)
    form = withdraw_form(held)
    if not form.sent():
        return _reduction(return_, reduction, withdrawing=form), 422
    return done(form, id, lambda: _withdraw(held, form))


def _withdraw(held: Reduction, form: Form) -> Message:
    withdraw(held, form["answer"].data, actor())
    return say("Taken back. The shopper is told by mail.")
