"""Restocking fees, row by row: which one holds, and what it comes to in minor units."""

from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.money import basis_points
from portal.orders.units import UnitMoney
from portal.policies import Grade, Resolution
from portal.policies.document import clashes
from portal.policies.rules import fee_for
from portal.refunds.planning import FeeTerms, Unit, part_of
from portal.refunds.quoting import terms_of
from tests.policies.facts import article, ruled

TECH = {"match": {"categories": ["Electronics"]}}
FEES: list[dict[str, Any]] = [
    {"id": "tech",       "label": "Devices",   **TECH,                                   "points": 1500},
    {"id": "tech_used",  "label": "Used",      **TECH, "grades": ["C", "D"],             "points": 3000},
    {"id": "tech_gone",  "label": "Worthless", **TECH, "grades": ["E"],                  "fixed": {"EUR": 9900}},
    {"id": "tech_mind",  "label": "Mind",      **TECH, "reasons": ["changed_mind"],      "points": 2000},
    {"id": "tech_swap",  "label": "Swapped",   **TECH, "resolutions": ["exchange"],      "free": True},
    {"id": "used_mind",  "label": "Used, mind", **TECH, "grades": ["C"], "reasons": ["changed_mind"],
                                                                                         "points": 3500},
    {"id": "bulky",      "label": "Bulky",     "match": {"tags": ["bulky"]},             "fixed": {"EUR": 1500}},
    {"id": "aged",       "label": "Aged",      "match": {"tags": ["outlet"]},            "points": 100},
    {"id": "lamp",       "label": "The lamp",  "match": {"skus": ["LAMP"]},              "free": True},
    {"id": "credit",     "label": "Credit",    "resolutions": ["store_credit", "gift_card"], "points": 50},
    {"id": "mind",       "label": "For all",   "reasons": ["changed_mind"],              "points": 200},
]  # fmt: skip
RULED = ruled(fees=FEES)


@pytest.mark.parametrize(
    ("what", "sku", "tags", "category", "grade", "reason", "resolution", "fee"),
    [
        ("nothing fits",                     "X",    "",             "Home",        None, "too_small",    "original",     None),
        ("a category",                       "X",    "",             "Electronics", None, "too_small",    "original",     "tech"),
        ("before a reason is given",         "X",    "",             "Electronics", None, "",             None,           "tech"),
        ("a reason is closer",               "X",    "",             "Electronics", None, "changed_mind", "original",     "tech_mind"),
        ("a resolution is closer",           "X",    "",             "Electronics", None, "too_small",    "exchange",     "tech_swap"),
        ("a reason before a resolution",     "X",    "",             "Electronics", None, "changed_mind", "exchange",     "tech_mind"),
        ("a grade",                          "X",    "",             "Electronics", "C",  "too_small",    "original",     "tech_used"),
        ("the second grade of the rule",     "X",    "",             "Electronics", "D",  "too_small",    "original",     "tech_used"),
        ("a grade of no rule",               "X",    "",             "Electronics", "A",  "too_small",    "original",     "tech"),
        ("a grade before a reason",          "X",    "",             "Electronics", "D",  "changed_mind", "original",     "tech_used"),
        ("a grade before a resolution",      "X",    "",             "Electronics", "E",  "too_small",    "exchange",     "tech_gone"),
        ("a grade with a reason",            "X",    "",             "Electronics", "C",  "changed_mind", "original",     "used_mind"),
        ("a tag before a category's grade",  "X",    "bulky",        "Electronics", "C",  "changed_mind", "original",     "bulky"),
        ("of two tags the id's alphabet",    "X",    "bulky outlet", "Home",        None, "too_small",    "original",     "aged"),
        ("a SKU before all",                 "LAMP", "bulky",        "Electronics", "E",  "changed_mind", "original",     "lamp"),
        ("every article, by resolution",     "X",    "",             "Home",        None, "too_small",    "store_credit", "credit"),
        ("the second resolution",            "X",    "",             "Home",        None, "too_small",    "gift_card",    "credit"),
        ("a reason before it, for all",      "X",    "",             "Home",        None, "changed_mind", "gift_card",    "mind"),
        ("a category before all of them",    "X",    "",             "Electronics", None, "too_small",    "gift_card",    "tech"),
    ],
)  # fmt: skip
def test_the_closest_fee_holds(
    what: str, sku: str, tags: str, category: str, grade: str | None, reason: str, resolution: str | None,
    fee: str | None,
) -> None:  # fmt: skip
    asked = grade and Grade(grade), reason, resolution and Resolution(resolution)
    for fees in (FEES, FEES[::-1], sorted(FEES, key=lambda fee: str(fee["id"]))):
        found = fee_for(article(sku, tags, category), ruled(fees=fees), *asked)
        assert (found and found.id) == fee


