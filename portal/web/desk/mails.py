"""The demo's mailbox: what would have been sent."""

import uuid

from portal import config
from portal.errors import NotFound
from portal.notices import mail as mail_of
from portal.notices import mailbox
from portal.people import Permission
from portal.web.desk.blueprint import desk
from portal.web.rendering import page
from portal.web.staff import permitted

MOST = 50


def _only_in_the_demo() -> None:
    """Mails hold links that open things, so there is no such page where real people get them."""
    if not config.current().demo:
        raise NotFound("SentMail")


@desk.get("/mail")
@permitted(Permission.READ_MAIL)
def mails() -> str:
    _only_in_the_demo()
    return page("desk/mails.html", mails=mailbox(MOST), most=MOST)


@desk.get("/mail/<uuid:mail>")
@permitted(Permission.READ_MAIL)
def mail(mail: uuid.UUID) -> str:
    _only_in_the_demo()
    found = mail_of(mail)
    blocks = found.text.replace("\r\n", "\n").strip().split("\n\n")
    return page("desk/mail.html", mail=found, paragraphs=[block.splitlines() for block in blocks])
