import smtplib
from email.message import EmailMessage
from urllib.parse import quote, urlsplit

import pytest

from portal.config import BadConfig, Config
from portal.ids import uuid7
from portal.notices.mailers import DemoMailbox, Smtp, Undeliverable, mailer
from tests.notices.server import PASSWORD, USER, Server, serving, trusting

WHO = f"{USER}:{quote(PASSWORD, safe='')}@"


def mail(to: str = "annelie@posteo.example") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Shop <shop@fjell.example>", f"Annelie <{to}>", "Grüße"
    made.set_content("Hello")
    return made


def send(server: Server, scheme: str = "smtp", who: str = "", to: str = "annelie@posteo.example") -> None:
    Smtp(urlsplit(f"{scheme}://{who}127.0.0.1:{server.port}"), trusting()).send(mail(to))


def test_a_mail_arrives_once_for_one_recipient() -> None:
    with serving() as server:
        send(server)
    [(envelope, found)] = server.arrived
    assert (envelope.mail_from, envelope.rcpt_tos) == ("shop@fjell.example", ["annelie@posteo.example"])
    assert found["Subject"] == "Grüße"


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(
    ("offered", "scheme"), [("starttls", "smtp"), ("starttls", "smtp+starttls"), ("smtps", "smtps")]
)
def test_where_there_is_tls_it_is_used_with_the_password(offered: str, scheme: str) -> None:
    with serving(tls=offered, auth=True) as server:
        send(server, scheme, WHO)
    assert server.encrypted == [True]


def test_starttls_that_is_demanded_and_not_offered_sends_nothing() -> None:
    with serving() as server, pytest.raises(smtplib.SMTPException):
        send(server, "smtp+starttls")
    assert server.arrived == []


def test_a_certificate_that_nobody_trusts_sends_nothing() -> None:
    with serving(tls="starttls") as server, pytest.raises(OSError, match="certificate"):
        Smtp(urlsplit(f"smtp://127.0.0.1:{server.port}")).send(mail())
    assert server.arrived == []


def test_a_password_goes_to_no_other_machine_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.notices.mailers.LOCAL", set())
    with serving() as server, pytest.raises(smtplib.SMTPException, match="no password is sent"):
        send(server, who=WHO)
    assert server.arrived == []


def test_a_wrong_password_may_be_mended() -> None:
    with serving(tls="starttls", auth=True) as server, pytest.raises(smtplib.SMTPAuthenticationError):
        send(server, who=f"{USER}:wrong@")


def test_a_no_for_good_is_told_apart_and_names_nobody() -> None:
    with serving() as server:
        server.answer = "550 no such mailbox annelie@posteo.example"
        with pytest.raises(Undeliverable) as refused:
            send(server)
    assert str(refused.value) == "the server answered 550"
    assert refused.value.__suppress_context__


def test_a_no_for_now_may_be_tried_again() -> None:
    with serving() as server:
        server.answer = "451 greylisted"
        with pytest.raises(smtplib.SMTPException):
            send(server)


def test_an_address_beyond_ascii_goes_where_the_server_takes_it() -> None:
    with serving() as server:
        send(server, to="bücher@posteo.example")
    assert server.arrived[0][0].rcpt_tos == ["bücher@posteo.example"]


def test_a_server_that_is_away_may_come_back() -> None:
    with serving() as server:
        pass
    with pytest.raises(OSError, match="refused"):
        send(server)


def test_a_server_that_breaks_off_after_taking_the_mail_has_taken_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def slam(self):
        self.close()
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "quit", slam)
    with serving() as server:
        send(server)
    assert len(server.arrived) == 1


NO_SERVERS = ["smtp:", "http://mail.example", "mail.example:25", "smtp://"]


@pytest.mark.parametrize("url", NO_SERVERS)
def test_the_portal_does_not_start_with_such_an_address(url: str) -> None:
    with pytest.raises(BadConfig, match="MAIL_URL"):
        Config.from_env({"SECRET_KEY": "s" * 32, "TRAIL_KEY": "t" * 32, "MAIL_URL": url})


@pytest.mark.parametrize("url", ["", *NO_SERVERS])
def test_an_address_that_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="MAIL_URL"):
        mailer(url, None, uuid7())


def test_the_demo_keeps_its_mail() -> None:
    assert isinstance(mailer("demo:", None, uuid7()), DemoMailbox)