@pytest.mark.parametrize(
    ("what", "fee", "currency", "net", "tax", "kept"),
    [
        ("per cent of the price without tax",  {"points": 1500},                                   "EUR", 10_000, 1_900, 1_500),
        ("half a cent goes up",                {"points": 1500},                                   "EUR",     10,     0,     2),
        ("less than half goes down",           {"points": 1500},                                   "EUR",      3,     0,     0),
        ("the smallest rate",                  {"points": 1},                                      "EUR",  5_000,     0,     1),
        ("all of it",                          {"points": 10_000},                                 "EUR", 10_000, 1_900, 10_000),
        ("fixed",                              {"fixed": {"EUR": 1500}},                           "EUR", 10_000, 1_900, 1_500),
        ("fixed, more than the unit",          {"fixed": {"EUR": 1500}},                           "EUR",  1_000,   190, 1_190),
        ("fixed, another currency",            {"fixed": {"EUR": 1500}},                           "JPY", 10_000, 1_000,     0),
        ("free",                               {"free": True},                                     "EUR", 10_000, 1_900,     0),
        ("under the minimum",                  {"points": 1000, "minimum": {"EUR": 500}},          "EUR",  4_990,   948,   500),
        ("just the minimum",                   {"points": 1000, "minimum": {"EUR": 500}},          "EUR",  5_000,   950,   500),
        ("a cent above the minimum",           {"points": 1000, "minimum": {"EUR": 500}},          "EUR",  5_010,   952,   501),
        ("a minimum above the unit",           {"points": 1000, "minimum": {"EUR": 500}},          "EUR",    300,    57,   357),
        ("a minimum of another currency",      {"points": 1000, "minimum": {"USD": 500}},          "EUR",    300,    57,    30),
        ("over the maximum",                   {"points": 1000, "maximum": {"EUR": 2_000}},        "EUR", 20_010, 3_802, 2_000),
        ("just the maximum",                   {"points": 1000, "maximum": {"EUR": 2_000}},        "EUR", 20_000, 3_800, 2_000),
        ("a cent under the maximum",           {"points": 1000, "maximum": {"EUR": 2_000}},        "EUR", 19_990, 3_798, 1_999),
        ("a maximum of nothing",               {"points": 1000, "maximum": {"EUR": 0}},            "EUR", 20_000, 3_800,     0),
        ("a maximum of another currency",      {"points": 1000, "maximum": {"USD": 100}},          "EUR", 20_000, 3_800, 2_000),
        ("minimum and maximum are the same",   {"points": 1000, "minimum": {"EUR": 700}, "maximum": {"EUR": 700}},
                                                                                                   "EUR", 20_000, 3_800,   700),
        ("yen have no decimals",               {"points": 250, "minimum": {"JPY": 100}},           "JPY",  3_999,   400,   100),
        ("dinars have three",                  {"points": 250, "maximum": {"KWD": 1_250}},         "KWD", 90_000,     0, 1_250),
        ("nothing was paid",                   {"points": 1000, "minimum": {"EUR": 500}},          "EUR",      0,     0,     0),
    ],
)  # fmt: skip
def test_a_fee_comes_to_so_much_a_unit(
    what: str, fee: dict[str, Any], currency: str, net: int, tax: int, kept: int
) -> None:
    policy = ruled(fees=[{"id": "f", "label": "F", **fee}])
    terms = terms_of(fee_for(article(), policy), currency)
    unit = Unit(uuid4(), UnitMoney(net, 0, {"19": tax}), terms)
    part = part_of(unit)
    assert (part.fee, part.amount) == (kept, net + tax - kept)
    assert part_of(Unit(unit.item, unit.money, terms, shop_fault=True)).fee == 0


