import contextlib
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import Scope, session, transaction, unit
from portal.people import Attempt
from portal.people.throttle import LOOK_UP, TooMany, Try, forgive, knock
from tests.people.conftest import House


def look_up(
    house: House, order: str = "1001", address: str = "a@b.example", network: str = "n", shop=None
) -> Try:
    with unit(Scope(tenant=shop or house.shop)):
        return knock("look_up", LOOK_UP, order=order, address=address, network=network)


def counted(house: House) -> int:
    with transaction(tenant=house.shop, reading=True):
        return session.scalars(sa.select(sa.func.count()).select_from(Attempt)).one()


@pytest.mark.parametrize("same", ["order", "address"])
def test_five_tries_at_one_order_or_address_then_no_more(house: House, same: str) -> None:
    def facts(n: int) -> dict[str, str]:
        return {name: "x" if name == same else f"{name}{n}" for name in ("order", "address", "network")}

    for n in range(5):
        look_up(house, **facts(n))
    with pytest.raises(TooMany):
        look_up(house, **facts(6))


def test_thirty_tries_from_one_network_then_no_more(house: House) -> None:
    for n in range(30):
        look_up(house, f"o{n}", f"a{n}")
    with pytest.raises(TooMany):
        look_up(house, "o", "a")
    look_up(house, "o", "a", "another")


def test_how_it_is_typed_makes_no_other_subject(house: House) -> None:
    for written in ("A@b.example", " a@B.example ", "a@b.example", "A@B.EXAMPLE", "a@b.example"):
        look_up(house, order=written + "?", address=written, network=written)
    with pytest.raises(TooMany):
        look_up(house, order="other", network="other")


def test_a_try_that_was_refused_is_not_counted_itself(house: House) -> None:
    for _ in range(5):
        look_up(house)
    before = counted(house)
    for _ in range(3):
        with pytest.raises(TooMany):
            look_up(house)
    assert counted(house) == before


def test_a_right_try_is_forgiven_and_the_wrong_ones_before_it_stay(house: House) -> None:
    look_up(house)
    tried = look_up(house)
    with transaction(tenant=house.shop):
        forgive(tried)
    assert counted(house) == len(LOOK_UP)


def test_an_hour_later_all_is_forgotten_and_gone(house: House) -> None:
    for _ in range(5):
        look_up(house)
    with clock.at(clock.now() + timedelta(minutes=61)):
        look_up(house)
        assert counted(house) == len(LOOK_UP)


def test_shops_count_apart(house: House) -> None:
    for _ in range(5):
        look_up(house)
    look_up(house, shop=house.other)


def test_what_was_tried_cannot_be_read_from_the_database(house: House) -> None:
    look_up(house, "1001", "annelie@posteo.example", "192.0.2.7")
    with transaction(tenant=house.shop, reading=True):
        for row in session.scalars(sa.select(Attempt)):
            said = repr(vars(row))
            assert not any(word in said for word in ("1001", "annelie", "192.0.2.7"))


def test_a_try_outlives_the_refusal_of_its_unit_of_work(house: House) -> None:
    with pytest.raises(ZeroDivisionError), transaction(tenant=house.shop):
        look_up(house)
        raise ZeroDivisionError
    assert counted(house) == len(LOOK_UP)


def test_of_many_tries_at_the_same_moment_no_more_get_through(house: House) -> None:
    barrier, through = threading.Barrier(12), []

    def rush() -> None:
        with house.app.app_context():
            barrier.wait()
            with contextlib.suppress(TooMany):
                through.append(look_up(house))

    threads = [threading.Thread(target=rush) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(through) <= LOOK_UP["order"]
