"""Keys of a shop's own systems: made, known by their secret alone, and revoked at once."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Event, Trail
from portal.audit.actors import SYSTEM
from portal.db import find
from portal.errors import Refusal
from portal.people import ApiKey, KeyScope
from portal.people.keys import MARK, MOST, Key, api_keys, key_of, make_key, revoke_key, secret_of, touch_key
from portal.people.sessions import hash_of
from portal.people.titles import SCOPES
from tests.harness.keys import key_for
from tests.harness.shops import Shop


def test_a_key_is_known_by_its_secret_in_its_own_shop(shop: Shop, other_shop: Shop) -> None:
    secret = key_for(shop, [KeyScope.WRITE_ORDERS], "ERP")
    assert secret.startswith(MARK) and len(secret) == len(MARK) + 43  # 256 bits
    with shop.transaction(reading=True):
        found = key_of(secret)
        assert isinstance(found, Key)
        assert (found.name, found.scopes, found.used_at) == ("ERP", {"orders.write"}, None)
        assert found.actor.kind == "api"
        assert key_of(secret[:-1]) is None
        assert key_of("") is None
        assert key_of("\udcff\0") is None
    with other_shop.transaction(reading=True):
        assert key_of(secret) is None


def test_the_secret_is_nowhere_and_follows_from_the_forms_nonce_alone(shop: Shop) -> None:
    nonce = uuid.uuid4()
    with shop.transaction():
        key = make_key("ERP", [KeyScope.READ_CHANGES], nonce, SYSTEM)
        secret = secret_of(key.id, nonce)
        assert key.token_hash == hash_of(secret) != hash_of(secret_of(key.id, uuid.uuid4()))
        assert key.ending == secret[-4:]


def test_a_revoked_key_opens_nothing_and_its_name_is_free(shop: Shop) -> None:
    secret = key_for(shop, name="ERP")
    for _ in range(2):
        with shop.transaction() as session:
            key = session.scalars(sa.select(ApiKey).where(ApiKey.name == "ERP")).one()
            revoke_key(key, SYSTEM)
    with shop.transaction(reading=True) as session:
        assert key_of(secret) is None
        events = session.scalars(
            sa.select(Trail.event).where(Trail.subject_kind == "api_key").order_by(Trail.no)
        )
        assert events.all() == [Event.KEY_MADE, Event.KEY_REVOKED]
    assert key_for(shop, name="ERP") != secret


@pytest.fixture
def unit(shop: Shop) -> Iterator[None]:
    with shop.transaction():
        yield


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "A\0B", "A\u202eB"])
def test_a_name_that_is_none_is_refused(unit: None, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        make_key(name, [KeyScope.READ_CHANGES], uuid.uuid4(), SYSTEM)
    assert refused.value.field == "name"


@pytest.mark.sqlite
def test_two_working_keys_have_different_names_and_there_is_a_limit(unit: None) -> None:
    make_key("ERP", [KeyScope.READ_CHANGES], uuid.uuid4(), SYSTEM)
    with pytest.raises(Refusal):
        make_key("  erp ", [KeyScope.READ_CHANGES], uuid.uuid4(), SYSTEM)
    with pytest.raises(Refusal) as refused:
        make_key("Till", [], uuid.uuid4(), SYSTEM)
    assert refused.value.field == "scopes"
    for no in range(MOST - 1):
        make_key(f"Key {no}", [KeyScope.READ_CHANGES], uuid.uuid4(), SYSTEM)
    with pytest.raises(Refusal):
        make_key("One too many", [KeyScope.READ_CHANGES], uuid.uuid4(), SYSTEM)
    assert len(api_keys()) == MOST


def test_use_is_noted_every_few_minutes_by_one_process(shop: Shop) -> None:
    secret = key_for(shop)

    def used() -> Key:
        with shop.transaction(reading=True):
            found = key_of(secret)
            assert found
            return found

    start = clock.now()
    for minutes, noted in ((0, 0), (4, 0), (5, 5), (6, 5)):
        with clock.at(start + timedelta(minutes=minutes)):
            key = used()
            with shop.transaction():
                touch_key(key.id)
            assert used().used_at == start + timedelta(minutes=noted)
            assert not used().unnoted


def test_every_scope_has_its_words() -> None:
    assert set(SCOPES) == set(KeyScope)


def test_a_stranger_to_the_shop_is_not_found(other_shop: Shop, shop: Shop) -> None:
    key_for(shop, name="ERP")
    with shop.transaction(reading=True) as session:
        id = session.scalars(sa.select(ApiKey.id).where(ApiKey.name == "ERP")).one()
    with other_shop.transaction(reading=True), pytest.raises(Exception, match="ApiKey"):
        find(ApiKey, id)
