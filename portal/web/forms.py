"""Forms: the base that carries the CSRF token and the operation, and the attributes that send them."""

import re
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from flask import g, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import HiddenField, SelectField
from wtforms.validators import UUID as IsUUID  # noqa: N811 - the library's name
from wtforms.validators import InputRequired

from portal.audit.operations import operation_id
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.i18n.characters import UNFIT
from portal.money import exponent, plain

CONTROL = say("There is a control character in it, which cannot be seen. Type it anew.")
STALE = say("This page is not complete. Load it again, then send it once more.")


class Versioned(Protocol):
    """A thing that an operation is about: its version moves with every change."""

    @property
    def id(self) -> Any: ...
    @property
    def version(self) -> Any: ...


class Plain(FlaskForm):  # type: ignore[misc]
    """A form that is about no thing of the shop: a search, a sign-in."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            """The library writes the options of a list as they are, so they are said before."""
            if isinstance(field, SelectField):
                field.choices = [_said(choice) for choice in field.choices or ()]
            return super().render_field(field, render_kw)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._take(g.get("refused"))

    def _take(self, refusal: Refusal | None) -> None:
        """A refusal stands at the field it is about; one that this form lacks is left to the page's top."""
        if refusal is not None and refusal.field in self._fields:
            self._fields[refusal.field].errors = [refusal.message]
            g.refusal = None

    def sent(self) -> bool:
        """Whether the form came with this request and everything in it is right."""
        return bool(self.validate_on_submit())

    def validate(self, *args: Any, **kw: Any) -> bool:
        """Everything is right, and nothing holds a control character."""
        right = bool(super().validate(*args, **kw))
        return self.legible() and right

    def legible(self) -> bool:
        """Whether all of it can be seen, be it right or wrong; fields in which something cannot say so."""
        unfit = [field for field in self if _is_unfit(field.raw_data or ())]
        for field in unfit:
            field.errors = [CONTROL]
        return not unfit

    def faults(self) -> list[tuple[str, Message | str]]:
        """(id of the field, what is wrong) for everything that is wrong, in the form's order."""
        return [(field.id, error) for field in self for error in field.errors]

    def fault(self, place: str) -> Message | None:
        """What is wrong at a hand-written input."""
        return None


def _said(choice: Any) -> Any:
    label = getattr(choice, "label", None)
    return replace(choice, label=g.voice.text(label)) if isinstance(label, Message) else choice


@dataclass(frozen=True)
class Button:
    """What a page draws of a Form that is only a button: it may have many, and a Form is slow to make."""

    thing: Versioned
    action: str

    @property
    def op_now(self) -> uuid.UUID:
        """The id of doing this to the thing as it stands."""
        return operation_id(self.thing.id, self.action, self.thing.version)


class Form(Plain):
    """Base of every form that changes something.

    `thing` and `action` name the operation: Form(thing=draft, action="items"). A page draws `op_now`, so a
    form shown again after a refusal is about the thing as it then is. `places` are the names of inputs
    that the page writes by hand, with `place_id(name)` as their ids; a refusal may be about one of them.
    """

    op = HiddenField(validators=[InputRequired(STALE), IsUUID(STALE)])

    def __init__(
        self, *args: Any, thing: Versioned, action: str, places: Collection[str] = (), **kw: Any
    ) -> None:
        self.thing, self.action, self.places = thing, action, places
        self.at_places: dict[str, Message] = {}
        super().__init__(*args, **kw)

    def _take(self, refusal: Refusal | None) -> None:
        super()._take(refusal)
        if refusal is not None and refusal.field in self.places:
            self.at_places[refusal.field] = refusal.message
            g.refusal = None

    def validate(self, *args: Any, **kw: Any) -> bool:
        """The same of the inputs that the page writes by hand."""
        right = super().validate(*args, **kw)
        unfit = [place for place in self.places if _is_unfit(request.form.getlist(place))]
        self.at_places |= dict.fromkeys(unfit, CONTROL)
        return right and not unfit

    def fault(self, place: str) -> Message | None:
        return self.at_places.get(place)

    def faults(self) -> list[tuple[str, Message | str]]:
        return [*super().faults(), *((place_id(place), why) for place, why in self.at_places.items())]

    @property
    def op_now(self) -> uuid.UUID:
        """The id of doing this to the thing as it stands."""
        return operation_id(self.thing.id, self.action, self.thing.version)

    @property
    def op_sent(self) -> uuid.UUID:
        """The id of what was sent."""
        return uuid.UUID(self.op.data)

    @property
    def stale(self) -> bool:
        """Whether the thing is no longer what the page showed."""
        return self.op_sent != self.op_now


