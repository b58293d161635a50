from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Event, Trail
from portal.audit.actors import SYSTEM
from portal.db import Scope, find, session, transaction, unit
from portal.errors import Refusal
from portal.people import Attempt, Role, StaffSession, User, confirm, passwords, person_of, set_active
from portal.people import sign_in as signing
from portal.people.sessions import IDLE, LONGEST
from portal.people.throttle import SIGN_IN, TooMany
from tests.people.conftest import PASSWORD, House


def sign_in(house: House, email: str, password: str = PASSWORD, network: str = "192.0.2.0/24") -> str:
    with unit(Scope(tenant=house.shop)):
        return signing(email, password, network)


def person(house: House, token: str, shop=None):
    with transaction(tenant=shop or house.shop, reading=True):
        return person_of(token)


def test_the_right_password_opens_a_session(house: House) -> None:
    id = house.hire("mia@acme.example", Role.MANAGER)
    found = person(house, sign_in(house, " Mia@ACME.example "))
    assert (found.id, found.email, found.role) == (id, "mia@acme.example", Role.MANAGER)


def test_signing_in_stands_in_the_trail(house: House) -> None:
    id = house.hire("mia@acme.example")
    sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop, reading=True):
        rows = session.scalars(sa.select(Trail).where(Trail.event == Event.PERSON_SIGNED_IN)).all()
        assert [(row.actor_id, row.subject_id) for row in rows] == [(id, id)]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("mia@acme.example", "correct horse batterz"),
        ("nobody@acme.example", PASSWORD),
        ("gone@acme.example", PASSWORD),
        ("mia@acme.example", PASSWORD + "x" * 2000),
        ("mia@acme.example\x00", PASSWORD),
        ("\ud800", "\ud800"),
        ("", ""),
    ],
)
def test_every_wrong_try_is_refused_with_the_same_words(house: House, email: str, password: str) -> None:
    house.hire("mia@acme.example")
    with transaction(tenant=house.shop):
        set_active(find(User, gone(house)), False, SYSTEM)
    with pytest.raises(Refusal) as refused:
        sign_in(house, email, password)
    assert str(refused.value.message) == "The e-mail address or the password is not right."
    assert type(refused.value) is Refusal


def gone(house: House):
    return house.hire("gone@acme.example")


def test_an_unknown_address_costs_one_check_of_a_password_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []
    real = type(passwords._hasher).verify

    def watched(self, kept, given):
        held.append(kept.rsplit("$", 2)[0])
        return real(self, kept, given)

    monkeypatch.setattr(type(passwords._hasher), "verify", watched)
    house.hire("mia@acme.example")
    for email in ("mia@acme.example", "nobody@acme.example"):
        with pytest.raises(Refusal):
            sign_in(house, email, "wrong wrong wrong")
    assert len(held) == 2
    assert held[0] == held[1]


def test_the_password_is_worked_at_outside_of_any_transaction(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hire("mia@acme.example")
    seen: list[bool] = []
    real = passwords.matches

    def watched(password, kept):
        seen.append(session().in_transaction())
        return real(password, kept)

    monkeypatch.setattr(passwords, "matches", watched)
    sign_in(house, "mia@acme.example")
    assert seen == [False]


def test_after_ten_wrong_tries_the_right_password_is_refused_for_an_hour(house: House) -> None:
    house.hire("mia@acme.example")
    for n in range(SIGN_IN["account"]):
        with pytest.raises(Refusal):
            sign_in(house, "mia@acme.example", "wrong wrong wrong", f"198.51.100.{n}")
    with pytest.raises(TooMany):
        sign_in(house, "mia@acme.example")
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert sign_in(house, "mia@acme.example")


def test_signing_in_rightly_is_never_too_often(house: House) -> None:
    house.hire("mia@acme.example")
    for _ in range(SIGN_IN["account"] + 2):
        sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop, reading=True):
        assert session.scalars(sa.select(Attempt)).all() == []


def test_a_hash_with_older_costs_is_made_anew(house: House) -> None:
    id = house.hire("mia@acme.example")
    weak = type(passwords._hasher)(time_cost=1, memory_cost=64).hash(PASSWORD)
    with transaction(tenant=house.shop):
        find(User, id).password_hash = weak
    sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop, reading=True):
        assert not passwords.outdated(find(User, id).password_hash)


def test_the_database_holds_no_token(house: House) -> None:
    house.hire("mia@acme.example")
    token = sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop, reading=True):
        [row] = session.scalars(sa.select(StaffSession)).all()
        assert token not in repr(vars(row))


def test_a_token_of_one_shop_is_nobody_at_another(house: House) -> None:
    house.hire("mia@acme.example")
    house.hire("mia@acme.example", shop=house.other)
    token = sign_in(house, "mia@acme.example")
    assert person(house, token, house.other) is None


@pytest.mark.parametrize(("later", "known"), [(IDLE - timedelta(minutes=1), True), (IDLE, False)])
def test_a_session_ends_when_nobody_comes(house: House, later: timedelta, known: bool) -> None:
    house.hire("mia@acme.example")
    moment = clock.now()
    with clock.at(moment):
        token = sign_in(house, "mia@acme.example")
    with clock.at(moment + later):
        assert (person(house, token) is not None) is known


def test_a_session_ends_after_a_week_however_busy(house: House) -> None:
    house.hire("mia@acme.example")
    moment = clock.now()
    with clock.at(moment):
        token = sign_in(house, "mia@acme.example")
    with transaction(tenant=house.shop):
        session.execute(sa.update(StaffSession).values(seen_at=moment + LONGEST))
    with clock.at(moment + LONGEST):
        assert person(house, token) is None


def test_a_person_confirms_with_the_password_alone(house: House) -> None:
    house.hire("mia@acme.example")
    mia = person(house, sign_in(house, "mia@acme.example"))
    with unit(Scope(tenant=house.shop)):
        confirm(mia, PASSWORD, "192.0.2.0/24")
        with pytest.raises(Refusal) as refused:
            confirm(mia, "wrong wrong wrong", "192.0.2.0/24")
    assert refused.value.field == "password"
