"""The demo's mailbox: what would have been sent."""

import re
import uuid

from flask import request
from markupsafe import Markup, escape

from portal import config
from portal.errors import NotFound
from portal.notices import mail as mail_of
from portal.people import Permission
from portal.views import mails as reading
from portal.web.desk.blueprint import desk
from portal.web.desk.board import LONGEST, beside, spot
from portal.web.rendering import page
from portal.web.staff import permitted

ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def _only_in_the_demo() -> None:
    """Mails hold links that open things, so there is no such page where real people get them."""
    if not config.current().demo:
        raise NotFound("SentMail")


@desk.get("/mail")
@permitted(Permission.READ_MAIL)
def mails() -> str:
    """The newest first; to one address, where it is asked for."""
    _only_in_the_demo()
    typed = request.args.get("to", "")[:LONGEST].strip()
    found = reading.mails(typed, spot())
    return page(
        "desk/mails.html",
        rows=found.rows,
        pages=beside("desk.mails", found, to=typed or None),
        typed=typed,
    )


@desk.get("/mail/<uuid:mail>")
@permitted(Permission.READ_MAIL)
def mail(mail: uuid.UUID) -> str:
    """One mail as text, with links to follow. Its HTML is shown as it was written, and is never drawn."""
    _only_in_the_demo()
    found = mail_of(mail)
    return page("desk/mail.html", mail=found, paragraphs=[linked(p) for p in _paragraphs(found.text)])


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part]


def linked(text: str) -> Markup:
    """A text's lines, in which web addresses can be followed. Everything in it is escaped."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(found[0]))
        end = found.end()
    whole = Markup("").join([*parts, escape(text[end:])])
    return whole.replace("\n", Markup("<br>\n"))
