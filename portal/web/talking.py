"""The forms in which either side of the talk about a return writes to the other."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired

from portal.i18n import say
from portal.web.forms import OneOff


class Seen(OneOff):
    """`read` is the number of the last message that the page showed, so that nobody acts past another."""

    read = HiddenField()

    @property
    def seen(self) -> int:
        """0, which is before every message, for what is no number."""
        text = self.read.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


class MessageForm(Seen):
    message = TextAreaField(say("Your message"), [InputRequired(say("Write your message."))])
