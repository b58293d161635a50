"""The forms about a return."""

from collections.abc import Callable, Sequence
from typing import Any

from wtforms import Field, HiddenField, IntegerField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, ValidationError
from wtforms.widgets import TextInput

from portal.errors import Refusal
from portal.i18n import Message, say
from portal.money import BadAmount, exponent, parse
from portal.returns import Return
from portal.returns.words import checked
from portal.views.record import Bunch
from portal.web.forms import Form, OneOff, in_two_ways, no_amount


def plain_words(form: Form, field: Field) -> None:
    """Not endless, and no card number in it."""
    try:
        checked(field.data or "", field.name)
    except Refusal as refusal:
        raise ValidationError(refusal.message) from refusal


class Number(IntegerField):  # type: ignore[misc]
    """A whole number in plain digits."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            self.data = None
            raise ValueError(say("Type a whole number."))
        self.data = int(text)


class Money(StringField):  # type: ignore[misc]
    """An amount in a currency, in `minor` units of it."""

    minor = 0

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = self.data = valuelist[0].strip() if valuelist else ""
        try:
            self.minor = typed(text, self.currency)
        except BadAmount as error:
            raise ValueError(no_amount(text, self.currency)) from error

    def __init__(self, *args: Any, currency: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.currency = currency


def typed(text: str, currency: str) -> int:
    """Minor units of what a person typed. A comma stands for the point, no more digits follow than the
    currency has, and thousands are not set apart. Raises BadAmount."""
    point = text.replace(",", ".", 1) if "." not in text else text
    if in_two_ways(text) or len(point.partition(".")[2]) > exponent(currency):
        raise BadAmount(text[:40])
    return parse(point, currency)


DIGITS = {"inputmode": "numeric", "maxlength": 6, "size": 6}


class Ask(Form):
    """A form that is only a button."""


class Look(OneOff):
    """A button that may be pressed as often as one likes: it changes nothing by itself."""


class Approve(Form):
    """`shown` is the amount that the person sees, in minor units."""

    shown = HiddenField(validators=[InputRequired(say("Load the page again: the amount is missing."))])

    @property
    def amount(self) -> int:
        """-1, which no refund comes to, for what is no amount."""
        text = self.shown.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else -1


class NoteForm(OneOff):
    text = TextAreaField(
        say("Internal note"), [InputRequired(say("Write what you want to note.")), plain_words]
    )


class Reason(Form):
    reason = TextAreaField(say("Reason"), [InputRequired(say("Say why.")), plain_words])


class Unrepeated(TextInput):  # type: ignore[misc]
    """Typed in the open, as it is long, and never shown again."""

    def __call__(self, field: Field, **kwargs: Any) -> Any:
        return super().__call__(field, **kwargs | {"value": ""})


class Spending(Form):
    """What a till takes off a gift card. The code shows that whoever pays has it in hand."""

    code = PasswordField(say("Its code"), [InputRequired(say("Type the code."))], widget=Unrepeated())
    amount = StringField(say("Amount"), [InputRequired(say("Type the amount."))])
    reference = StringField(say("Reference of the sale"), [InputRequired(say("Type the reference."))])


class Releasing(Form):
    """`spent`: the reference of what is given back."""

    spent = HiddenField(validators=[InputRequired(say("Load the page again: something is missing."))])


def needed(label: Message, missing: Message) -> Any:
    """A text that must not be empty."""
    return TextAreaField(label, [InputRequired(missing), plain_words])


def deny_form(return_: Return) -> Form:
    """How many units of each line are declined, all unless said otherwise, and why."""
    fields: dict[str, Any] = {
        f"no-{line.id}": _some(say("Decline"), line.quantity) for line in in_order(return_)
    }
    told = say("Reason for the shopper")
    fields["reason"] = needed(told, say("Give the shopper a reason."))
    kind: Callable[..., Form] = type("Deny", (Form,), fields)
    return kind(thing=return_, action="deny")


def _some(label: Message, most: int) -> Any:
    fits = NumberRange(0, most, say("Choose from 0 to {most}.", most=most))
    return Number(label, [InputRequired(say("Type a number.")), fits], default=most, render_kw=DIGITS)


def in_order(return_: Return) -> list[Any]:
    """Its lines as the order has them."""
    return sorted(return_.lines, key=lambda line: line.order_line.position)


def correct_form(return_: Return, bunches: Sequence[Bunch], chosen: str = "") -> Form:
    """Which units were checked wrongly, how many of them, and what was wrong."""
    ids = [str(bunch.item.id) for bunch in bunches]
    first = chosen if chosen in ids else ids[0] if len(ids) == 1 else None
    most = max((len(bunch.items) for bunch in bunches), default=1)
    fields: dict[str, Any] = {
        "item": RadioField(
            say("Which units?"),
            [InputRequired(say("Choose which units."))],
            choices=ids,
            default=first,
        ),
        "reason": needed(say("What was wrong?"), say("Say what was wrong.")),
    }
    if most > 1:
        fits = NumberRange(1, most, say("Choose from 1 to {most}.", most=most))
        fields["units"] = Number(say("How many of them?"), [fits], default=1, render_kw=DIGITS)
    kind: Callable[..., Form] = type("Correct", (Form,), fields)
    return kind(thing=return_, action="correct")
