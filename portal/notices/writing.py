"""Writing a mail: templates filled in a voice, then a message whose headers cannot be forged."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from portal import clock
from portal.config import ROOT
from portal.i18n import Amount, Message, Voice, primary, voice_in
from portal.notices.letters import Letter
from portal.notices.wording import PLACES, Filled, Words, clean, fill, line
from portal.tenants import Tenant, public_address
from portal.tenants.colours import by_day
from portal.tenants.logos import logo_by
from portal.tenants.naming import mailbox

LOG = logging.getLogger("portal.notices")
LONGEST_SUBJECT = 200
PRINTED = re.compile(r"RMA-\w{4}-\w{4}-\w")
SIDES = {"ltr": ("left", "right"), "rtl": ("right", "left")}  # mail programs know no logical sides


def _environment(autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates" / "notices"),
        autoescape=autoescape,  # noqa: S701 - the text of a mail is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def unbroken(text: str) -> Markup:
    """With each RMA number kept on one line: it is read aloud and typed."""
    safe = str(escape(text))  # a Markup would escape what is put in
    return Markup(PRINTED.sub(r'<span style="white-space:nowrap">\g<0></span>', safe))  # noqa: S704


_TEXT, _HTML = _environment(False), _environment(True)
_HTML.filters["unbroken"] = unbroken


@dataclass(frozen=True)
class Content:
    """A mail's words. `subject` is one line."""

    subject: str
    text: str
    html: str


def content(event: str, letter: Letter, shop: Tenant, own: Mapping[str, Words] | None = None) -> Content:
    """Fill the event's templates. `own`: the shop's words by language, in the place of some of ours.

    Raises jinja2.UndefinedError when the letter lacks a value.
    """
    voice, values, address = _voice(letter, shop), _values(letter, shop), public_address(shop)
    given = _Words(voice)
    values |= {"link": f"{address}/{letter.link}" if letter.link else ""}
    values |= {"policy": f"{address}/policy/{letter.policy}" if letter.policy else ""}
    values |= {"logo": _logo(shop, address), "tones": by_day(shop.main, shop.accent, shop.ground)}
    words = (own or {}).get(primary(voice.language))
    said = fill(words, event, values, voice) if words and event in PLACES else Filled()
    text = _TEXT.get_template(f"{event}.txt")
    plain = {**values, **_own(said, values), **given.plain}
    subject = line(said.subject) or _subject(text, plain)
    marked = {**plain, **_marked(said), **given.marked, "subject": subject}
    html = _HTML.get_template(f"{event}.html").render(marked)
    return Content(subject[:LONGEST_SUBJECT], clean(text.render(plain)), clean(html))


def our_subject(event: str, letter: Letter, shop: Tenant) -> str:
    """What the product writes above the event's mail."""
    plain = {**_values(letter, shop), **_Words(_voice(letter, shop)).plain}
    return _subject(_TEXT.get_template(f"{event}.txt"), plain)[:LONGEST_SUBJECT]


def _subject(text: Template, plain: dict[str, Any]) -> str:
    return line("".join(text.blocks["subject"](text.new_context(plain))))


def _voice(letter: Letter, shop: Tenant) -> Voice:
    return voice_in(letter.language, shop.language, zone=shop.zone)


def _values(letter: Letter, shop: Tenant) -> dict[str, Any]:
    return {**letter.values, "name": letter.name, "shop": shop.name, "contact": shop.contact}


def _own(said: Filled, values: Mapping[str, Any]) -> dict[str, Any]:
    """What templates are told of the shop's words. `unsaid`: the number, where its subject lacks it."""
    number = str(values.get("number") or "")
    unsaid = number if said.subject and number not in line(said.subject)[:LONGEST_SUBJECT] else ""
    return {"opening": said.opening, "closing": said.closing, "greeted": said.greets, "unsaid": unsaid}


def _marked(said: Filled) -> dict[str, list[Markup]]:
    return {name: [_lines(part) for part in getattr(said, name)] for name in ("opening", "closing")}


def _lines(text: str) -> Markup:
    return Markup("<br>").join(map(unbroken, text.split("\n")))


def _logo(shop: Tenant, address: str) -> dict[str, Any] | None:
    """Where mail programs find the shop's logo, and how large to draw it, at most 48 points high."""
    logo = logo_by(shop.logo)
    if logo is None:
        return None
    scale = min(1, 240 / logo.width, 48 / logo.height)
    size = {"width": round(logo.width * scale), "height": round(logo.height * scale)}
    return {"address": f"{address}/brand/{logo.id}.png", **size}


class _Words:
    """What templates say things with: `_`, `_n`, `say`, `money`, `day`, `moment`; for text and for HTML."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        common = {
            "voice": voice,
            "day": voice.day,
            "moment": voice.moment,
            "money": self.money,
            "say": self.say,
        }
        common |= dict(zip(("start", "end"), SIDES[voice.direction], strict=True))
        self.plain: dict[str, Any] = {**common, "_": self.sentence, "_n": self.counted}
        self.marked: dict[str, Any] = {**common, "_": self.markup, "_n": self.counted_markup}

    def sentence(self, text: str, **args: Any) -> str:
        return self._filled(self.voice.gettext(text), args)

    def counted(self, one: str, many: str, n: int, **args: Any) -> str:
        return self._filled(self.voice.ngettext(one, many, n), {"n": self.voice.number(n), **args})

    def _filled(self, sentence: str, args: Mapping[str, Any]) -> str:
        return sentence.format(**{name: self.voice.apart(line(str(value))) for name, value in args.items()})

    def markup(self, text: str, **args: Any) -> Markup:
        return unbroken(self.sentence(text, **args))

    def counted_markup(self, one: str, many: str, n: int, **args: Any) -> Markup:
        return unbroken(self.counted(one, many, n, **args))

    def money(self, amount: Amount) -> str:
        return self.voice.money(amount.minor, amount.currency)

    def say(self, message: Message | str) -> str:
        return line(self.voice.text(message) if isinstance(message, Message) else message)


def message(letter: Letter, words: Content, shop: Tenant, key: str) -> EmailMessage:
    """The mail, with the job's key as its Message-ID, so that a repeat is recognized.

    Where answers go is left out if it cannot be said: news of a return matters more. Raises ValueError for a
    sender or a recipient that is not exactly one address.
    """
    host = urlsplit(public_address(shop)).hostname or "localhost"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address("sender", shop.name, shop.sender)
    mail["To"] = _address("recipient", letter.name, letter.to)
    if answers := _answers_to(shop):
        mail["Reply-To"] = answers
    mail["Subject"] = _plain(words.subject)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{key}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(words.text, cte="quoted-printable")
    mail.add_alternative(words.html, subtype="html", cte="quoted-printable")
    return mail


def _address(whose: str, name: str, address: str) -> Address:
    try:
        return mailbox(_plain(line(name)), address)
    except ValueError as error:
        raise ValueError(f"the {whose} is not one address") from error


def _answers_to(shop: Tenant) -> Address | None:
    try:
        return mailbox("", shop.contact)
    except ValueError:
        LOG.warning("Shop %s: its contact is no e-mail address, so mails go without Reply-To.", shop.slug)
        return None


def _plain(text: str) -> str:
    """Without what the library would decode: `=?utf-8?q?=0ABcc:_x?=` would become a line of its own there."""
    return text.replace("=?", "= ?")
