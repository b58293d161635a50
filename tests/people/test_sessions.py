from datetime import timedelta

from portal import clock
from portal.audit.actors import SYSTEM
from portal.db import find, session, transaction
from portal.people import (
    Person,
    Role,
    StaffSession,
    User,
    person_of,
    revoke,
    set_active,
    set_password,
    set_role,
    sign_out,
    touch,
)
from tests.people.conftest import PASSWORD, House
from tests.people.test_signing_in import person, sign_in


def test_signing_out_ends_this_session_and_no_other(house: House) -> None:
    house.hire("mia@acme.example")
    one, two = sign_in(house, "mia@acme.example"), sign_in(house, "mia@acme.example")
    for _ in range(2):
        with transaction(tenant=house.shop):
            sign_out(one)
    assert person(house, one) is None
    assert person(house, two) is not None


def test_revoking_ends_all_sessions_but_the_one_kept(house: House) -> None:
    id = house.hire("mia@acme.example")
    house.hire("ole@acme.example")
    ole = sign_in(house, "ole@acme.example")
    one, two = sign_in(house, "mia@acme.example"), sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop):
        assert revoke(id, but=person_of(two).session_id) == 1
    assert (person(house, one), person(house, two) is None, person(house, ole) is None) == (
        None,
        False,
        False,
    )
    with transaction(tenant=house.shop):
        assert revoke(id) == 1
    assert person(house, two) is None


def test_a_leaver_is_out_at_once(house: House) -> None:
    id = house.hire("mia@acme.example")
    token = sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop):
        set_active(find(User, id), False, SYSTEM)
        set_active(find(User, id), True, SYSTEM)
    assert person(house, token) is None


def test_a_new_password_ends_the_sessions(house: House) -> None:
    id = house.hire("mia@acme.example")
    token = sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop):
        set_password(find(User, id), "another long password", SYSTEM)
    assert person(house, token) is None
    assert sign_in(house, "mia@acme.example", "another long password")


def test_a_new_role_counts_at_the_next_request(house: House) -> None:
    id = house.hire("mia@acme.example", Role.AGENT)
    token = sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop):
        set_role(find(User, id), Role.AUDITOR, SYSTEM)
    assert person(house, token).role is Role.AUDITOR


def test_being_seen_is_noted_every_few_minutes_only(house: House) -> None:
    house.hire("mia@acme.example")
    began = clock.now()
    with clock.at(began):
        token = sign_in(house, "mia@acme.example")
    notes = []
    for minutes in (1, 4, 6, 8):
        with clock.at(began + timedelta(minutes=minutes)), transaction(tenant=house.shop):
            who: Person = person_of(token)
            if who.unseen:
                touch(who)
            session.expire_all()
            notes.append(find(StaffSession, who.session_id).seen_at - began)
    six = timedelta(minutes=6)
    assert notes == [timedelta(0), timedelta(0), six, six]


def test_a_person_is_read_without_writing(house: House) -> None:
    house.hire("mia@acme.example")
    token = sign_in(house, "mia@acme.example", PASSWORD)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert person(house, token).name == "Mia"
