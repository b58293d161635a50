"""What the dock's forms have in common: choices as keys, counts, and pages that are no longer true."""

from collections.abc import Sequence
from typing import Any

from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired, NumberRange

from portal.errors import Conflict
from portal.i18n import Message, say
from portal.web.actor import actor
from portal.web.forms import Form
from portal.web.operations import CHANGED, WORD, Answer, repeated

MOST_KEYS = 9
STEPS = (1, 2, 3, 4, 5, 10, 20, 50)


class Number(IntegerField):  # type: ignore[misc]
    """A count in plain digits."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        if not (text.isascii() and text.isdigit() and len(text) <= 6):
            self.data = None
            raise ValueError(say("Type a whole number."))
        self.data = int(text)


def count(label: str, most: int, missing: Message) -> Any:
    """A field for 0 to `most`: number keys as long as they fit, else a number to type."""
    needed = InputRequired(missing)
    if most <= MOST_KEYS:
        return RadioField(label, [needed], coerce=int, choices=[Key(n, str(n)) for n in range(most + 1)])
    fits = NumberRange(0, most, say("At most {n} are awaited.", n=most))
    return Number(label, [needed, fits], render_kw={"inputmode": "numeric"})


def so_many(label: Message, most: int) -> Any:
    """Keys for 1 to `most`, of larger numbers some: one can always go on with the rest."""
    steps = range(1, most + 1) if most <= MOST_KEYS else [*(n for n in STEPS if n < most), most]
    keys = [Key(n, say("All {n}", n=n) if n == most else str(n)) for n in steps]
    return RadioField(label, coerce=int, default=1, choices=keys)


def earlier(form: Form) -> Answer | None:
    """The answer that what was sent got before, where the page showed another state of its thing.

    Raises Conflict when it got none, so that what was sent is not judged by what holds now.
    """
    sent = form.op.data or ""
    if not WORD.fullmatch(sent) or sent == str(form.op_now):
        return None
    prior = repeated(actor())
    if prior is None:
        raise Conflict(CHANGED)
    return prior
