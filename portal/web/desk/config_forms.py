"""The forms about drafts of the configuration."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateTimeLocalField, HiddenField, PasswordField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.errors import Refusal
from portal.i18n import say
from portal.people.passwords import LONGEST
from portal.policies import Configuration
from portal.policies.writing import LARGEST, Unreadable, completed, read
from portal.web.desk.forms import needed
from portal.web.forms import Form, OneOff

LATER = "later"
LONG = say("That is too long.")
PLAIN = {
    "rows": 30,
    "class": "code",
    "spellcheck": "false",
    "autocapitalize": "none",
    "wrap": "off",
    "dir": "ltr",
}
YEARS = range(1990, 2200)  # that every time zone has


class Start(OneOff):
    """`no`: of the version that the draft begins from."""

    no = HiddenField(validators=[InputRequired(say("Load the page again: something is missing."))])


class Text(Form):
    """A configuration as YAML."""

    text = TextAreaField(
        say("Configuration"),
        [
            InputRequired(say("There is nothing in it.")),
            Length(max=LARGEST, message=LONG),
        ],
        render_kw={
            "rows": 30,
            "class": "code",
            "spellcheck": "false",
            "autocapitalize": "none",
            "wrap": "off",
        },
    )

    def wanted(self, found: Configuration | Unreadable, kept: Configuration) -> Configuration | None:
        """None where the text was no configuration; the field then says what is wrong. `kept`: what holds
        for documents that it lacks."""
        if isinstance(found, Unreadable):
            self.text.errors = [fault.told for fault in found.faults]
            return None
        return completed(found, kept)


def read_in(typed: str) -> Configuration | Unreadable:
    """What was typed, read; ask before anything is locked, as a long text takes a while."""
    try:
        return read(typed.replace("\r\n", "\n").encode())
    except Unreadable as error:
        return error


class AskReview(Form):
    why = needed(say("What is it for?"), say("Say why."))


class Approval(Form):
    """The password is typed where one person asks and approves."""

    password = PasswordField(
        say("Your password"),
        [Length(max=LONGEST, message=LONG)],
        render_kw={"maxlength": LONGEST, "autocomplete": "current-password"},
    )


class SendBack(Form):
    """Whoever asked for the review may take it back without words."""

    remark = TextAreaField(say("What should be different?"), [Length(max=2000, message=LONG)])


class Moment(DateTimeLocalField):  # type: ignore[misc]
    """A moment as the shop's clocks show it, or nothing."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        try:
            self.data = datetime.strptime(text, "%Y-%m-%dT%H:%M") if text else None  # noqa: DTZ007
            if self.data and self.data.year not in YEARS:
                raise ValueError
        except ValueError:
            self.data = None
            raise ValueError(say("A moment is written like 2026-11-23T08:00.")) from None


class Over(Form):
    """`seen`: the version in force that the page compared the draft with. `over`: yes to putting it in the
    place of that one, although the draft was made from another."""

    seen = HiddenField()
    over = BooleanField(say("I have seen the difference; put it in force all the same"))

    def confirmed(self) -> int | None:
        """The version whose difference was seen."""
        text = self.seen.data or ""
        return int(text) if self.over.data and text.isascii() and text.isdigit() and len(text) < 10 else None


class Publish(Over):
    when = RadioField(
        say("From when does it hold?"),
        choices=[SelectChoice("now", say("At once")), SelectChoice(LATER, say("From a moment on"))],
        default="now",
        validate_choice=False,
    )
    since = Moment(say("From"), [Optional()])

    def moment(self, zone: str) -> datetime | None:
        """Since when, None for at once. Raises Refusal for a moment that is missing, or that no clock shows
        because it is put forward then."""
        if self.when.data != LATER:
            return None
        local = self.since.data
        if local is None:
            raise Refusal(say("Choose day and time."), "since")
        found = local.replace(tzinfo=ZoneInfo(zone))
        if found.astimezone(UTC).astimezone(found.tzinfo).replace(tzinfo=None) != local:
            raise Refusal(say("The clocks are put forward over this time. Choose another."), "since")
        return found


class AtOnce(AskReview, Approval, Publish):
    """All steps in one, where nobody else has to approve it."""
