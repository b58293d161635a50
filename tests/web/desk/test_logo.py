"""A shop's logo: put up, seen by shoppers, in mails and on papers, and taken down."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit.actors import SYSTEM
from portal.db import session
from portal.documents.values import Paper
from portal.notices import mailbox
from portal.people.models import User
from portal.people.roles import Role
from portal.policies.versions import branding_at
from portal.refunds.credit_notes.papers import credit_note_pdf, look_of, notes_of
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.configuring import dress
from tests.harness.drawing import logo
from tests.harness.pages import read
from tests.harness.sales import Sold
from tests.harness.shops import Shop, email
from tests.harness.trading import Trade

pytestmark = pytest.mark.sqlite
PAGE = "/desk/branding/logo"


@pytest.fixture
def owner(client: ShopClient) -> ShopClient:
    client.send(client.get("/sign-in"), "/sign-in", email=email(Role.OWNER), password=PASSWORD)
    return client


def puts(owner: ShopClient, data: bytes, page: Any = None) -> Any:
    files = (io.BytesIO(data), "logo.png")
    return owner.send(page or owner.get(PAGE), PAGE, file=files)


def shown(client: ShopClient) -> list[str]:
    return [one.get("src") or "" for one in read(client.get("/find").text).all("img", class_="logo")]


def test_it_is_put_in_seen_once_its_draft_is_in_force_and_taken_down(owner: ShopClient, shop: Shop) -> None:
    with shop.transaction():
        session.execute(sa.update(User).where(User.role == Role.MANAGER).values(active=False))
    page = owner.get(PAGE)
    sent = [puts(owner, logo(), page) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303] and sent[0].location == sent[1].location
    assert shown(owner) == [] and read(owner.get(PAGE).text).all("img", class_="logo")
    late = puts(owner, logo(400, 100), page)
    assert late.status_code == 409 and shown(owner) == []
    force(owner, sent[0].location)
    (address,) = shown(owner)
    picture = owner.get(address)
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert "immutable" in picture.headers["Cache-Control"]
    gone = owner.send(owner.get(PAGE), "/logo/none")
    assert gone.status_code == 303 and shown(owner) == [address]
    force(owner, gone.location)
    assert shown(owner) == [] and owner.get(address).status_code == 200  # mails still point to it


def force(owner: ShopClient, draft: str) -> None:
    sent = owner.send(owner.get(draft), "/at-once", why="New logo", password=PASSWORD)
    assert sent.status_code == 303


def test_what_is_no_picture_is_refused_where_it_was_chosen(owner: ShopClient) -> None:
    answer = puts(owner, b"<svg/>")
    assert answer.status_code == 422 and "This is no picture that can be read" in answer.text


def test_another_shop_does_not_have_it(owner: ShopClient, shop: Shop, app: Portal) -> None:
    dress(shop, SYSTEM, logo=logo())
    (address,) = shown(owner)
    assert app.test_client().get(address.replace("/acme/", "/other/")).status_code == 404


def test_papers_keep_the_one_of_their_day(shop: Shop, at: Callable[..., None]) -> None:
    begun = clock.now()
    for day, size in ((1, 300), (3, 400), (5, 0)):
        at(begun + timedelta(days=day))
        dress(shop, SYSTEM, logo=logo(size, 100) if size else b"")
    with shop.transaction(reading=True):
        found = [look_of(branding_at(begun + timedelta(days=day))).logo for day in (0, 2, 4, 6)]
    assert found[0] is found[3] is None and found[1] and found[2] and found[1] != found[2]


def test_mails_slips_and_credit_notes_carry_it(shop: Shop, owner: ShopClient) -> None:
    dress(shop, SYSTEM, logo=logo(), ground="#123456", accent="#a02030")
    trade = Trade(shop)
    return_ = trade.go_whole_way(trade.order(Sold(10_000, 1)), {1: 1})
    trade.work()
    (address,) = shown(owner)
    with shop.transaction(reading=True):
        mails = list(mailbox())
        assert all(f'{address}" width="192" height="48"' in mail.html for mail in mails)
        assert all('bgcolor="#123456"' in mail.html and 'bgcolor="#a02030"' in mail.html for mail in mails)
        (note,) = notes_of(return_)
        assert b"/Subtype /Image" in credit_note_pdf(note, Paper.A4)
    waits = trade.give_back(trade.order(Sold(10_000, 1)), {1: 1})
    assert b"/Subtype /Image" in owner.get(f"/desk/returns/{waits}/slip.pdf").data
