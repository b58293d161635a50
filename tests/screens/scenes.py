"""What no address alone shows: pages after a press, a refusal or a scan, and mails as they are read."""

import base64
import re
import uuid
from collections.abc import Iterator

import pyotp
import sqlalchemy as sa
from playwright.sync_api import Page

from portal.notices.models import SentMail
from tests.harness.apps import PASSWORD
from tests.harness.world import NOON, World, bury
from tests.laws.matrix import NOBODY, SHOPPER
from tests.screens.looking import Act, Scene
from tests.screens.posing import PIN

STATES = (
    "ASKED",
    "ARRIVED",
    "CHECKED",
    "PAID",
    "CREDITED",
    "GIFTED",
    "STOPPED",
    "BY_HAND",
    "TURNED_UP",
    "ODD",
)
VIEWS = ("to_pay", "refunded", "denied", "all")
SECTIONS: tuple[str, ...] = ("fees",)
RULES: tuple[tuple[str, str], ...] = (("windows", "new-rule"),)
MAIN, FOOT = "#main form button.primary", "#foot button.primary"


def pressed(button: str = MAIN, **typed: str) -> Act:
    """Fill the fields with these ids, and press."""

    def act(page: Page) -> None:
        for name, text in typed.items():
            page.locator(f"#{name}").fill(text)
        page.locator(button).first.click()
        page.wait_for_load_state("networkidle")

    return act


def acted(world: World) -> Iterator[Scene]:
    yield from _strayed()
    yield from _shopping(world)
    yield from _at_the_desk(world)
    yield from _at_the_dock(world)
    yield from _guarded(world)
    yield from letters(world)
    yield Scene("desk.stuck", "GET desk.stuck", before=lambda: bury(world.shop, f"/{uuid.uuid4()}"))
    yield Scene("desk.board.stuck", "GET desk.board")


def _strayed() -> Iterator[Scene]:
    yield Scene("errors.nothing", "", address="/nowhere", who=NOBODY)
    yield Scene("desk.errors.nothing", "", address="/desk/nowhere", who="owner")
    yield Scene("desk.errors.not_yours", "", address="/desk/trail", who="agent")
    yield Scene("dock.errors.nothing", "", address="/dock/nowhere", who="warehouse")


def _shopping(world: World) -> Iterator[Scene]:
    yield Scene("shopper.find.missing", "GET shopper.find", pressed())
    wrong = pressed(number="FF-99999", proof="somebody@posteo.example")
    yield Scene("shopper.find.unknown", "GET shopper.find", wrong)
    yield Scene("gift.find.missing", "GET gift.find", pressed())
    yield Scene("shopper.ask.missing", "GET shopper.ask", pressed())
    yield Scene("door.sign_in.missing", "GET door.sign_in", pressed("main button.primary"))
    yield Scene("shopper.items.more", "GET shopper.items", _all_picked, who=SHOPPER)
    for name in STATES:
        yield Scene(f"shopper.status.{name.lower()}", "", address=f"/s/{world.token(name)}", who=NOBODY)
    yield Scene("shopper.card", "GET shopper.card_link", pressed())
    yield Scene(
        "shopper.bank_link.wrong", "GET shopper.bank_link", pressed(iban="DE89 3704 0044 0532 0130 01")
    )


def _all_picked(page: Page) -> None:
    for box in page.locator("article input[type=checkbox]").all():
        box.check(force=True)


def _at_the_desk(world: World) -> Iterator[Scene]:
    for name in STATES:
        place = f"/desk/returns/{world.return_(name)}"
        yield Scene(f"desk.record.{name.lower()}", "", address=place, who="owner")
    for view in VIEWS:
        yield Scene(f"desk.board.{view}", "", address=f"/desk?view={view}", who="owner")
    yield Scene("desk.board.nothing", "", address="/desk?q=FF-99999", who="owner")
    for route in ("new_api_key", "invite", "labels", "order_files", "excepting", "keeping", "wish"):
        yield Scene(f"desk.{route}.missing", f"GET desk.{route}", pressed())
    yield Scene("desk.bank_account.shown", "GET desk.bank_account", pressed())
    draft = f"/desk/policy/drafts/{world.open_draft()}"
    wrong = pressed(points="15000", label="")
    yield Scene("desk.rule.wrong", "", wrong, address=f"{draft}/rules/fees/electronics", who="owner")
    for name in SECTIONS:
        yield Scene(f"desk.section.{name}", "", address=f"{draft}/sections/{name}", who="owner")
    for name, rule in RULES:
        yield Scene(f"desk.rule.{name}", "", address=f"{draft}/rules/{name}/{rule}", who="owner")
    yield Scene("desk.api_key_made", "GET desk.new_api_key", _key_made)


