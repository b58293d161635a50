"""How many there are: what was told, what moved since, and what is not tracked."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.catalogue import StockLevel
from portal.catalogue.levels import OnHand
from portal.inventory import Place
from tests.catalogue.given import count, hands, moment, moved, pieces, product, run, stored, variant
from tests.harness.shops import Shop, find_shop
from tests.harness.soundness import broken
from tests.orders.given import outcomes

MONDAY = "2026-11-02T08:00:00+01:00"
TUESDAY = "2026-11-03T08:00:00+01:00"
D, S = Place.DOCK, Place.SELLABLE


def told(n: int | None, at: str | None = None) -> dict[str, object]:
    return product("hat", variant("HAT-S", id="s", on_hand=n, **({"on_hand_at": at} if at else {})))


def test_a_level_is_what_was_told_and_what_moved_since(shop: Shop) -> None:
    """On both databases, with another variant, another shop and another place beside it."""
    with clock.at(moment(MONDAY)):
        moved(shop, D, S)
    with clock.at(moment(TUESDAY)):
        run(shop, [told(5), product("mug", variant("MUG", on_hand=0)), product("box", variant("BOX"))])
        moved(shop, D, S)  # at that very moment: it is in the figure
    with clock.at(moment(TUESDAY) + timedelta(seconds=1)):
        moved(shop, D, S, n=3)
        moved(shop, S, D)  # a check that was taken back
        moved(shop, D, Place.OPEN_BOX)
        moved(shop, D, S, sku="MUG")
        moved(find_shop(shop.app, "other"), D, S)
    assert hands(shop) == {"s": OnHand(5, moment(TUESDAY), 2)}
    assert (pieces(shop), pieces(shop, "mug"), pieces(shop, "box")) == ({"s": 7}, {"MUG": 1}, {"BOX": None})
    assert broken(shop.app).keys() <= {"I15", "F1"}  # the moves are of no return


@pytest.mark.sqlite
def test_the_latest_moment_counts_and_what_is_older_is_ignored(shop: Shop) -> None:
    assert outcomes(run(shop, told(5, TUESDAY))) == ["1 imported"]
    assert outcomes(run(shop, told(9, MONDAY))) == ["1 unchanged"]
    assert pieces(shop) == {"s": 5}
    assert outcomes(run(shop, told(5, TUESDAY))) == ["1 unchanged"]
    assert count(shop, StockLevel) == 1  # nothing new was told
    assert outcomes(run(shop, told(6, TUESDAY))) == ["1 updated"]
    assert outcomes(run(shop, told(6))) == ["1 unchanged"]  # but for its moment
    assert count(shop, StockLevel) == 3
    assert outcomes(run(shop, told(2), levels_at=moment(MONDAY))) == ["1 unchanged"]
    assert pieces(shop) == {"s": 6}
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_level_starts_anew_from_what_is_told(shop: Shop) -> None:
    with clock.at(moment(MONDAY)):
        run(shop, told(5))
    with clock.at(moment(TUESDAY)):
        moved(shop, D, S)
    assert pieces(shop) == {"s": 6}
    assert outcomes(run(shop, told(5))) == ["1 updated"]  # the same figure, which says that one is gone
    assert hands(shop)["s"].moved == 0 and pieces(shop) == {"s": 5}
    moved(shop, D, S)
    assert outcomes(run(shop, told(6))) == ["1 unchanged"]  # it has what came back in it
    assert hands(shop)["s"].moved == 0 and pieces(shop) == {"s": 6}


@pytest.mark.sqlite
def test_nothing_said_leaves_a_level_and_null_ends_it(shop: Shop) -> None:
    run(shop, told(5))
    run(shop, product("hat", variant("HAT-S", id="s")))
    assert pieces(shop) == {"s": 5}
    assert outcomes(run(shop, told(None))) == ["1 updated"]
    assert pieces(shop) == {"s": None}
    assert outcomes(run(shop, told(0))) == ["1 updated"]
    assert pieces(shop) == {"s": 0}
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_was_never_tracked_keeps_no_history(shop: Shop) -> None:
    run(shop, told(None))
    run(shop, told(None))
    assert (count(shop, StockLevel), stored(shop).variants[0].on_hand_at) == (0, None)


@pytest.mark.sqlite
def test_a_file_that_tells_twice_is_read_in_its_order(shop: Shop) -> None:
    assert outcomes(run(shop, [told(5), told(6)])) == ["1 imported", "1 updated"]
    assert pieces(shop) == {"s": 6}
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_variant_without_a_sku_moves_with_nobody(shop: Shop) -> None:
    with clock.at(moment(MONDAY)):
        run(shop, product("hat", variant("", id="s", on_hand=1)))
    moved(shop, D, S, sku="")
    assert pieces(shop) == {"s": 1}


def test_what_was_told_cannot_be_changed(shop: Shop) -> None:
    run(shop, told(5))
    for change in (sa.update(StockLevel).values(on_hand=6), sa.delete(StockLevel)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), shop.transaction() as session:
            session.execute(change)
