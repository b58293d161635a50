"""The mails to shoppers: a document of a configuration. What it does not say, the product says."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from portal.i18n import LANGUAGES, Message, say
from portal.notices.naming import MAILS
from portal.notices.wording import LONGEST, NEEDLESS, PARTS, PLACES, Own, Words, wrong
from portal.policies.kinds import Part

MOST = 60_000  # characters in all, so that an export can always be taken in again
Texts = dict[str, dict[str, "OwnWords"]]


class OwnWords(Part):
    """In one language. `subject`: one line. `opening`: in the place of the greeting. `closing`: before the
    signature. With places in braces; a brace that is meant is doubled. Empty: what the product says."""

    subject: str = Field(default="", json_schema_extra={"maxLength": LONGEST["subject"]})
    opening: str = Field(default="", json_schema_extra={"maxLength": LONGEST["opening"]})
    closing: str = Field(default="", json_schema_extra={"maxLength": LONGEST["closing"]})

    @field_validator("*")
    @classmethod
    def tidy(cls, text: str) -> str:
        plain = text.replace("\r\n", "\n").replace("\t", " ")
        return "\n".join(line.rstrip() for line in plain.split("\n")).strip()

    @property
    def empty(self) -> bool:
        return not any(getattr(self, part) for part in PARTS)

    @property
    def words(self) -> Words:
        return Words(self.subject, self.opening, self.closing)


class Notices(Part):
    """`unsent`: mails that are not sent; only those on which nothing hangs. `texts`: the shop's own words, by
    event and language."""

    unsent: Annotated[tuple[str, ...], Field(json_schema_extra={"items": {"enum": sorted(NEEDLESS)}})] = ()
    texts: Annotated[Texts, Field(json_schema_extra={"propertyNames": {"enum": [*MAILS]}})] = {}

    @field_validator("unsent")
    @classmethod
    def needless(cls, unsent: tuple[str, ...]) -> tuple[str, ...]:
        _raise(
            (
                (n,),
                say(
                    "{event} is always sent; without it goes only {names}",
                    event=event,
                    names=", ".join(sorted(NEEDLESS)),
                ),
                event,
            )
            for n, event in enumerate(unsent)
            if event not in NEEDLESS
        )
        return tuple(event for event in MAILS if event in unsent)

    @field_validator("texts")
    @classmethod
    def sayable(cls, texts: Texts) -> Texts:
        _raise(_faults(texts))
        known = ((event, texts[event]) for event in MAILS if event in texts)
        kept = ((event, _kept(languages)) for event, languages in known)
        return {event: languages for event, languages in kept if languages}

    def own(self, event: str) -> Own:
        """What it lays down about an event's mail."""
        told = self.texts.get(event, {})
        return Own({language: said.words for language, said in told.items()}, event not in self.unsent)


Fault = tuple[tuple[int | str, ...], Message, Any]


def _kept(languages: Mapping[str, OwnWords]) -> dict[str, OwnWords]:
    """In an order of their own, so that the same words make the same document."""
    return {one: languages[one] for one in LANGUAGES if one in languages and not languages[one].empty}


def _faults(texts: Texts) -> Iterator[Fault]:
    """All that is wrong, each with its place."""
    for event, languages in texts.items():
        if event not in MAILS:
            yield (event,), say("no mail to shoppers is called so"), event
            continue
        for language, said in languages.items():
            if language not in LANGUAGES:
                yield (
                    (event, language),
                    say("a language is one of {names}", names=", ".join(LANGUAGES)),
                    language,
                )
                continue
            for part in PARTS:
                if why := wrong(part, getattr(said, part), PLACES[event]):
                    yield (event, language, part), why, getattr(said, part)
    if size_of(texts) > MOST:
        yield (), say("all texts together have more than {n} characters", n=MOST), None


def size_of(texts: Texts) -> int:
    every = (said for languages in texts.values() for said in languages.values())
    return sum(len(getattr(said, part)) for said in every for part in PARTS)


def _raise(faults: Iterator[Fault]) -> None:
    """All of them at once, where there are any."""
    found = [
        InitErrorDetails(
            type=PydanticCustomError("words", "{why}", {"why": str(why), "told": why}), loc=place, input=value
        )
        for place, why, value in faults
    ]
    if found:
        raise ValidationError.from_exception_data("Notices", found)
