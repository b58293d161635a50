"""An invitation: somebody stands on the list without a password, and chooses one behind a mailed link."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Event, Trail
from portal.audit.actors import SYSTEM
from portal.db import Scope, find, session, transaction, unit
from portal.errors import Forbidden, Refusal
from portal.notices import invite, invite_again
from portal.notices.inviting import invitation_letter
from portal.people import OneTimeLink, Purpose, Role, User, set_active, set_role, staff
from portal.people.joining import choose_password
from portal.people.links import secret_of
from portal.people.roster import roster
from tests.people.conftest import PASSWORD, House
from tests.people.test_signing_in import person, sign_in

IRIS = "iris@acme.example"


def invited(house: House, by: Actor = SYSTEM, role: Role = Role.AGENT, email: str = IRIS) -> uuid.UUID:
    with transaction(tenant=house.shop):
        return invite(email, "Iris", role, by).id


def secrets(house: House) -> list[str]:
    """Of the links that were made, oldest first."""
    with transaction(tenant=house.shop, reading=True):
        return [secret_of(link) for link in session.scalars(sa.select(OneTimeLink).order_by(OneTimeLink.id))]


def joined(house: House, secret: str, password: str = PASSWORD, shop: uuid.UUID | None = None) -> str | None:
    with transaction(tenant=shop or house.shop):
        return choose_password(secret, Purpose.INVITATION, password)


def change(house: House, id: uuid.UUID, act: Callable[[User], None]) -> None:
    with transaction(tenant=house.shop):
        act(find(User, id))


def test_whoever_is_invited_chooses_a_password_and_is_in_with_their_role(house: House) -> None:
    invited(house, role=Role.WAREHOUSE)
    with transaction(tenant=house.shop, reading=True):
        (before,) = roster()
        assert (before.joined, before.seen_at) == (False, None) and before.invited_until
    token = joined(house, secrets(house)[0])
    assert token and person(house, token).role is Role.WAREHOUSE
    assert sign_in(house, IRIS)
    with transaction(tenant=house.shop, reading=True):
        (after,) = roster()
        assert after.joined and after.seen_at and after.invited_until is None


def test_without_a_password_nobody_signs_in(house: House) -> None:
    invited(house)
    for guess in ("the password of nobody", "", PASSWORD):
        with pytest.raises(Refusal):
            sign_in(house, IRIS, guess)


def test_a_link_is_spent_once_and_lasts_three_days(house: House) -> None:
    invited(house)
    (secret,) = secrets(house)
    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        assert joined(house, secret) is None
    with clock.at(clock.now() + timedelta(days=2, hours=23)):
        assert joined(house, secret)
        assert joined(house, secret, "another long password") is None


def test_another_shop_takes_no_link_of_this_one(house: House) -> None:
    invited(house)
    (secret,) = secrets(house)
    assert joined(house, secret, shop=house.other) is None
    assert joined(house, secret)


def test_a_password_that_is_too_short_leaves_the_link_as_it_was(house: House) -> None:
    invited(house)
    (secret,) = secrets(house)
    with pytest.raises(Refusal):
        joined(house, secret, "short")
    assert joined(house, secret)


def test_a_second_invitation_ends_the_first(house: House) -> None:
    id = invited(house)
    (first,) = secrets(house)
    change(house, id, lambda user: invite_again(user, SYSTEM))
    (second,) = secrets(house)
    assert first != second and joined(house, first) is None
    assert joined(house, second)


def test_who_has_a_password_or_has_left_is_not_invited_again(house: House) -> None:
    there = house.hire("mia@acme.example")
    gone = invited(house)
    change(house, gone, lambda user: set_active(user, False, SYSTEM))
    for id in (there, gone):
        with pytest.raises(Refusal):
            change(house, id, lambda user: invite_again(user, SYSTEM))


def test_whoever_is_let_go_again_cannot_use_the_link(house: House) -> None:
    id = invited(house)
    (secret,) = secrets(house)
    change(house, id, lambda user: set_active(user, False, SYSTEM))
    assert joined(house, secret) is None
    change(house, id, lambda user: set_active(user, True, SYSTEM))
    assert joined(house, secret) is None


def test_the_mail_goes_to_the_invited_and_to_nobody_once_it_is_withdrawn(house: House) -> None:
    id = invited(house, role=Role.MANAGER)
    with transaction(tenant=house.shop, reading=True):
        (link,) = session.scalars(sa.select(OneTimeLink)).all()
        about, letter = link.id, invitation_letter(link.id)
        assert letter and (letter.to, letter.name) == (IRIS, "Iris")
        assert letter.link == f"sign-in/invitation/{secret_of(link)}"
        assert str(letter.values["role"]) == "Manager"
    change(house, id, lambda user: set_active(user, False, SYSTEM))
    with transaction(tenant=house.shop, reading=True):
        assert invitation_letter(about) is None


def test_a_manager_invites_everybody_but_owners(house: House) -> None:
    by = Actor("person", house.hire("m@acme.example", Role.MANAGER))
    for role in Role:
        if role is Role.OWNER:
            with pytest.raises(Forbidden):
                invited(house, by, role, f"{role}@acme.example")
        else:
            invited(house, by, role, f"{role}@acme.example")


def test_an_agent_invites_nobody(house: House) -> None:
    with pytest.raises(Forbidden):
        invited(house, Actor("person", house.hire("a@acme.example")))


def test_two_invitations_to_one_address_at_once_make_one_person(house: House) -> None:
    barrier, refused = threading.Barrier(2), []

    def rush() -> None:
        with house.app.app_context(), unit(Scope(tenant=house.shop)):
            barrier.wait()
            try:
                invited(house)
            except Refusal as error:
                refused.append(error.field)

    threads = [threading.Thread(target=rush) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(tenant=house.shop, reading=True):
        assert [user.email for user in staff()] == [IRIS]
    assert refused == ["email"] and len(secrets(house)) == 1


def test_an_owner_who_has_not_come_yet_does_not_let_the_last_one_go(house: House) -> None:
    id = house.hire("o@acme.example", Role.OWNER)
    invited(house, role=Role.OWNER)
    for act in (lambda u: set_active(u, False, SYSTEM), lambda u: set_role(u, Role.AGENT, SYSTEM)):
        with pytest.raises(Refusal):
            change(house, id, act)
    assert joined(house, secrets(house)[0])
    change(house, id, lambda user: set_role(user, Role.AGENT, SYSTEM))


def test_nobody_gives_themselves_more_to_do_but_less_is_theirs_to_choose(house: House) -> None:
    house.hire("o@acme.example", Role.OWNER)
    id = house.hire("m@acme.example", Role.MANAGER)
    by = Actor("person", id)
    with pytest.raises(Forbidden):
        change(house, id, lambda user: set_role(user, Role.OWNER, by))
    change(house, id, lambda user: set_role(user, Role.AUDITOR, by))
    with pytest.raises(Forbidden):
        change(house, id, lambda user: set_role(user, Role.MANAGER, by))


def test_the_trail_tells_of_the_invitation_the_password_and_of_who_left(house: House) -> None:
    by = Actor("person", house.hire("o@acme.example", Role.OWNER))
    id = invited(house, by)
    joined(house, secrets(house)[0])
    change(house, id, lambda user: set_active(user, False, by))
    with transaction(tenant=house.shop, reading=True):
        rows = session.scalars(sa.select(Trail).where(Trail.subject_id == id).order_by(Trail.no)).all()
        assert [(r.event, r.actor_id, r.before, r.after) for r in rows] == [
            (Event.PERSON_ADDED, by.id, None, "agent"),
            (Event.PERSON_INVITED, by.id, None, "agent"),
            (Event.PERSON_CHANGED, id, None, None),
            (Event.PERSON_SIGNED_IN, id, None, None),
            (Event.PERSON_CHANGED, by.id, "active", "inactive"),
        ]
