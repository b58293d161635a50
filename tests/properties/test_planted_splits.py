"""The properties of money find the bugs that they are there for."""

from collections.abc import Callable, Sequence

import pytest

from portal import money
from portal.orders import units
from portal.refunds import planning
from portal.refunds.tendering import ToExchange
from tests.properties.test_money import percentages, shares, splits
from tests.properties.test_planning import adding_up, bounds, exchanges, outbound

split, share, part = money.allocate, money.share, money.basis_points


def rounded_each(total: int, weights: Sequence[int]) -> list[int]:
    """Every part rounded by itself: a minor unit too many or too few."""
    return [(2 * total * w + sum(weights)) // (2 * sum(weights)) if sum(weights) else 0 for w in weights]


def rest_to_the_last(total: int, weights: Sequence[int]) -> list[int]:
    parts = [total * w // sum(weights) if sum(weights) else 0 for w in weights]
    return [*parts[:-1], total - sum(parts[:-1])]


def rest_lost(total: int, n: int, k: int) -> int:
    return total // n


def rest_for_all(total: int, n: int, k: int) -> int:
    return -(-total // n)


@pytest.mark.parametrize("bug", [rounded_each, rest_to_the_last])
def test_a_wrong_split_is_found(monkeypatch: pytest.MonkeyPatch, bug: Callable[..., list[int]]) -> None:
    monkeypatch.setattr(money, "allocate", bug)
    splits.must_fail()


@pytest.mark.parametrize("bug", [rest_lost, rest_for_all])
def test_a_wrong_share_is_found(monkeypatch: pytest.MonkeyPatch, bug: Callable[..., int]) -> None:
    monkeypatch.setattr(money, "share", bug)
    shares.must_fail()
    monkeypatch.setattr(units, "share", bug)
    adding_up.must_fail()


def test_a_percentage_that_is_cut_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(money, "basis_points", lambda amount, points: amount * points // 10_000)
    percentages.must_fail()


@pytest.mark.parametrize("bug", [rounded_each, rest_to_the_last])
def test_a_plan_over_a_wrong_split_is_found(
    monkeypatch: pytest.MonkeyPatch, bug: Callable[..., list[int]]
) -> None:
    monkeypatch.setattr(planning, "allocate", bug)
    bounds.must_fail()


def test_a_plan_that_forgets_its_bound_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_cut", lambda parts, back, shipping, cut: (parts, back))
    bounds.must_fail()


def test_a_fee_above_the_unit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "basis_points", lambda amount, points: 2 * part(amount, points))
    bounds.must_fail()


def test_a_delivery_at_its_express_price_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "min", lambda standard, paid: paid, raising=False)
    outbound.must_fail()


def test_equal_shares_of_a_tax_that_a_unit_cannot_hold_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "_holds_its_tax", lambda line: True)
    bounds.must_fail()


def test_a_tax_laid_along_the_number_of_units_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "along", lambda total, whole, start, end: total * end // (whole + 1))
    adding_up.must_fail()


def test_an_article_that_takes_more_than_came_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToExchange, "applied", lambda to, amount: to.value or 0)
    exchanges.must_fail()
