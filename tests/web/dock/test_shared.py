"""A shared tablet: who is at it says so by a PIN, and gets the dock alone, for five minutes at a time."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Event, Trail
from portal.db import session
from portal.people import User
from portal.people.roles import Role
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.sales import BOOTS, requested, sell
from tests.harness.shops import Shop, email
from tests.web.desk.working import follow
from tests.web.dock.working import heading, sign_in, take_all

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
PIN = "2807"


def person(shop: Shop, role: Role):  # type: ignore[no-untyped-def]
    with shop.transaction(reading=True):
        return session.scalars(sa.select(User.id).where(User.email == email(role))).one()


def set_pin(app: Portal, role: Role, pin: str = PIN) -> None:
    own = sign_in(ShopClient(app), role)
    page = own.get("/desk/account/pin")
    follow(own, own.send(page, "/pin", password=PASSWORD, pin=pin, again=pin))


def shared(app: Portal) -> ShopClient:
    """A tablet that the manager has opened and shared; nobody is at it."""
    tablet = sign_in(ShopClient(app), Role.MANAGER)
    follow(tablet, tablet.send(tablet.get("/dock/tablet"), "/tablet"))
    page = tablet.send(tablet.get("/dock"), "/tablet/next")
    assert page.location == "/acme/sign-in/who"
    return tablet


def say_who(tablet: ShopClient, shop: Shop, role: Role, pin: str = PIN, to: str = ""):  # type: ignore[no-untyped-def]
    page = tablet.get(to or "/sign-in/who")
    while page.status_code in {302, 303}:
        page = tablet.get(page.location)
    return tablet.send(page, "/who", person=str(person(shop, role)), pin=pin)


def test_whoever_types_their_pin_acts_under_their_name_and_at_the_dock_alone(app: Portal, shop: Shop) -> None:
    id = requested(shop, sell(shop, BOOTS))
    with clock.at(NOON):
        set_pin(app, Role.WAREHOUSE)
        set_pin(app, Role.OWNER, "9041")
        tablet = shared(app)
        assert tablet.get("/dock").location.startswith("/acme/sign-in/who")
        assert say_who(tablet, shop, Role.WAREHOUSE, "0000").status_code == 422
        assert say_who(tablet, shop, Role.WAREHOUSE).status_code == 303
        follow(tablet, take_all(tablet, tablet.get(f"/dock/returns/{id}")))
        tablet.send(tablet.get("/dock"), "/tablet/next")
        assert say_who(tablet, shop, Role.OWNER, "9041").status_code == 303
        assert [tablet.get(path).status_code for path in ("/desk", "/desk/account", "/desk/people")] == [
            403
        ] * 3
        assert tablet.get("/dock").status_code == 200
    with shop.transaction(reading=True):
        who = sa.select(Trail.actor_id).where(Trail.event == Event.ITEM_RECEIVED)
        assert set(session.scalars(who)) == {person(shop, Role.WAREHOUSE)}


def test_after_five_idle_minutes_it_asks_again_and_leads_back(app: Portal, shop: Shop) -> None:
    id = requested(shop, sell(shop, BOOTS))
    with clock.at(NOON):
        set_pin(app, Role.WAREHOUSE)
        tablet = shared(app)
        say_who(tablet, shop, Role.WAREHOUSE)
    with clock.at(NOON + timedelta(minutes=4, seconds=50)):
        page = tablet.get(f"/dock/returns/{id}")
        assert page.status_code == 200
    with clock.at(NOON + timedelta(minutes=9, seconds=40)):
        assert tablet.get(f"/dock/returns/{id}").status_code == 200
    with clock.at(NOON + timedelta(minutes=14, seconds=50)):
        asleep = take_all(tablet, page)
        assert asleep.location.startswith("/acme/sign-in/who?next=")
        back = say_who(tablet, shop, Role.WAREHOUSE, to=asleep.location)
        assert back.location == f"/acme/dock/returns/{id}"
        assert heading(tablet.get(back.location)) == "How many are in the parcel?"


@pytest.mark.sqlite
def test_guessing_a_pin_ends_after_some_tries(app: Portal, shop: Shop) -> None:
    with clock.at(NOON):
        set_pin(app, Role.WAREHOUSE)
        tablet = shared(app)
        for n in range(6):
            assert say_who(tablet, shop, Role.WAREHOUSE, f"900{n}").status_code == 422
        answer = say_who(tablet, shop, Role.WAREHOUSE)
        assert answer.status_code == 422 and "Too many tries" in answer.text


@pytest.mark.sqlite
@pytest.mark.parametrize("pin", ["123", "1234567", "1234", "7777", "9876", "12a4", "١٢٣٤"])
def test_what_is_no_pin_or_the_first_to_be_guessed_is_refused(app: Portal, shop: Shop, pin: str) -> None:
    own = sign_in(ShopClient(app), Role.WAREHOUSE)
    page = own.get("/desk/account/pin")
    assert own.send(page, "/pin", password=PASSWORD, pin=pin, again=pin).status_code == 422


@pytest.mark.sqlite
def test_a_pin_opens_no_browser_that_nobody_has_shared(app: Portal, shop: Shop) -> None:
    set_pin(app, Role.WAREHOUSE)
    assert ShopClient(app).get("/sign-in/who").location == "/acme/sign-in"
    tablet = sign_in(ShopClient(app), Role.WAREHOUSE)
    assert tablet.get("/sign-in/who").location == "/acme/sign-in"
