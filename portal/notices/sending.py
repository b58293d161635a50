"""The job that writes and sends a notice."""

from email.message import EmailMessage

from portal import clock, config
from portal.db import find
from portal.jobs import GiveUp, Lease, handler
from portal.notices.letters import loader_of
from portal.notices.mailers import Undeliverable, mailer
from portal.notices.models import Notice
from portal.notices.wording import own_of
from portal.notices.writing import content, message
from portal.tenants import this_shop


@handler("notice.send", stepwise=True)
def send(lease: Lease) -> None:
    """Write in one transaction, send outside of any, note it in another.

    A crash after the sending sends it again, under the same Message-ID. The return's trail is left alone:
    it would make a new version of the return, and forms that the shopper has open would be refused for it.
    """
    with lease.transaction():
        mail = _write(find(Notice, lease.ref("notice")), lease.key, again="again" in lease.payload)
    if mail is None or lease.tenant is None:
        return
    try:
        mailer(config.current().mail_url, lease.region, lease.tenant).send(mail)
    except Undeliverable as error:
        raise GiveUp(str(error)) from error
    with lease.transaction(last=True):
        find(Notice, lease.ref("notice")).sent_at = clock.now()


def _write(notice: Notice, key: str, again: bool) -> EmailMessage | None:
    """None for what has left already, or the shop does without, unless somebody wants it all the same; and
    where nobody is told."""
    own = own_of(notice.event)
    idle = notice.sent_at or not own.sent
    letter = None if idle and not again else loader_of(notice.event)(notice.about)
    if letter is None:
        return None
    shop = this_shop()
    words = content(notice.event, letter, shop, own.words)
    try:
        return message(letter, words, shop, key)
    except ValueError as error:
        raise GiveUp(str(error)) from error