def _is_unfit(sent: Iterable[Any]) -> bool:
    return any(isinstance(text, str) and UNFIT.search(text) for text in sent)


class OneOff(Form):
    """A form that means the same whatever became of its thing: a note, more labels, a switch.

    Each drawing of it is an operation of its own, so what is sent twice is the same page's form: a double
    click, a refresh, a way back.
    """

    op = None
    nonce = HiddenField(validators=[InputRequired(STALE), IsUUID(STALE)])

    @property
    def nonce_now(self) -> uuid.UUID:
        return uuid.uuid4()

    @property
    def op_sent(self) -> uuid.UUID:
        """Derived, so that nobody's nonce can be another form's operation."""
        return uuid.uuid5(self.thing.id, f"{self.action}/{uuid.UUID(self.nonce.data)}")

    @property
    def stale(self) -> bool:
        return False


def typed_number(text: str | None, places: int) -> int | None:
    """A number as people type it, in its smallest unit: 12, 12.5 and 12,50 where it has two places. None for
    what is none, or could be read in two ways."""
    found = re.fullmatch(r"([0-9]{1,9})(?:[.,]([0-9]{1,4}))?", (text or "").strip(), re.ASCII)
    if not found or len(found[2] or "") > places or in_two_ways(text):
        return None
    return int(found[1] + (found[2] or "").ljust(places, "0"))


def in_two_ways(text: str | None) -> bool:
    """Whether its one comma stands before three digits: 1,500 is more than a thousand, or one and a half."""
    return bool(re.fullmatch(r"[0-9]+,[0-9]{3}", (text or "").strip(), re.ASCII))


def no_amount(text: str | None, currency: str) -> Message:
    """What is said of a text that is no amount of the currency, with one that is."""
    if in_two_ways(text):
        whole = plain(1_500 * 10 ** exponent(currency), currency)
        return say("A comma before three digits is read in two ways. Type none: {example}.", example=whole)
    return say("Type an amount, such as {example}.", example=plain(500, currency))


def place_id(place: str) -> str:
    """The id of a hand-written input's element."""
    return f"at-{place}"


def sends(address: str, *, to: str = "main", method: str = "post") -> Markup:
    """A form's attributes: plain HTML and htmx send it to the same place, `to` being what it changes.

    A form that changes `main` leads to another page, so the address line follows.
    """
    moves = Markup(' hx-push-url="true"') if to == "main" else ""
    return Markup(
        'action="{0}" method="{1}" hx-{1}="{0}" hx-target="#{2}" hx-swap="{3}"{4} '
        'hx-sync="this:drop" novalidate'
    ).format(address, method, to, _swap(to), moves)


def leads(address: str, *, to: str = "main") -> Markup:
    """A link's attributes: it leads to the same page with and without htmx."""
    moves = Markup(' hx-push-url="true"') if to == "main" else ""
    return Markup('href="{0}" hx-get="{0}" hx-target="#{1}" hx-swap="{2}"{3}').format(
        address, to, _swap(to), moves
    )


def tie(field: Any, described: str) -> dict[str, str]:
    """The attributes that tie an input to its hint and its error."""
    tied = {"aria-describedby": described} if described else {}
    return tied | ({"aria-invalid": "true"} if field.errors else {})


def _swap(to: str) -> str:
    return "outerHTML show:window:top" if to == "main" else "outerHTML"
