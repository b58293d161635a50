"""The form about one mail to shoppers: the shop's own words in each language, and what to look at.

It carries the seal of this mail alone, so what somebody else saved elsewhere in the draft is no conflict.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request
from pydantic import ValidationError
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.i18n import LANGUAGES, Voice, say
from portal.notices.wording import LONGEST, NEEDLESS, PARTS, PLACES, Words, wrong
from portal.policies.mails_differing import language as called
from portal.policies.notices import MOST, Notices, OwnWords
from portal.web.desk.sections.shaping import seal
from portal.web.forms import STALE, OneOff

LABELS = {"subject": say("Subject"), "opening": say("Opening"), "closing": say("Closing")}
TOO_MUCH = say("All mails together have more than {n} characters of your own.", n=MOST)


def _field(part: str, language: str) -> Any:
    kind = StringField if part == "subject" else TextAreaField
    shape = {"lang": language, "dir": Voice(language).direction, "maxlength": LONGEST[part]}
    return kind(LABELS[part], render_kw=shape | ({} if part == "subject" else {"rows": 3}))


_FIELDS = {f"{part}-{language}": _field(part, language) for language in LANGUAGES for part in PARTS}


class MailForm(type("OwnWordsForm", (OneOff,), _FIELDS)):  # type: ignore[misc]
    """Fields are called `subject-de` and so on. `shown`: the language of what the page draws."""

    seen = HiddenField(validators=[InputRequired(STALE)])
    send = BooleanField(say("Send this mail"))
    shown = RadioField(
        say("Shown in"),
        choices=[SelectChoice(code, called(code)) for code in LANGUAGES],
        validate_choice=False,
    )

    def __init__(self, event: str, saved: Notices, shown: str, **about: Any) -> None:
        self.event, self.saved = event, saved
        super().__init__(**about, data=_data(event, saved) | {"shown": shown})

    @property
    def seal(self) -> str:
        return seal(_data(self.event, self.saved))

    @property
    def stale(self) -> bool:
        """Whether this mail is no longer what the page showed."""
        return bool(self.seen.data != self.seal)

    @property
    def overtaken(self) -> bool:
        """Whether what was sent is about another state of this mail than there is now."""
        return request.method == "POST" and bool(self.seen.data) and self.stale

    def texts_in(self, language: str) -> list[Any]:
        return [self[f"{part}-{language}"] for part in PARTS]

    @property
    def language(self) -> str:
        """Of what is drawn."""
        return self.shown.data if self.shown.data in LANGUAGES else LANGUAGES[0]

    def validate(self, *args: Any, **kw: Any) -> bool:
        """Nothing is wrong with any text; what is wrong stands at its field."""
        right = bool(super().validate(*args, **kw))
        for field, part in self._texts():
            why = None if field.errors else wrong(part, _tidy(field.data), PLACES[self.event])
            field.errors = [why] if why else field.errors
            right = right and not field.errors
        return right

    def wanted(self) -> Notices | None:
        """With what was typed, where all of it is right. None where it is too much; the form then says so."""
        try:
            return self._put(self._typed())
        except ValidationError:
            self["subject-" + LANGUAGES[0]].errors = [TOO_MUCH]
            return None

    def own(self) -> Mapping[str, Words]:
        """What of it can be said as it is; the rest is ours."""
        right = {
            language: {part: text for part, text in said.items() if not self._wrong(part, text)}
            for language, said in self._typed().items()
        }
        return {language: Words(**said) for language, said in right.items()}

    def theirs(self) -> Mapping[str, str]:
        """What is saved where something else was typed, by field."""
        saved = _data(self.event, self.saved)
        return {field.name: saved[field.name] for field, _ in self._texts() if self._differs(field, saved)}

    def _differs(self, field: Any, saved: Mapping[str, Any]) -> bool:
        return bool(saved[field.name] != _tidy(field.data))

    def _wrong(self, part: str, text: str) -> bool:
        return wrong(part, text, PLACES[self.event]) is not None

    def _texts(self) -> Iterator[tuple[Any, str]]:
        for language in LANGUAGES:
            yield from zip(self.texts_in(language), PARTS, strict=True)

    def _typed(self) -> dict[str, dict[str, str]]:
        return {
            language: {part: _tidy(self[f"{part}-{language}"].data) for part in PARTS}
            for language in LANGUAGES
        }

    def _put(self, typed: Mapping[str, Any]) -> Notices:
        said = self.saved.model_dump(mode="json")
        off = [event for event in said["unsent"] if event != self.event]
        if self.event in NEEDLESS and not self.send.data:
            off.append(self.event)
        return Notices.model_validate({"unsent": off, "texts": {**said["texts"], self.event: typed}})


def _tidy(text: str | None) -> str:
    """As it is kept, so that a page's own line ends are no change."""
    return OwnWords.tidy(text or "")


def _data(event: str, saved: Notices) -> dict[str, Any]:
    said, own = saved.texts.get(event, {}), OwnWords()
    texts = {
        f"{part}-{language}": getattr(said.get(language, own), part)
        for language in LANGUAGES
        for part in PARTS
    }
    return {**texts, "send": event not in saved.unsent}
