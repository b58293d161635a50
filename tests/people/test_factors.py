"""The second factor: it is asked for, each code once, and what is kept opens nothing."""

import uuid
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa

from portal import clock, sealing
from portal.audit import Actor, Event, Trail
from portal.audit.actors import SYSTEM
from portal.db import Scope, find, session, transaction, unit
from portal.errors import Refusal
from portal.people import Role, User, half_of, person_of
from portal.people import sign_in as signing
from portal.people.factors import begin, demand, prove, secret_of, switch_on
from portal.people.models import RecoveryCode, SecondFactor
from portal.people.staffing import reset_second
from portal.people.throttle import SECOND, TooMany
from portal.tenants import locked_shop
from tests.people.conftest import PASSWORD, House

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MIA = "mia@acme.example"


def sign_in(house: House) -> str:
    with unit(Scope(tenant=house.shop)):
        return signing(MIA, PASSWORD, "192.0.2.1")


def second(house: House, token: str, code: str) -> tuple[str, list[str]]:
    with unit(Scope(tenant=house.shop)):
        return prove(token, code, "192.0.2.1")


def lets_in(house: House, token: str) -> bool:
    with transaction(tenant=house.shop, reading=True):
        return person_of(token) is not None


def equip(house: House) -> tuple[str, list[str]]:
    """Mia with an app; its secret and her recovery codes."""
    id = house.hire(MIA)
    with transaction(tenant=house.shop):
        begin(id)
        secret = secret_of(id)
        assert secret
        return secret, switch_on(id, code(secret), Actor("person", id))


def code(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * later))


def test_a_password_alone_lets_nobody_in_whose_second_factor_is_on(house: House) -> None:
    with clock.at(NOON):
        secret, _ = equip(house)
        half = sign_in(house)
        assert not lets_in(house, half)
        token, codes = second(house, half, code(secret, 1))
        assert lets_in(house, token) and not lets_in(house, half) and codes == []


def test_a_code_is_taken_once_and_so_is_a_sign_in(house: House) -> None:
    with clock.at(NOON):
        secret, _ = equip(house)
        with pytest.raises(Refusal):
            second(house, sign_in(house), code(secret))  # it has switched the factor on
        half = sign_in(house)
        second(house, half, code(secret, 1))
        with pytest.raises(Refusal):
            second(house, sign_in(house), code(secret, 1))
        with pytest.raises(Refusal):
            second(house, half, code(secret, 1))


@pytest.mark.parametrize("typed", ["000000x", "", "١٢٣٤٥٦", "12345", "1" * 60, "\x00"])
def test_what_is_no_code_is_refused(house: House, typed: str) -> None:
    with clock.at(NOON):
        equip(house)
        with pytest.raises(Refusal):
            second(house, sign_in(house), typed)


def test_guessing_ends_after_some_tries(house: House) -> None:
    with clock.at(NOON):
        secret, _ = equip(house)
        half = sign_in(house)
        for _ in range(SECOND["account"]):
            with pytest.raises(Refusal):
                second(house, half, "000000")
        with pytest.raises(TooMany):
            second(house, half, code(secret, 1))


def test_a_password_is_good_for_a_code_a_quarter_of_an_hour(house: House) -> None:
    with clock.at(NOON):
        secret, _ = equip(house)
        half = sign_in(house)
    with clock.at(NOON + timedelta(minutes=16)), pytest.raises(Refusal):
        second(house, half, code(secret))


def test_each_recovery_code_signs_in_once(house: House) -> None:
    with clock.at(NOON):
        _, codes = equip(house)
        assert len(codes) == 10
        token, _ = second(house, sign_in(house), f" {codes[3].upper()} ")
        assert lets_in(house, token)
        with pytest.raises(Refusal):
            second(house, sign_in(house), codes[3])


def test_what_is_kept_says_nothing(house: House) -> None:
    with clock.at(NOON):
        secret, codes = equip(house)
    with transaction(tenant=house.shop, reading=True):
        kept = session.scalars(sa.select(SecondFactor.sealed)).one()
        hashes = session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert secret not in kept and not set(codes) & set(hashes)


def test_a_shop_may_demand_it_and_the_next_sign_in_sets_it_up(house: House) -> None:
    id = house.hire(MIA, Role.AGENT)
    with clock.at(NOON):
        before = sign_in(house)
        with transaction(tenant=house.shop):
            demand(locked_shop(), "money", SYSTEM)
        assert lets_in(house, before)  # nobody is thrown out
        half = sign_in(house)
        with transaction(tenant=house.shop, reading=True):
            secret = secret_of(id)
        assert secret and not lets_in(house, half)
        token, codes = second(house, half, code(secret))
        assert lets_in(house, token) and len(codes) == 10


def test_who_handles_no_money_is_not_asked_where_that_is_the_rule(house: House) -> None:
    house.hire(MIA, Role.WAREHOUSE)
    with transaction(tenant=house.shop):
        demand(locked_shop(), "money", SYSTEM)
    assert lets_in(house, sign_in(house))


def test_an_owner_switches_it_off_for_who_has_lost_it(house: House) -> None:
    with clock.at(NOON):
        secret, _ = equip(house)
        inside, _ = second(house, sign_in(house), code(secret, 1))
        with transaction(tenant=house.shop) as here:
            user = here.scalars(sa.select(User).where(User.email == MIA)).one()
            reset_second(user, SYSTEM)
        assert not lets_in(house, inside) and lets_in(house, sign_in(house))
        with transaction(tenant=house.shop, reading=True):
            events = session.scalars(sa.select(Trail.event).order_by(Trail.no)).all()
        assert {Event.SECOND_FACTOR_ON, Event.SECOND_FACTOR_OFF} <= set(events)


def test_a_half_sign_in_is_nobodys_session(house: House) -> None:
    with clock.at(NOON):
        equip(house)
        half = sign_in(house)
        with transaction(tenant=house.shop, reading=True):
            assert half_of(half) and find(User, half_of(half) or uuid.UUID(int=0)).email == MIA


@pytest.mark.sqlite
def test_a_sealed_secret_opens_for_its_owner_purpose_and_key_alone(house: House) -> None:
    owner, old = uuid.uuid4(), "o" * 32
    kept = sealing.seal("JBSWY3DP", "x", owner)
    assert sealing.unseal(kept, "x", owner) == "JBSWY3DP" and kept != sealing.seal("JBSWY3DP", "x", owner)
    for wrong in (("y", owner, ""), ("x", uuid.uuid4(), ""), ("x", owner, old)):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(kept, *wrong)
    for broken in ("", "s1.a.b", kept[:-4] + "AAAA"):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(broken, "x", owner)
    before = sealing.seal("JBSWY3DP", "x", owner, old)
    anew = sealing.reseal(before, "x", owner, old)
    assert sealing.unseal(anew, "x", owner) == "JBSWY3DP" == sealing.unseal(anew, "x", owner)
    assert sealing.reseal(anew, "x", owner, old) == anew
