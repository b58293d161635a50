"""Letting go what a shopper owes for an exchange, at the desk: as goodwill, with its reason."""

import uuid
from collections.abc import Callable
from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired

from portal.db import locked
from portal.i18n import Amount, Message, say
from portal.refunds import giving, waiving
from portal.refunds.demands import Demand
from portal.refunds.goodwill import GoodwillReason
from portal.returns import Return
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.deciding import done
from portal.web.desk.forms import plain_words
from portal.web.desk.giving import CHOICES, GRANTING, budget_of, left_of
from portal.web.desk.owed import of_return
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted


def waive_form(demand: Demand) -> Form:
    fields: dict[str, Any] = {
        "reason": SelectField(say("Reason"), [InputRequired(say("Choose a reason."))], choices=CHOICES),
        "note": TextAreaField(say("Note"), [plain_words]),
    }
    kind: Callable[..., Form] = type("Waive", (Form,), fields)
    return kind(thing=demand.return_, action=f"waive/{demand.id}")


@desk.get("/returns/<uuid:id>/owed/<uuid:demand>/waive")
@permitted(*GRANTING)
def waiving_owed(id: uuid.UUID, demand: uuid.UUID) -> str:
    return _page(of_return(id, demand))


def _page(demand: Demand, posted: Form | None = None) -> str:
    return_ = demand.return_
    budget = budget_of(return_)
    return page(
        "desk/waive.html",
        demand=demand,
        return_=return_,
        form=posted or waive_form(demand),
        owed=waiving.waivable(demand),
        budget=budget,
        left=left_of(return_, budget),
    )


@desk.post("/returns/<uuid:id>/owed/<uuid:demand>/waive")
@permitted(*GRANTING)
@redrawn(by=waiving_owed)
def waive_owed(id: uuid.UUID, demand: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    owed = of_return(id, demand)
    form = waive_form(owed)
    if not form.sent():
        return _page(owed, form), 422
    return done(form, id, lambda: _waive(return_, owed, form))


def _waive(return_: Return, demand: Demand, form: Form) -> Message:
    gift = giving.Gift(demand.amount, GoodwillReason(form["reason"].data), form["note"].data or "")
    waiver = waiving.waive(demand, gift, actor(), budget_of(return_, hold=True), this_face().zone)
    return say("{amount} is let go. The shopper is told.", amount=Amount(waiver.amount, waiver.currency))