@pytest.mark.parametrize(
    ("reduction", "kept", "amount"),
    [
        (0,      1_000, 9_000),
        (5_000,  1_000, 4_000),
        (9_000,  1_000,     0),
        (9_500,    500,     0),
        (10_000,     0,     0),
    ],
)  # fmt: skip
def test_a_fee_is_never_more_than_what_is_left_of_the_refund(reduction: int, kept: int, amount: int) -> None:
    terms = FeeTerms("f", "F", points=1000)
    part = part_of(Unit(uuid4(), UnitMoney(10_000, 0), terms, reduction))
    assert (part.fee, part.amount) == (kept, amount)


@settings(deadline=None)
@given(
    st.integers(0, 10**9), st.integers(1, 10_000), st.integers(0, 10**6), st.none() | st.integers(0, 10**6)
)
def test_a_fee_stays_within_its_bounds(net: int, points: int, least: int, most: int | None) -> None:
    least = least if most is None else min(least, most)
    fee = FeeTerms("f", "F", points, minimum=least, maximum=most).of(net)
    assert least <= fee and (most is None or fee <= most)
    assert fee in {basis_points(net, points), least, most}


@pytest.mark.parametrize(
    "broken",
    [
        {"points": 100, "free": True},
        {"fixed": {"EUR": 1}, "free": True},
        {"fixed": {"EUR": 1}, "minimum": {"EUR": 1}},
        {"points": 100, "minimum": {"EUR": 2}, "maximum": {"EUR": 1}},
        {"points": 100, "reasons": ["bored"]},
        {"points": 100, "grades": ["F"]},
        {"points": 100, "resolutions": ["cash"]},
        {"points": 10_001},
    ],
)
def test_a_fee_that_makes_no_sense_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        ruled(fees=[{"id": "f", "label": "F", **broken}])


@pytest.mark.parametrize(
    ("what", "one", "other", "tied"),
    [
        ("a grade of both",           {"grades": ["C", "D"]},                    {"grades": ["D"]},           True),
        ("other grades",              {"grades": ["C"]},                         {"grades": ["D"]},           False),
        ("a grade and none",          {"grades": ["C"]},                         {},                          False),
        ("a grade and a reason",      {"grades": ["C"]},                         {"reasons": ["other"]},      False),
        ("a reason, other grades",    {"grades": ["C"], "reasons": ["other"]},   {"grades": ["D"], "reasons": ["other"]}, False),
        ("a resolution of both",      {"resolutions": ["exchange"]},             {"resolutions": ["exchange", "original"]}, True),
    ],
)  # fmt: skip
def test_two_fees_of_which_none_is_closer_are_a_clash(
    what: str, one: dict[str, Any], other: dict[str, Any], tied: bool
) -> None:
    both = [{"id": id, "label": id, "points": 1, **rule} for id, rule in (("x", one), ("y", other))]
    assert [found.place for found in clashes(ruled(fees=both))] == (["fees.2"] if tied else [])


def test_the_default_policy_has_no_clash() -> None:
    assert not list(clashes(ruled()))
    assert not list(clashes(RULED))


def test_fees_in_another_order_are_the_same() -> None:
    asked = [(g, r, w) for g in (None, *Grade) for r in ("", "changed_mind") for w in (None, *Resolution)]
    for some in permutations(FEES[:5]):
        other = ruled(fees=[*FEES[5:], *some])
        for one in asked:
            for line in (article(category="Electronics"), article(tags="outlet bulky"), article()):
                assert fee_for(line, other, *one) == fee_for(line, RULED, *one)
