"""The board's reads: views, counts, what was typed, and pages by key."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from portal import clock
from portal.db import find, locked
from portal.ids import uuid7
from portal.returns import Return, Stage
from portal.returns.deciding import cancel, deny
from portal.views import board
from portal.views.beside import Beside, beside
from portal.views.board import Count, Row, Sorting, View, Wish
from portal.views.paging import Slice, Spot
from tests.harness.sales import BOOTS, SOCKS, approved, drafted, inspected, received, requested, sell, shopper
from tests.harness.shops import Shop

At = Callable[[datetime], None]
DAY = timedelta(days=1)
NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")


def found(shop: Shop, wish: Wish, spot: Spot | None = None, most: int = 50) -> Slice[Row]:
    with shop.transaction(reading=True):
        return board.rows(wish, spot or Spot(), most)


def ids(shop: Shop, wish: Wish) -> list[uuid.UUID]:
    return [row.id for row in found(shop, wish).rows]


def counts(shop: Shop) -> dict[View, int]:
    with shop.transaction(reading=True):
        return board.counts()


@pytest.fixture
def mixed(shop: Shop) -> dict[str, uuid.UUID]:
    """Returns that stand in different places."""
    made = {
        "asked": requested(shop, sell(shop, number="1"), reason="other"),
        "open": requested(shop, sell(shop, number="2")),
        "dock": received(shop, sell(shop, number="3")),
        "ready": inspected(shop, sell(shop, number="4")),
        "approved": approved(shop, sell(shop, number="5")),
        "denied": requested(shop, sell(shop, number="6"), reason="other"),
        "cancelled": requested(shop, sell(shop, number="7")),
    }
    drafted(shop, sell(shop, number="8"))
    with shop.transaction():
        deny(locked(Return, made["denied"]), "No such luck.", shop.actor())
        gone = locked(Return, made["cancelled"])
        cancel(gone, shopper(gone.order_id))
    return made


@pytest.mark.parametrize(
    ("view", "names"),
    [
        (View.OPEN, {"asked", "open", "dock", "ready", "approved"}),
        (View.REQUESTED, {"asked"}),
        (View.TO_PAY, {"ready"}),
        (View.SECOND, set()),
        (View.FAILED, set()),
        (View.CHECKED, {"ready", "approved"}),
        (View.DENIED, {"denied"}),
        (View.CANCELLED, {"cancelled"}),
        (View.ALL, {"asked", "open", "dock", "ready", "approved", "denied", "cancelled"}),
    ],
)
@pytest.mark.sqlite
def test_a_view_has_these_returns_and_no_draft(
    shop: Shop, mixed: dict[str, uuid.UUID], view: View, names: set[str]
) -> None:
    assert set(ids(shop, Wish(view))) == {mixed[name] for name in names}


def test_the_counts_are_those_of_the_rows_in_every_view(
    shop: Shop, other_shop: Shop, mixed: dict[str, uuid.UUID]
) -> None:
    requested(other_shop, sell(other_shop))
    counted = counts(shop)
    assert set(View) - set(counted) == {View.REFUNDED, View.DENIED, View.CANCELLED, View.EXPIRED, View.ALL}
    for view in View:
        rows = found(shop, Wish(view)).rows
        assert counted.get(view, len(rows)) == len(rows), view
        with shop.transaction(reading=True):
            total = board.total(Wish(view))
        assert (total.n, sum(total.money.values())) == (len(rows), sum(row.quoted for row in rows)), view


def test_a_promised_answer_that_is_over_is_late(shop: Shop, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop), reason="other")
    assert ids(shop, Wish(View.LATE)) == [] and counts(shop)[View.LATE] == 0
    at(NOON + timedelta(days=2, seconds=1))
    assert ids(shop, Wish(View.LATE)) == [id] and counts(shop)[View.LATE] == 1


def test_what_the_shop_owes_first_stands_first_and_is_late_once_its_time_is_over(shop: Shop, at: At) -> None:
    at(NOON)
    asked = requested(shop, sell(shop, number="1"), reason="other")  # to answer within two days
    dock = received(shop, sell(shop, number="2"))  # to check within three
    handing = requested(shop, sell(shop, number="3"))  # the shopper's own two weeks
    paid = approved(shop, sell(shop, number="4"))
    by_due = Wish(View.ALL, sorting=Sorting.DUE)
    assert ids(shop, by_due) == [asked, dock, handing]
    assert [row.id for page in pages(shop, by_due) for row in page.rows] == [asked, dock, handing]
    with shop.transaction(reading=True):
        assert board.total(by_due).n == 3 and board.total(Wish(View.ALL)).n == 4
        assert beside(find(Return, dock), by_due) == Beside(asked, handing)
        assert beside(find(Return, paid), by_due) == Beside(None, asked)
    at(NOON + 3 * DAY + timedelta(seconds=1))
    assert ids(shop, Wish(View.LATE, sorting=Sorting.DUE)) == [asked, dock]
    at(NOON + 15 * DAY)
    assert set(ids(shop, Wish(View.LATE))) == {asked, dock}


def test_money_is_added_up_by_currency(shop: Shop) -> None:
    for n, currency in enumerate(("EUR", "KWD", "KWD")):
        requested(shop, sell(shop, BOOTS, number=str(n), currency=currency))
    # in euros the way back costs 4.90, in dinars nothing
    with shop.transaction(reading=True):
        assert board.total(Wish()) == Count(3, {"EUR": 16520, "KWD": 34020})


def test_a_row_says_what_the_board_shows(shop: Shop) -> None:
    id = received(shop, sell(shop, BOOTS, SOCKS), units=[1, 2], reason="too_small")
    (row,) = found(shop, Wish()).rows
    assert (row.id, row.order, row.name) == (id, "#1001", "Annelie Brückner-Hohenstein")
    assert (row.stage, row.units, row.currency, row.ready, row.failed) == (
        Stage.RECEIVED, 3, "EUR", False, False,
    )  # fmt: skip
    assert (row.title, row.lines, row.reason) == ("Wanderstiefel", 2, "too_small")
    assert row.due and row.due.until - row.due.since == 3 * DAY


@pytest.fixture
def nine(shop: Shop, at: At) -> list[uuid.UUID]:
    """Nine returns, three of them asked for at each of three moments; the newest first."""
    made = []
    for n in range(9):
        at(NOON + timedelta(minutes=n // 3))
        made.append((clock.now(), requested(shop, sell(shop, number=str(n)))))
    return [id for _, id in sorted(made, reverse=True)]


def pages(shop: Shop, wish: Wish) -> Iterator[Slice[Row]]:
    spot = Spot()
    while True:
        page = found(shop, wish, spot, 2)
        yield page
        if page.after is None:
            return
        spot = Spot(after=page.after)


@pytest.mark.parametrize("oldest", [False, True])
def test_pages_hold_every_row_once_also_where_moments_are_the_same(
    shop: Shop, nine: list[uuid.UUID], oldest: bool
) -> None:
    wish = Wish(sorting=Sorting.OLDEST if oldest else Sorting.NEWEST)
    walked = list(pages(shop, wish))
    expected = nine[::-1] if oldest else nine
    assert [row.id for page in walked for row in page.rows] == expected
    for page, following in pairwise(walked):
        back = found(shop, wish, Spot(before=following.before), 2)
        assert back.rows == page.rows and back.after == page.rows[-1].id
    assert walked[0].before is None and walked[-1].after is None
    assert found(shop, wish, Spot(before=walked[1].before), 2).before is None


@pytest.mark.sqlite
def test_a_row_that_came_meanwhile_moves_no_page(shop: Shop, nine: list[uuid.UUID], at: At) -> None:
    first = found(shop, Wish(), most=4)
    at(NOON + timedelta(hours=1))
    requested(shop, sell(shop, number="new"))
    assert [row.id for row in found(shop, Wish(), Spot(after=first.after), 4).rows] == nine[4:8]


@pytest.mark.sqlite
def test_a_page_after_a_row_that_is_not_there_is_the_first(shop: Shop, nine: list[uuid.UUID]) -> None:
    page = found(shop, Wish(), Spot(after=uuid7()), 2)
    assert [row.id for row in page.rows] == nine[:2] and page.before is None
