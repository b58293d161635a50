"""What one unit of a line cost: shares that add up, none of them less than nothing."""

from collections.abc import Mapping

import pytest

from portal.orders.models import Order, OrderLine
from portal.orders.units import UnitMoney, unit_money


def units(
    quantity: int, subtotal: int, discount: int, taxes: Mapping[str, int], inside: bool = True
) -> list[UnitMoney]:
    line = OrderLine(
        quantity=quantity,
        subtotal=subtotal,
        discount=discount,
        taxes=dict(taxes),
        order=Order(prices_include_tax=inside),
    )
    return [unit_money(line, no) for no in range(1, quantity + 1)]


def test_odd_units_of_discount_and_tax_do_not_meet_where_nothing_is_left() -> None:
    """Equal shares would take the first unit's only cent twice."""
    found = units(3, 3, 1, {"19": 1})
    assert [(u.gross, u.net, u.tax) for u in found] == [(0, 0, 0), (1, 0, 1), (1, 1, 0)]


def test_what_was_paid_for_a_unit_does_not_depend_on_its_tax() -> None:
    plain, taxed = units(5, 8, 3, {}), units(5, 8, 3, {"19": 2, "7": 2})
    assert [u.gross for u in plain] == [u.gross for u in taxed]
    assert [u.discount for u in plain] == [u.discount for u in taxed]


def test_several_taxes_share_the_room_that_is_there() -> None:
    found = units(4, 4, 1, {"19": 1, "7": 1, "2": 1})
    assert [(u.net, u.tax) for u in found] == [(0, 0), (0, 1), (0, 1), (0, 1)]
    assert {rate: sum(u.taxes[rate] for u in found) for rate in ("19", "7", "2")} == dict.fromkeys(
        ("19", "7", "2"), 1
    )


@pytest.mark.parametrize("inside", [True, False])
def test_where_equal_shares_fit_they_stand(inside: bool) -> None:
    found = units(3, 100, 10, {"19": 14}, inside)
    assert [(u.price, u.discount, u.tax) for u in found] == [(34, 4, 5), (33, 3, 5), (33, 3, 4)]


def test_a_tax_on_top_has_nothing_to_fit_into() -> None:
    assert [u.taxes["19"] for u in units(3, 3, 1, {"19": 1}, inside=False)] == [1, 0, 0]


def test_a_line_of_a_million_pieces_is_shared_as_fast() -> None:
    """Screws at two cents: no list of a line's units is made."""
    line = OrderLine(
        quantity=1_000_000,
        subtotal=2_000_000,
        discount=1_500_001,
        taxes={"19": 79_832},
        order=Order(prices_include_tax=True),
    )
    found = [unit_money(line, no) for no in range(1, 1_000_001, 50_000)]
    assert min(u.net for u in found) >= 0
