"""Where mail goes: a mail server, or in the demo a table that a page shows."""

import smtplib
import ssl
import uuid
from contextlib import suppress
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from portal import clock
from portal.db import here, transaction
from portal.ids import uuid7
from portal.inserting import insert_new
from portal.notices.models import SentMail

PATIENCE = 20  # seconds for each step with the server, well within a job's lease
LOCAL = {"localhost", "127.0.0.1", "::1"}
SCHEMES = {"smtp": 587, "smtp+starttls": 587, "smtps": 465}


class Undeliverable(Exception):
    """The server said no for good. The text holds its code alone, no address."""


class Mailer(Protocol):
    def send(self, message: EmailMessage) -> None:
        """Hand the mail over. Raises Undeliverable, or OSError and SMTPException where it may work later."""


def mailer(url: str, region: str | None, tenant: uuid.UUID) -> Mailer:
    """The mailer that MAIL_URL names: `demo:`, or a server.

    `smtps://user:pw@host:465` speaks TLS from the start, `smtp+starttls://` insists on changing to it,
    `smtp://` changes to it where the server offers it; a password is never sent without it, save to this
    machine. Raises ValueError for anything else.
    """
    if url == "demo:":
        return DemoMailbox(region, tenant)
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError("MAIL_URL must be demo:, smtp://, smtp+starttls:// or smtps:// with a host")
    return Smtp(parts)


class Smtp:
    """A mail server, one connection a mail."""

    def __init__(self, url: SplitResult, tls: ssl.SSLContext | None = None) -> None:
        self.url, self.tls = url, tls or ssl.create_default_context()

    def send(self, message: EmailMessage) -> None:
        server = self._connect()
        try:
            self._sign_in(server)
            _hand_over(server, message)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "", self.url.port or SCHEMES[self.url.scheme]
        if self.url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=self.tls)
        return smtplib.SMTP(host, port, timeout=PATIENCE)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        secure = self.url.scheme == "smtps"
        if not secure and (self.url.scheme == "smtp+starttls" or server.has_extn("starttls")):
            server.starttls(context=self.tls)
            secure = True
        if self.url.username:
            if not secure and self.url.hostname not in LOCAL:
                raise smtplib.SMTPException("the server offers no TLS, so no password is sent")
            server.login(unquote(self.url.username), unquote(self.url.password or ""))


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message, _address(message["From"]), [_address(message["To"])])
    except smtplib.SMTPRecipientsRefused as refused:
        raise _verdict(next(iter(refused.recipients.values()))[0], refused) from None
    except smtplib.SMTPResponseException as answer:
        raise _verdict(answer.smtp_code, answer) from None
    except smtplib.SMTPNotSupportedError:
        raise Undeliverable("the server cannot take such an address") from None


def _verdict(code: int, error: Exception) -> Exception:
    return Undeliverable(f"the server answered {code}") if 500 <= code < 600 else error


def _address(header: str) -> str:
    return parseaddr(header)[1]


class DemoMailbox:
    """Keeps mail in the shop's database. A mail that comes again under its Message-ID is kept once."""

    def __init__(self, region: str | None, tenant: uuid.UUID) -> None:
        self.region, self.tenant = region, tenant

    def send(self, message: EmailMessage) -> None:
        text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
        row = {
            "id": uuid7(),
            "message_id": message["Message-ID"],
            "at": clock.now(),
            "sender": str(message["From"]),
            "recipient": _address(message["To"]),
            "subject": str(message["Subject"]),
            "text": text.get_content() if text else "",
            "html": html.get_content() if html else "",
        }
        with transaction(self.region, self.tenant):
            insert_new(SentMail, row | {"tenant_id": here()})
