"""What other articles cost for what comes back: it adds up however it is grouped, and holds its taxes."""

from collections.abc import Sequence

import pytest
from hypothesis import strategies as st

from portal.orders.taxing import points_of, tax_at
from portal.returns.exchanges import pricing
from portal.returns.exchanges.pricing import Price, gross, taxes_in
from tests.properties.always import always
from tests.properties.sales import AMOUNTS, RATES, Sale, sales

SOME_RATES = st.lists(st.sampled_from(sorted(RATES)), max_size=3, unique=True).map(tuple)
PRICES = st.builds(Price, st.integers(0, 300_000), st.just(value=False), SOME_RATES) | st.builds(
    Price, st.integers(-300_000, 300_000) | st.integers(-3, 3), st.just(value=True), SOME_RATES
)


@always(sale=sales(), price=PRICES, cut=st.integers(0, 30))
def adding_up(sale: Sale, price: Price, cut: int) -> None:
    """Any part of the units and the rest cost what all of them cost; a piece never less than nothing."""
    units = sale.units
    assert price.total(units[:cut]) + price.total(units[cut:]) == price.total(units)
    assert all(price.of(unit) >= 0 for unit in units)
    if price.at_price_paid and price.amount >= 0:
        assert price.total(units) == sum(unit.gross for unit in units) + price.amount * len(units)
    if not price.at_price_paid:
        assert price.total(units) == price.amount * len(units)


@always(sale=sales(), price=PRICES)
def taxes(sale: Sale, price: Price) -> None:
    """They are in the price, one for each of its rates, none below zero, together what the rates say; the
    same ones again where it costs what was paid."""
    for units in (sale.units, sale.units[:1]):
        found, total = price.taxes(units), price.total(units)
        paid = {rate for unit in units for rate in unit.taxes}
        assert found.keys() == (paid if _as_it_was(price) else set(price.rates))
        assert all(tax >= 0 for tax in found.values()) and sum(found.values()) <= total
        if not _as_it_was(price):
            assert sum(found.values()) == tax_at(total, sum(map(points_of, price.rates)), inside=True)


def _as_it_was(price: Price) -> bool:
    return price.at_price_paid and price.amount == 0


@always(sale=sales())
def same(sale: Sale) -> None:
    """The same again in another size: nothing is owed or given back, and the tax is the one that was paid."""
    for line in sale.lines:
        units = [unit for unit in sale.units if unit.taxes.keys() == line.taxes.keys()]
        price = Price(0, at_price_paid=True, rates=tuple(line.taxes))
        assert price.total(units) == sum(unit.gross for unit in units)
        assert price.taxes(units) == {rate: sum(unit.taxes[rate] for unit in units) for rate in line.taxes}


@always(price=AMOUNTS, rates=SOME_RATES)
def on_top(price: int, rates: Sequence[str]) -> None:
    """A price with its taxes on top holds them: together to the minor unit that each rate rounds."""
    whole = gross(price, rates, inside=False)
    assert gross(price, rates, inside=True) == price <= whole
    assert abs(sum(taxes_in(whole, rates).values()) - (whole - price)) <= max(1, len(rates))


test_a_price_adds_up_over_any_units = adding_up.test()
test_a_price_holds_its_taxes = taxes.test()
test_the_same_in_another_size_moves_no_money_and_no_tax = same.test()
test_taxes_on_top_are_found_again = on_top.test()


def rounded_each(total: int, weights: Sequence[int]) -> list[int]:
    return [(2 * total * w + sum(weights)) // (2 * sum(weights)) if sum(weights) else 0 for w in weights]


def test_a_wrong_split_of_the_tax_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "allocate", rounded_each)
    taxes.must_fail()


def test_a_piece_that_costs_less_than_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "max", lambda least, amount: amount, raising=False)
    adding_up.must_fail()
