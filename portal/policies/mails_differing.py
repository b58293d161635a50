"""What one configuration says otherwise about the mails to shoppers, in plain words. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from portal.i18n import Message, say
from portal.notices.naming import MAILS
from portal.notices.wording import PARTS

SHORT = 70
LANGUAGES = {"en": say("English"), "de": say("German"), "he": say("Hebrew")}
OURS = say("our words")
Document = Mapping[str, Any]


def language(code: str) -> Message | str:
    """What a language is called."""
    return LANGUAGES.get(code, code)


def said_otherwise(old: Document, new: Document) -> Iterator[Message]:
    """A sentence for each subject, opening and closing that differs, and each mail that is sent or not."""
    before, after = old.get("unsent") or (), new.get("unsent") or ()
    for event, name in MAILS.items():
        if (event in before) is not (event in after):
            yield _switched(name, off=event in after)
        yield from _of_mail(name, *(_texts(document, event) for document in (old, new)))


def _switched(mail: Message, *, off: bool) -> Message:
    if off:
        return say("The mail “{mail}” is no longer sent", mail=mail)
    return say("The mail “{mail}” is sent again", mail=mail)


def _texts(document: Document, event: str) -> Document:
    found: Document = (document.get("texts") or {}).get(event) or {}
    return found


def _of_mail(mail: Message, old: Document, new: Document) -> Iterator[Message]:
    for code in dict.fromkeys((*old, *new)):
        for part in PARTS:
            was, is_ = ((side.get(code) or {}).get(part) or "" for side in (old, new))
            if was != is_:
                what = _part(part, mail, language(code))
                yield say("{what}: {before} → {after}", what=what, before=_short(was), after=_short(is_))


def _part(part: str, mail: Message, spoken: Message | str) -> Message:
    if part == "subject":
        return say("Subject of the mail “{mail}” in {language}", mail=mail, language=spoken)
    if part == "opening":
        return say("Opening of the mail “{mail}” in {language}", mail=mail, language=spoken)
    return say("Closing of the mail “{mail}” in {language}", mail=mail, language=spoken)


def _short(text: str) -> Message | str:
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= SHORT else flat[: SHORT - 1] + '…'}”" if flat else OURS
