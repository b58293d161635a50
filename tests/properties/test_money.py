"""Splitting and rounding: nothing is lost, nothing is made, and the order of things decides ties."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import strategies as st

from portal import money
from tests.properties.always import always
from tests.properties.sales import AMOUNTS, WEIGHTS

COUNTS = st.integers(1, 200)


@always(total=AMOUNTS, weights=WEIGHTS, times=st.integers(1, 50))
def splits(total: int, weights: Sequence[int], times: int) -> None:
    whole = sum(weights)
    if not whole:
        assert money.allocate(0, weights) == [0] * len(weights)
        return
    parts = money.allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert total * weight // whole <= part <= -(-total * weight // whole)
    assert all(a >= b for (a, v), (b, w) in pairwise(zip(parts, weights, strict=True)) if v == w)
    assert money.allocate(-total, weights) == [-part for part in parts]
    assert money.allocate(total, [weight * times for weight in weights]) == parts


@always(total=AMOUNTS, n=COUNTS)
def shares(total: int, n: int) -> None:
    assert [money.share(total, n, k) for k in range(n)] == money.allocate(total, [1] * n)
    assert sum(money.share(-total, n, k) for k in range(n)) == -total


@always(amount=AMOUNTS, points=st.integers(0, 10_000))
def percentages(amount: int, points: int) -> None:
    part = money.basis_points(amount, points)
    assert 0 <= part <= amount
    assert 2 * abs(part * 10_000 - amount * points) <= 10_000
    assert part * 10_000 >= amount * points or 2 * (amount * points % 10_000) < 10_000
    assert money.basis_points(amount, 10_000) == amount


@always(amount=st.integers(1 - 10**12, 10**12 - 1), currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def words(amount: int, currency: str) -> None:
    assert money.parse(money.plain(amount, currency), currency) == amount


test_a_split_is_exact_and_fair = splits.test()
test_shares_are_the_split_of_equal_weights = shares.test()
test_a_percentage_is_rounded_half_up_and_never_more_than_the_whole = percentages.test()
test_an_amount_is_read_as_it_is_written = words.test()


def test_nothing_can_be_split_over_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        money.allocate(1, [0, 0])
