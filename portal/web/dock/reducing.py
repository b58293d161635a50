"""Refunding less, said at the check itself: in per cent, as the dock sees no money."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import Length, Optional, ValidationError

from portal.errors import Refusal
from portal.i18n import say
from portal.people import Permission
from portal.refunds.reduced import GROUNDS
from portal.returns.lifecycle import Outcome
from portal.returns.models import ReturnItem
from portal.returns.reductions import Ground
from portal.returns.reductions.models import Off
from portal.returns.reductions.proposing import UNSAID, WHOLE, Found, propose
from portal.web.actor import actor
from portal.web.forms import Form, typed_number
from portal.web.staff import me

PER_CENT = say("Type a per cent from 0 to 100, such as 12.5.")
MOST = say("At most {n} characters.", n=500)


def fields() -> dict[str, Any]:
    """What a check asks besides, of whoever may reduce; all of it may stay empty."""
    person = me()
    if person is None or not person.may(Permission.REDUCE_REFUNDS):
        return {}
    keys = [Key(ground.value, word) for ground, word in GROUNDS.items()]
    given = {"inputmode": "decimal", "maxlength": 6, "size": 6, "autocomplete": "off"}
    return {
        "less": StringField(say("How much less, in per cent"), [Optional(), _per_cent], render_kw=given),
        "ground": RadioField(say("Why"), [Optional()], choices=keys),
        "found": TextAreaField(say("What was found"), [Length(max=500, message=MOST), _named]),
    }


def _per_cent(_form: Form, field: Field) -> None:
    """Told together with what else is wrong, as is a missing word on what was found."""
    points = typed_number(field.data, 2)
    if points is None or points > WHOLE:
        raise ValidationError(PER_CENT)


def _named(form: Form, field: Field) -> None:
    if (form["less"].data or "").strip() and not (field.data or "").strip():
        raise ValidationError(UNSAID)


def reduce_checked(items: Sequence[ReturnItem], form: Form) -> bool:
    """Propose what the form says of these units, which were just checked; whether it says anything."""
    if "less" not in form or not (form["less"].data or "").strip():
        return False
    points = typed_number(form["less"].data, 2)
    if points is None:
        raise Refusal(PER_CENT, "less")
    if items[0].outcome is Outcome.REFUSED:
        raise Refusal(say("A refused unit goes back to the shopper, and nothing is refunded for it."), "less")
    found = Found(Ground(form["ground"].data or Ground.CONDITION), form["found"].data or "")
    try:
        propose(items[0].return_, items, Off(points=points), found, actor())
    except Refusal as refusal:
        refusal.field = {"note": "found", "off": "less"}.get(refusal.field, refusal.field)
        raise
    return True
