"""A second factor through the pages: asked for, set up where a shop demands it, shown once."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from portal.people.roles import Role
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.shops import Shop, email
from tests.web.desk.working import follow, sign_in

CODE = re.compile(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}")


def typed_secret(page):  # type: ignore[no-untyped-def]
    """What the page gives to somebody without a camera."""
    shown = [e.text for e in read(page.text).all("p", class_="code")]
    return next(text.replace(" ", "") for text in shown if len(text) > 30)


def now(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * later))


def password(client: ShopClient, role: Role = Role.AGENT):  # type: ignore[no-untyped-def]
    page = client.get("/sign-in?next=/acme/desk/account")
    answer = client.send(page, "/sign-in", email=email(role), password=PASSWORD)
    return answer if answer.status_code != 303 else client.get(answer.location)


def test_switching_it_on_shows_ten_codes_once_and_the_next_sign_in_asks(app: Portal, shop: Shop) -> None:
    desk = sign_in(ShopClient(app), Role.AGENT)
    page = desk.get("/desk/account/second")
    assert desk.send(page, "/begin", password="not it at all").status_code == 422
    setting = follow(desk, desk.send(page, "/begin", password=PASSWORD))
    secret = typed_secret(setting)
    assert desk.send(setting, "/on", code="000000").status_code == 422
    shown = desk.send(setting, "/on", code=now(secret))
    codes = CODE.findall(shown.text)
    assert len(codes) == 10 and secret not in desk.get("/desk/account/second").text
    browser = ShopClient(app)
    asking = password(browser)
    assert asking.request.path == "/acme/sign-in/code" and browser.get("/desk").status_code == 302
    assert browser.send(asking, "/code", code="123456").status_code == 422
    inside = browser.send(asking, "/code", code=now(secret, 1))
    assert (inside.status_code, inside.location) == (303, "/acme/desk/account")
    assert browser.get("/desk").status_code == 200
    other = ShopClient(app)
    assert other.send(password(other), "/code", code=codes[0]).status_code == 303


@pytest.mark.sqlite
def test_where_the_shop_demands_it_the_next_sign_in_sets_it_up(app: Portal, shop: Shop) -> None:
    owner = sign_in(ShopClient(app), Role.OWNER)
    page = owner.get("/desk/people/second")
    follow(owner, owner.send(page, "/second", of="money"))
    assert owner.get("/desk").status_code == 200
    browser = ShopClient(app)
    setting = password(browser)
    shown = browser.send(setting, "/code", code=now(typed_secret(setting)))
    assert shown.status_code == 200 and len(CODE.findall(shown.text)) == 10
    assert browser.get("/desk").status_code == 200
    own = browser.get("/desk/account/second")
    assert "demands" in own.text and "/second/off" not in own.text
    clerk = ShopClient(app)
    assert password(clerk, Role.WAREHOUSE).request.path != "/acme/sign-in/code"


@pytest.mark.sqlite
def test_a_code_without_a_password_before_leads_back_to_the_door(app: Portal, shop: Shop) -> None:
    browser = ShopClient(app)
    assert browser.get("/sign-in/code").location == "/acme/sign-in"
    assert browser.post("/sign-in/code", data={"code": "123456"}).status_code in {303, 400, 422}
