"""A real mail server in a thread."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PEM = Path(__file__).with_name("localhost.pem")
USER, PASSWORD = "portal", "p@ss:w/rd"


class Server:
    """What has arrived, and what it says to the next mail (None: it takes it)."""

    def __init__(self) -> None:
        self.arrived: list[tuple[Envelope, EmailMessage]] = []
        self.answer: str | None = None
        self.encrypted: list[bool] = []
        self.port = _free_port()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _s: SMTP, _c: Session, envelope: Envelope, address: str, _o: Any
    ) -> str:
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        self.arrived.append((envelope, message_from_bytes(envelope.content, policy=default)))  # type: ignore
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        return [mail for _, mail in self.arrived]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def trusting() -> ssl.SSLContext:
    """A client's context that trusts the test's certificate and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(PEM)
    return context


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    return context


def _check(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
    login = data if isinstance(data, LoginPassword) else None
    right = login is not None and (login.login, login.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def serving(*, tls: str = "", auth: bool = False) -> Iterator[Server]:
    """`tls`: "" for none, "starttls", or "smtps"."""
    server = Server()
    settings: dict[str, Any] = {"authenticator": _check, "auth_required": auth}
    settings["auth_require_tls"] = tls == "starttls"
    if tls:
        settings["tls_context" if tls == "starttls" else "ssl_context"] = _tls()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **settings)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
