"""Where a unit goes by its grade and article, and what it is worth there, row by row."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.checks.again import points
from portal.policies import Disposition, Grade
from portal.policies.rules import disposition_for, worth_of
from tests.policies.facts import article, ruled

SHOES = {"match": {"categories": ["Shoes"]}}
PLACINGS: list[dict[str, Any]] = [
    {"id": "food",      "match": {"tags": ["food"]},                          "disposition": "destroy"},
    {"id": "food_new",  "match": {"tags": ["food"]},   "grades": ["A"],       "disposition": "donate"},
    {"id": "shoes",     **SHOES,                       "grades": ["C", "D"],  "disposition": "donate"},
    {"id": "fragile",   "match": {"tags": ["fragile"]}, "grades": ["D"],      "disposition": "recycle"},
    {"id": "vase",      "match": {"skus": ["VASE"]},   "grades": ["D", "E"],  "disposition": "return_to_vendor"},
    {"id": "worn_out",                                 "grades": ["E"],       "disposition": "recycle"},
]  # fmt: skip
WORTHS: list[dict[str, Any]] = [
    {"id": "shoes",     **SHOES,                                                     "points": 4000},
    {"id": "shoes_new", **SHOES,                     "dispositions": ["restock"],    "points": 9000},
    {"id": "vase",      "match": {"skus": ["VASE"]}, "dispositions": ["return_to_vendor"], "points": 10000},
    {"id": "open",      "dispositions": ["restock_open_box", "refurbish"],           "points": 2500},
]  # fmt: skip
RULED = ruled(placings=PLACINGS, worths=WORTHS)


@pytest.mark.parametrize(
    ("what", "sku", "tags", "category", "grade", "goes", "worth"),
    [
        ("as the policy says",            "X",    "",             "Home",  "A", "restock",          10_000),
        ("opened, another worth",         "X",    "",             "Home",  "B", "restock_open_box",  2_500),
        ("used, another worth",           "X",    "",             "Home",  "C", "refurbish",         2_500),
        ("a grade for every article",     "X",    "",             "Home",  "E", "recycle",               0),
        ("a category's new ones",         "X",    "",             "Shoes", "A", "restock",           9_000),
        ("a category, any place",         "X",    "",             "Shoes", "B", "restock_open_box",  4_000),
        ("a category's grades",           "X",    "",             "Shoes", "C", "donate",            4_000),
        ("the second of them",            "X",    "",             "Shoes", "D", "donate",            4_000),
        ("another grade of it",           "X",    "",             "Shoes", "E", "recycle",           4_000),
        ("a tag, whatever the grade",     "X",    "food",         "Home",  "B", "destroy",               0),
        ("a tag with this grade",         "X",    "food",         "Home",  "A", "donate",                0),
        ("a tag before a category",       "X",    "food",         "Shoes", "C", "destroy",           4_000),
        ("a grade of one of two tags",    "X",    "food fragile", "Home",  "D", "recycle",               0),
        ("a SKU before a tag",            "VASE", "fragile",      "Home",  "D", "return_to_vendor", 10_000),
        ("a SKU, another grade",          "VASE", "fragile",      "Home",  "C", "refurbish",         2_500),
    ],
)  # fmt: skip
def test_a_unit_goes_where_the_closest_rule_says_and_is_worth_so_much(
    what: str, sku: str, tags: str, category: str, grade: str, goes: str, worth: int
) -> None:
    line = article(sku, tags, category)
    found = disposition_for(line, RULED, Grade(grade))
    assert (found, worth_of(line, RULED, found)) == (goes, worth)
    item = SimpleNamespace(sku=sku, tags=tags.split(), category=category, disposition=Disposition(goes))
    assert points(RULED.model_dump(mode="json"), item) == worth  # as verify reads it


def test_rules_in_another_order_say_the_same() -> None:
    other = ruled(placings=PLACINGS[::-1], worths=WORTHS[::-1])
    for line in (article("VASE", "fragile food", "Shoes"), article(tags="food"), article(category="Shoes")):
        for grade in Grade:
            found = disposition_for(line, RULED, grade)
            assert disposition_for(line, other, grade) is found
            assert worth_of(line, other, found) == worth_of(line, RULED, found)
