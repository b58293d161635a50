"""Goodwill at the desk: granting it, with its reason, and taking back what was not approved yet."""

import uuid
from collections.abc import Callable
from typing import Any

from wtforms import Field, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.db import locked
from portal.errors import Refusal
from portal.i18n import Amount, Message, say
from portal.people import Permission
from portal.policies.versions import active_or_none
from portal.refunds import giving
from portal.refunds.goodwill import GoodwillReason
from portal.refunds.limiting import today
from portal.returns import Return
from portal.views.record import Act, acts_on, whole_of
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import done
from portal.web.desk.forms import Ask, Money, plain_words
from portal.web.desk.record import as_it_is, drawn, me_here, record
from portal.web.desk.wording import GIVING
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

GRANTING = (*READING, Permission.GRANT_GOODWILL)
CHOICES = [SelectChoice("", say("Choose…")), *(SelectChoice(one.value, word) for one, word in GIVING.items())]


def give_form(return_: Return) -> Form:
    wanted = [InputRequired(say("Type an amount."))]
    fields: dict[str, Any] = {
        "amount": Money(say("Amount"), [*wanted, _fits(return_)], currency=return_.currency),
        "reason": SelectField(say("Reason"), [InputRequired(say("Choose a reason."))], choices=CHOICES),
        "note": TextAreaField(say("Note"), [plain_words, _said_why]),
    }
    kind: Callable[..., Form] = type("Give", (Form,), fields)
    return kind(thing=return_, action="give")


def _fits(return_: Return) -> Callable[[Form, Field], None]:
    """What the verb asks of the amount, so that it is told together with what else is wrong."""

    def fits(_form: Form, field: Field) -> None:
        try:
            if not field.errors:
                giving.must_fit(return_, field.minor)
                giving.must_be_left(left_of(return_, budget_of(return_)), field.minor, return_.currency)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal

    return fits


def _said_why(form: Form, field: Field) -> None:
    """The same of the note; `InputRequired` is no match for one that most reasons need not."""
    if form["reason"].data == GoodwillReason.OTHER and not (field.data or "").strip():
        raise ValidationError(giving.WHY)


@desk.get("/returns/<uuid:id>/goodwill")
@permitted(*GRANTING)
def granting(id: uuid.UUID) -> str:
    return _page(id)


def _page(id: uuid.UUID, posted: Form | None = None) -> str:
    whole = whole_of(id)
    return_ = whole.return_
    if Act.GOODWILL not in acts_on(return_):
        return as_it_is(whole)
    budget = budget_of(return_)
    return page(
        "desk/goodwill.html",
        return_=return_,
        form=posted or give_form(return_),
        budget=budget,
        left=left_of(return_, budget),
        room=giving.room_for(return_),
    )


def budget_of(return_: Return, *, hold: bool = False) -> int:
    """What a person may grant in a month by the policy in force, in the return's currency."""
    version = active_or_none(hold=hold, whole=True)
    return version.limits.goodwill_budget.get(return_.currency, 0) if version else 0


def left_of(return_: Return, budget: int) -> int:
    """What of a month's budget whoever sits here has not granted yet."""
    month = today(this_face().zone).replace(day=1)
    return budget - giving.granted_in(me_here().id, return_.currency, month)


@desk.post("/returns/<uuid:id>/goodwill")
@permitted(*GRANTING)
@redrawn(by=granting)
def grant_goodwill(id: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    form = give_form(return_)
    if not form.sent():
        return _page(id, form), 422
    return done(form, id, lambda: _grant(return_, form))


def _grant(return_: Return, form: Form) -> Message:
    gift = giving.Gift(form["amount"].minor, GoodwillReason(form["reason"].data), form["note"].data or "")
    granted = giving.grant(return_, gift, actor(), budget_of(return_, hold=True), this_face().zone)
    amount = Amount(granted.amount, granted.currency)
    return say("{amount} of goodwill is granted. It goes out when the refund is approved.", amount=amount)


@desk.post("/returns/<uuid:id>/goodwill/back")
@permitted(*GRANTING)
@redrawn(by=record)
def withdraw_goodwill(id: uuid.UUID) -> Any:
    """Take back what no refund has yet, whoever granted it."""
    return_ = locked(Return, id)
    form = Ask(thing=return_, action="ungive")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _withdraw(return_))


def _withdraw(return_: Return) -> Message:
    giving.withdraw(return_, actor())
    return say("The goodwill is taken back.")
