"""A one-time link opens one thing, once, for half an hour, at its own shop, and is kept as a hash."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import session, transaction
from portal.people import OneTimeLink, Purpose, User
from portal.people.links import MARK, issue, opened, secret_of, spend, unspent, works
from tests.people.conftest import House

OPEN = Purpose.OPEN_ORDER


@pytest.fixture
def anna(house: House) -> uuid.UUID:
    return house.hire("anna@acme.example")


def given(house: House, anna: uuid.UUID, subject: uuid.UUID | None = None) -> str:
    """A link's secret."""
    with transaction(tenant=house.shop):
        return secret_of(issue(OPEN, subject or anna, user=anna))


@contextmanager
def later(minutes: float) -> Iterator[None]:
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        yield


def spent(house: House, secret: str, shop: uuid.UUID | None = None) -> uuid.UUID | None:
    with transaction(tenant=shop or house.shop):
        return spend(secret, OPEN)


def kept(house: House) -> int:
    with transaction(tenant=house.shop, reading=True):
        return session.scalars(sa.select(sa.func.count(OneTimeLink.id))).one()


def test_a_link_opens_its_subject_once(house: House, anna: uuid.UUID) -> None:
    secret, subject = given(house, anna, uuid.UUID(int=7)), uuid.UUID(int=7)
    with transaction(tenant=house.shop, reading=True):
        assert works(secret, OPEN) and opened(secret, OPEN) is None
    assert spent(house, secret) == subject
    assert spent(house, secret) is None
    with transaction(tenant=house.shop, reading=True):
        assert not works(secret, OPEN) and opened(secret, OPEN) == subject


def test_it_ends_after_half_an_hour(house: House, anna: uuid.UUID) -> None:
    first, second = given(house, anna), given(house, anna)
    with later(29):
        assert spent(house, first) == anna
    with later(30.1):
        assert spent(house, second) is None


def test_another_shop_knows_nothing_of_it(house: House, anna: uuid.UUID) -> None:
    secret = given(house, anna)
    assert spent(house, secret, house.other) is None
    with transaction(tenant=house.other, reading=True):
        assert not works(secret, OPEN)
    assert spent(house, secret) == anna
    with transaction(tenant=house.other, reading=True):
        assert opened(secret, OPEN) is None


def test_it_is_good_for_one_purpose(house: House, anna: uuid.UUID) -> None:
    secret = given(house, anna)
    with transaction(tenant=house.shop):
        assert spend(secret, "another") is None  # type: ignore[arg-type]
    assert spent(house, secret) == anna


def test_what_was_guessed_opens_nothing(house: House, anna: uuid.UUID) -> None:
    secret = given(house, anna)
    last = "0" if secret[-1] != "0" else "1"
    near = ["", MARK, secret[:-1], secret + "0", secret[:-1] + last, secret.upper(), "ü\ud800", "x" * 10_000]
    assert [spent(house, guess) for guess in near] == [None] * len(near)
    assert spent(house, secret) == anna


def test_two_links_have_two_secrets_of_128_bits(house: House, anna: uuid.UUID) -> None:
    secrets = {given(house, anna) for _ in range(20)}
    assert len(secrets) == 20
    assert {len(bytes.fromhex(secret.removeprefix(MARK))) * 8 for secret in secrets} == {128}


def test_only_a_hash_is_kept(house: House, anna: uuid.UUID) -> None:
    secret = given(house, anna)
    with transaction(tenant=house.shop, reading=True):
        row = session.scalars(sa.select(OneTimeLink)).one()
        assert secret.removeprefix(MARK) not in repr(vars(row))
        assert len(row.token_hash) == 64


def test_the_secret_is_the_same_however_often_its_mail_is_written(house: House, anna: uuid.UUID) -> None:
    with transaction(tenant=house.shop):
        id = issue(OPEN, anna, user=anna).id
    found = []
    for _ in range(2):
        with transaction(tenant=house.shop, reading=True):
            link = unspent(id)
            assert link
            found.append(secret_of(link))
    assert found[0] == found[1]
    spent(house, found[0])
    with transaction(tenant=house.shop, reading=True):
        assert unspent(id) is None


def test_a_link_goes_to_one_reader(house: House, anna: uuid.UUID) -> None:
    with pytest.raises(sa.exc.IntegrityError), transaction(tenant=house.shop):
        issue(OPEN, anna)


def test_a_reader_of_another_shop_gets_none(house: House, anna: uuid.UUID) -> None:
    with pytest.raises(sa.exc.IntegrityError), transaction(tenant=house.other):
        issue(OPEN, anna, user=anna)


def test_links_that_are_long_over_are_cleared_away_by_the_next(house: House, anna: uuid.UUID) -> None:
    given(house, anna)
    with later(80):
        given(house, anna)
        assert kept(house) == 2
    with later(91):
        given(house, anna)
        assert kept(house) == 2


def test_its_reader_stays_while_the_link_is_there(house: House, anna: uuid.UUID) -> None:
    given(house, anna)
    with pytest.raises(sa.exc.IntegrityError), transaction(tenant=house.shop):
        session.execute(sa.delete(User).where(User.id == anna))