def _key_made(page: Page) -> None:
    page.locator("input[name=scopes]").first.check()
    pressed(name="Till at the harbour")(page)


def _at_the_dock(world: World) -> Iterator[Scene]:
    for route in ("counted", "check", "unannounced", "extra", "unknown", "correct"):
        yield Scene(f"dock.{route}.missing", f"GET dock.{route}", pressed(FOOT))
    yield Scene("dock.check.proposed", "GET dock.check", _graded)
    for name, code in (("unknown", "0034-NO-SUCH"), ("order", "FF-20140")):
        yield Scene(f"dock.scan.{name}", "", address=f"/dock?code={code}", who="warehouse")
    yield Scene("dock.scan.shared", "GET dock.tablet", _shared, who="warehouse/tablet")
    yield Scene("dock.who", "GET dock.tablet", _aside, who="warehouse/tablet")
    yield Scene("dock.who.missing", "GET dock.tablet", _nobody, who="warehouse/tablet")


def _shared(page: Page) -> None:
    """Whoever stepped aside comes back."""
    if page.locator("#pin").count():
        page.locator("input[name=person]").first.check()
        page.locator("#pin").fill(PIN)
        page.locator("form button.primary").first.click()
    if page.locator("#share").count():
        page.locator(FOOT).click()
    page.wait_for_load_state("networkidle")


def _aside(page: Page) -> None:
    _shared(page)
    page.locator("form[action$='/next'] button").click()
    page.wait_for_load_state("networkidle")


def _nobody(page: Page) -> None:
    _aside(page)
    pressed("form button.primary")(page)


def _graded(page: Page) -> None:
    for question in page.locator("fieldset.ask").all():
        question.locator("input").first.check(force=True)
    page.locator("input[name=grade]").nth(3).check(force=True)
    page.wait_for_load_state("networkidle")


def _guarded(world: World) -> Iterator[Scene]:
    """A second factor, from the password to the question for a code."""
    yield Scene("desk.second.begun", "GET desk.second", _begun, who="auditor")
    yield Scene("desk.codes", "GET desk.second", _switched_on, who="auditor")
    yield Scene("desk.second.on", "GET desk.second", None, who="auditor")
    half = pressed("main button.primary", email=f"auditor@{world.slug}.example", password=PASSWORD)
    yield Scene("door.second", "GET door.sign_in", half, who="nobody/half")


def _begun(page: Page) -> None:
    """Or on already, in another language."""
    if page.locator("form[action$='/begin']").count():
        pressed(password=PASSWORD)(page)


def _switched_on(page: Page) -> None:
    """On; or where it is, with new codes."""
    if page.locator("#code").count():
        secret = page.locator("#main .code").first.inner_text().replace(" ", "")
        pressed("form[action$='/on'] button", code=pyotp.TOTP(secret).at(NOON))(page)
    else:
        pressed("form[action$='/codes'] button", password=PASSWORD)(page)


def letters(world: World) -> Iterator[Scene]:
    """One mail of each kind, its newest."""
    with world.shop.transaction(reading=True) as session:
        mails = session.scalars(sa.select(SentMail).order_by(SentMail.at.desc(), SentMail.id)).all()
        kinds = {_kind(mail.subject): mail.html for mail in mails if mail.html}
    for kind, html in sorted(kinds.items()):
        data = base64.b64encode(html.encode()).decode()
        yield Scene(f"mail.{kind}", "", address=f"data:text/html;charset=utf-8;base64,{data}", who=NOBODY)


def _kind(subject: str) -> str:
    """The words that are the same in all mails of a kind."""
    words = re.findall(r"[a-z]{2,}", re.sub(r"RMA-\S+|\S*\d\S*|\b[A-Z]{3}\b", "", subject).lower())
    return "_".join(words[:6])
