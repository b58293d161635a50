"""A shop's logo: put up, seen by shoppers, in mails and on papers, and taken down."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.audit.actors import SYSTEM
from portal.documents.values import Paper
from portal.notices import mailbox
from portal.people.roles import Role
from portal.refunds.credit_notes.papers import credit_note_pdf, notes_of
from portal.tenants import locked_shop
from portal.tenants.logos import logo_at, put_up
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.drawing import logo
from tests.harness.pages import read
from tests.harness.sales import Sold
from tests.harness.shops import Shop, email
from tests.harness.trading import Trade

pytestmark = pytest.mark.sqlite


@pytest.fixture
def owner(client: ShopClient) -> ShopClient:
    client.send(client.get("/sign-in"), "/sign-in", email=email(Role.OWNER), password=PASSWORD)
    return client


def puts(owner: ShopClient, data: bytes, page: Any = None) -> Any:
    files = (io.BytesIO(data), "logo.png")
    return owner.send(page or owner.get("/desk/settings/logo"), "/settings/logo", file=files)


def shown(client: ShopClient) -> list[str]:
    return [one.get("src") or "" for one in read(client.get("/find").text).all("img", class_="logo")]


def test_it_is_put_up_once_shown_to_shoppers_and_taken_down(owner: ShopClient) -> None:
    page = owner.get("/desk/settings/logo")
    assert shown(owner) == []
    for _ in range(2):
        assert puts(owner, logo(), page).status_code == 303
    (address,) = shown(owner)
    picture = owner.get(address)
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert "immutable" in picture.headers["Cache-Control"]
    late = puts(owner, logo(400, 100), page)
    assert late.status_code == 409 and shown(owner) == [address]
    gone = owner.send(owner.get("/desk/settings/logo"), "/logo/none")
    assert gone.status_code == 303 and shown(owner) == []
    assert owner.get(address).status_code == 200  # mails still point to it


def test_what_is_no_picture_is_refused_where_it_was_chosen(owner: ShopClient) -> None:
    answer = puts(owner, b"<svg/>")
    assert answer.status_code == 422 and "This is no picture that can be read" in answer.text
    assert shown(owner) == []


def test_another_shop_does_not_have_it(owner: ShopClient, shop: Shop, app: Portal) -> None:
    puts(owner, logo())
    (address,) = shown(owner)
    assert app.test_client().get(address.replace("/acme/", "/other/")).status_code == 404


def test_papers_keep_the_one_of_their_day(shop: Shop, at: Callable[..., None]) -> None:
    begun = clock.now()
    for day, size in ((1, 300), (3, 400)):
        at(begun + timedelta(days=day))
        with shop.transaction():
            put_up(locked_shop(), logo(size, 100), SYSTEM)
    with shop.transaction(reading=True):
        found = [logo_at(begun + timedelta(days=day)) for day in (0, 2, 4)]
    assert found[0] is None and found[1] and found[2] and found[1] != found[2]


def test_mails_and_credit_notes_carry_it(shop: Shop, owner: ShopClient) -> None:
    puts(owner, logo())
    trade = Trade(shop)
    return_ = trade.go_whole_way(trade.order(Sold(10_000, 1)), {1: 1})
    trade.work()
    (address,) = shown(owner)
    with shop.transaction(reading=True):
        assert all(f'{address}" width="192" height="48"' in mail.html for mail in mailbox())
        (note,) = notes_of(return_)
        assert b"/Subtype /Image" in credit_note_pdf(note, Paper.A4)
