"""The form that says what the shopper of an unannounced parcel would like: theirs, and the desk's."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import g
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired

from portal.audit import Actor
from portal.i18n import Message, say
from portal.policies import Resolution
from portal.policies.reasons import branches
from portal.returns import Return, ReturnLine
from portal.returns.drafting import offered
from portal.returns.unannounced import wish
from portal.web.forms import Form

ASKED = say("What would you like for it?")
MISSING = say("Choose what you would like.")


def wish_form(
    return_: Return, titles: Mapping[Resolution, Message], label: Message = ASKED, missing: Message = MISSING
) -> Form:
    """A choice of what the policy offers, and of a reason for each line, which may stay open.

    `label` and `missing` speak to who fills it in.
    """
    keys = [Key(way.value, titles[way]) for way in offered(return_)]
    now = None if return_.unasked or return_.resolution is None else return_.resolution.value
    fields: dict[str, Any] = {
        "resolution": RadioField(label, [InputRequired(missing)], choices=keys, default=now)
    }
    fields |= {_name(line): _why(return_, line) for line in lines_of(return_)}
    kind: Callable[..., Form] = type("Wish", (Form,), fields)
    return kind(thing=return_, action="wish")


def lines_of(return_: Return) -> list[ReturnLine]:
    return sorted(return_.lines, key=lambda line: line.order_line.position)


def reason_fields(return_: Return, form: Form) -> list[tuple[ReturnLine, Any]]:
    """Each line with the field of its reason."""
    return [(line, form[_name(line)]) for line in lines_of(return_)]


def take(return_: Return, form: Form, by: Actor) -> None:
    """Keep what the form says, which has been found right."""
    reasons = {line.id: form[_name(line)].data or "" for line in return_.lines}
    wish(return_, Resolution(form["resolution"].data), reasons, by)


def _name(line: ReturnLine) -> str:
    return f"reason-{line.id}"


def _why(return_: Return, line: ReturnLine) -> SelectField:
    policy = return_.policy.policy
    tree = branches(line.order_line, policy.reasons, policy.reason_groups)
    known = [Key(r.code, g.voice.gettext(r.label)) for branch in tree for r in branch.every]
    return SelectField(line.order_line.title, choices=[Key("", "–"), *known], default=line.reason or "")
