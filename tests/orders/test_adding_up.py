"""What is said of the whole order goes to its lines exactly, and what does not add up is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.money import share
from portal.orders.adding_up import goods_of, settle, taxes_of, total_of
from portal.orders.facts import (
    DeliveryFacts,
    LineFacts,
    OrderFacts,
    PaymentFacts,
    Stated,
    TaxFacts,
    Unfit,
)
from tests.orders.files import flags

AMOUNT = st.integers(0, 10**7)
RATES = st.sampled_from(["", "0", "5.5", "7", "8.875", "19", "20", "25"])


def line(subtotal: int, discount: int = 0, **facts: object) -> LineFacts:
    made = LineFacts(key="", sku="S", title="T", quantity=1, subtotal=subtotal, discount=discount)
    return replace(made, **facts)  # type: ignore[arg-type]


def order(*lines: LineFacts, inside: bool = False, **facts: object) -> OrderFacts:
    keyed = tuple(replace(one, key=str(n)) for n, one in enumerate(lines, 1))
    made = OrderFacts("test", "1", "1", datetime(2026, 5, 1, tzinfo=UTC), "EUR", inside, keyed)
    return replace(made, **facts)  # type: ignore[arg-type]


@st.composite
def lines(draw: st.DrawFn) -> LineFacts:
    subtotal = draw(AMOUNT)
    discount = draw(st.integers(0, subtotal))
    return line(subtotal, discount, quantity=draw(st.integers(1, 50)), taxable=draw(st.booleans()))


@st.composite
def whole_orders(draw: st.DrawFn) -> OrderFacts:
    """Orders whose discounts and taxes are known for the whole only, never more than there is."""
    found = draw(st.lists(lines(), min_size=1, max_size=12))
    goods = sum(one.paid for one in found)
    discounts = draw(st.lists(st.integers(0, max(0, goods // 3)), max_size=3))
    charged = draw(AMOUNT)
    delivery = DeliveryFacts(charged, draw(st.integers(0, charged)))
    taxes = draw(st.lists(st.builds(TaxFacts, RATES, AMOUNT), max_size=3))
    return order(*found, discounts=tuple(discounts), delivery=delivery, taxes=tuple(taxes))


@given(whole_orders())
@settings(max_examples=1000, deadline=None)
def test_no_minor_unit_is_lost_and_none_is_made(given: OrderFacts) -> None:
    settled = settle(given)
    assert not settled.discounts and not settled.taxes
    assert goods_of(settled) == goods_of(given) - sum(given.discounts)
    taxable = any(one.paid for one in settled.lines) or settled.delivery.paid
    assert taxes_of(settled) == (sum(tax.amount for tax in given.taxes) if taxable else 0)
    for before, after in zip(given.lines, settled.lines, strict=True):
        assert before.discount <= after.discount <= after.subtotal
        assert all(tax.amount > 0 for tax in after.taxes)
        assert len({tax.rate for tax in after.taxes}) == len(after.taxes)


@given(whole_orders())
@settings(max_examples=300, deadline=None)
def test_every_way_of_returning_units_adds_up_to_what_was_paid(given: OrderFacts) -> None:
    settled = settle(given)
    units = sum(
        share(one.subtotal, one.quantity, k)
        - share(one.discount, one.quantity, k)
        + sum(share(tax.amount, one.quantity, k) for tax in one.taxes)
        for one in settled.lines
        for k in range(one.quantity)
    )
    delivery = settled.delivery.paid + sum(tax.amount for tax in settled.delivery.taxes)
    assert units + delivery == total_of(settled)


@given(whole_orders())
@settings(max_examples=300, deadline=None)
def test_what_is_settled_stays_as_it_is(given: OrderFacts) -> None:
    settled = settle(given)
    assert settle(replace(settled, flags=())) == replace(
        settled, flags=settle(replace(settled, flags=())).flags
    )


# Discounts


@pytest.mark.parametrize(
    "prices, discounts, parts",
    [
        ([2000, 1000], [300], [200, 100]),
        ([1000, 1000, 1000], [100], [34, 33, 33]),
        ([1000, 0, 1], [1001], [1000, 0, 1]),
        ([1, 1, 1], [1, 1, 1], [1, 1, 1]),
        ([99, 1], [50, 50], [99, 1]),
    ],
)
def test_a_discount_goes_by_price(prices: list[int], discounts: list[int], parts: list[int]) -> None:
    settled = settle(order(*map(line, prices), discounts=tuple(discounts)))
    assert [one.discount for one in settled.lines] == parts


def test_a_discount_goes_by_price_after_the_line_s_own() -> None:
    settled = settle(order(line(2000, 1000), line(1000), discounts=(200,)))
    assert [one.discount for one in settled.lines] == [1100, 100]


def test_a_discount_above_the_goods_is_cut_and_flagged() -> None:
    settled = settle(order(line(1000), discounts=(700, 700)))
    assert settled.lines[0].paid == 0
    assert flags(settled) == ["Discounts are €4.00 more than the goods cost."]


# Taxes


def rated(*taxes: tuple[str, int]) -> tuple[TaxFacts, ...]:
    return tuple(TaxFacts(rate, amount) for rate, amount in taxes)


def test_a_tax_without_a_rate_goes_by_price_and_spares_the_delivery() -> None:
    settled = settle(order(line(2000), line(1000), delivery=DeliveryFacts(3000), taxes=rated(("", 301))))
    assert [one.taxes[0].amount for one in settled.lines] == [201, 100]
    assert (settled.delivery.taxes, flags(settled)) == ((), [])


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("of_delivery", [False, True])
def test_a_rate_tells_whether_the_delivery_was_taxed(inside: bool, of_delivery: bool) -> None:
    gross = (
        {"goods": (2380, 380), "delivery": (595, 95)}
        if inside
        else {"goods": (2000, 380), "delivery": (500, 95)}
    )
    (goods, tax), (charge, more) = gross["goods"], gross["delivery"]
    taxes = rated(("19", tax + (more if of_delivery else 0)))
    settled = settle(order(line(goods), inside=inside, delivery=DeliveryFacts(charge), taxes=taxes))
    assert settled.lines[0].taxes == rated(("19", tax))
    assert settled.delivery.taxes == (rated(("19", more)) if of_delivery else ())
    assert flags(settled) == []


def test_two_taxes_on_everything_go_to_every_line() -> None:
    settled = settle(order(line(2000), line(999), taxes=rated(("6.25", 187), ("1", 30))))
    assert [one.taxes for one in settled.lines] == [
        rated(("6.25", 125), ("1", 20)),
        rated(("6.25", 62), ("1", 10)),
    ]
    assert flags(settled) == []


def test_the_amounts_tell_which_line_has_which_rate() -> None:
    lines = (line(1190), line(535), line(2380))
    settled = settle(order(*lines, inside=True, taxes=rated(("19", 570), ("7", 35))))
    assert [one.taxes for one in settled.lines] == [rated(("19", 190)), rated(("7", 35)), rated(("19", 380))]
    assert flags(settled) == []


def test_the_amounts_tell_that_a_line_is_not_taxed() -> None:
    settled = settle(order(line(1190), line(5000), inside=True, taxes=rated(("19", 190))))
    assert [one.taxes for one in settled.lines] == [rated(("19", 190)), ()]
    assert flags(settled) == []


def test_taxes_that_could_be_given_in_two_ways_are_spread_and_flagged() -> None:
    settled = settle(order(line(1000), line(1000), taxes=rated(("19", 190), ("7", 70))))
    assert [one.taxes for one in settled.lines] == [rated(("19", 95), ("7", 35))] * 2
    assert flags(settled) == [
        "Taxes are spread over the lines by price: which line has which rate is not known."
    ]


def test_a_tax_that_no_rate_explains_is_spread_and_flagged() -> None:
    settled = settle(order(line(2000), line(1000), taxes=rated(("19", 100))))
    assert [one.taxes[0].amount for one in settled.lines] == [67, 33]
    assert len(flags(settled)) == 1


def test_lines_marked_so_have_no_share_in_the_taxes() -> None:
    settled = settle(order(line(2000), line(1000, taxable=False), taxes=rated(("", 300))))
    assert [one.taxes for one in settled.lines] == [rated(("", 300)), ()]


def test_a_line_s_own_taxes_stay_and_one_rate_is_one_tax() -> None:
    settled = settle(order(line(2000, taxes=rated(("19", 380))), taxes=rated(("19", 5), ("", 1))))
    assert settled.lines[0].taxes == rated(("19", 385), ("", 1))


def test_a_tax_on_nothing_is_left_out_and_flagged() -> None:
    assert flags(settle(order(line(0), taxes=rated(("19", 5))))) == [
        "The order has a tax, but nothing that could be taxed."
    ]


def test_taxes_inside_find_room_on_lines_of_a_cent() -> None:
    """Each goes by price, but the second not onto the line whose cent is tax already."""
    settled = settle(order(line(1), line(1), inside=True, taxes=rated(("", 1), ("3", 1))))
    assert [one.taxes for one in settled.lines] == [rated(("", 1)), rated(("3", 1))]


def test_searching_for_rates_ends_soon_on_an_order_of_many_lines() -> None:
    settled = settle(order(*[line(1000 + n) for n in range(5000)], taxes=rated(("19", 7), ("7", 9))))
    assert taxes_of(settled) == 16


# What does not add up


def card(captured: int) -> tuple[PaymentFacts, ...]:
    return (PaymentFacts("card", "", "", captured),)


SUM = "By sum {} are {}, by the order {}: {} apart"


@pytest.mark.parametrize(
    "facts, said",
    [
        ({"stated": Stated(goods=3000, tax=0, total=3500)}, []),
        ({"stated": Stated(goods=2999)},
         [SUM.format("the lines after discounts", "€30.00", "€29.99", "€0.01") + "."]),
        ({"stated": Stated(tax=1)}, [SUM.format("the taxes", "€0.00", "€0.01", "€0.01") + "."]),
        ({"stated": Stated(total=3000)},
         [SUM.format("the parts of the total", "€35.00", "€30.00", "€5.00") + ", as much as the delivery."]),
        ({"stated": Stated(goods=1000)},
         [SUM.format("the lines after discounts", "€30.00", "€10.00", "€20.00") + ", as much as line 1."]),
        ({"payments": card(3500)}, []),
        ({"payments": card(3000)}, ["Captured is €30.00 of a total of €35.00."]),
        ({"payments": card(4000)}, ["Captured is €40.00 of a total of €35.00."]),
        ({"payments": card(0)}, []),
        ({"payments": card(3500), "refunded_outside": 3501},
         ["Refunded elsewhere is €35.01, more than the €35.00 that was captured."]),
    ],
)  # fmt: skip
def test_each_difference_is_said_with_what_is_as_large(facts: dict[str, object], said: list[str]) -> None:
    settled = settle(order(line(2000), line(1000), delivery=DeliveryFacts(500), **facts))
    assert flags(settled) == said


def test_tax_above_the_price_that_holds_it_is_refused() -> None:
    with pytest.raises(Unfit):
        settle(order(line(100), inside=True, taxes=rated(("", 101))))
    assert settle(order(line(100), taxes=rated(("", 101)))).lines[0].taxes == rated(("", 101))
