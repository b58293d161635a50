"""The job that writes and sends a notice."""

from email.message import EmailMessage

from portal import clock, config
from portal.audit import Change, Event, record
from portal.db import find
from portal.jobs import GiveUp, Lease, handler
from portal.notices.letters import source_of
from portal.notices.mailers import Undeliverable, mailer
from portal.notices.models import Notice
from portal.notices.writing import content, message
from portal.tenants import this_shop


@handler("notice.send", stepwise=True)
def send(lease: Lease) -> None:
    """Write in one transaction, send outside of any, note it in another.

    A crash after the sending sends it again, under the same Message-ID.
    """
    with lease.transaction():
        mail = _write(find(Notice, lease.ref("notice")), lease.key)
    if mail is None or lease.tenant is None:
        return
    try:
        mailer(config.current().mail_url, lease.region, lease.tenant).send(mail)
    except Undeliverable as error:
        raise GiveUp(str(error)) from error
    with lease.transaction():
        _note_sent(find(Notice, lease.ref("notice")), lease)
        lease.finish()


def _write(notice: Notice, key: str) -> EmailMessage | None:
    letter = None if notice.sent_at else source_of(notice.event).load(notice.about)
    if letter is None:
        return None
    shop = this_shop()
    words = content(notice.event, letter, shop)
    try:
        return message(letter, words, shop, key)
    except ValueError as error:
        raise GiveUp("the recipient is not one address") from error


def _note_sent(notice: Notice, lease: Lease) -> None:
    notice.sent_at = clock.now()
    chain = source_of(notice.event).chain
    if chain and notice.return_id:
        told = Change("notice", notice.id)
        record(chain(notice.return_id), Event.NOTICE_SENT, lease.by, [told], told=notice.event)
