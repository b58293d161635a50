"""The tree of reasons for an article, and what may be chosen for them, row by row."""

from typing import Any

import pytest

from portal.policies import Resolution
from portal.policies.concerns import concerns
from portal.policies.reasons import branches, offers, way_to
from tests.policies.facts import DOCUMENT, article, ruled

GROUPS = [
    {"code": "fit", "label": "It does not fit"},
    {"code": "broken", "label": "Something is wrong with it"},
]
REASONS: list[dict[str, Any]] = [
    {"code": "tight",  "label": "Too tight",       "fault": "shopper", "under": "fit",    "match": {"categories": ["Clothing"]}},
    {"code": "other",  "label": "Another",         "fault": "shopper"},
    {"code": "dead",   "label": "Does not start",  "fault": "shop",    "under": "broken", "match": {"categories": ["Electronics"]},
                       "question": "Which light is on?", "comment": "required"},
    {"code": "torn",   "label": "Torn",            "fault": "shop",    "under": "broken"},
    {"code": "lamp",   "label": "Too bright",      "fault": "shopper", "match": {"skus": ["LAMP"]}},
    {"code": "loose",  "label": "Too loose",       "fault": "shopper", "under": "fit",    "match": {"tags": ["worn"]}},
]  # fmt: skip
RULED = ruled(reasons=REASONS, reason_groups=GROUPS)
M, C, G, X = (Resolution(way) for way in ("original", "store_credit", "gift_card", "exchange"))


@pytest.mark.parametrize(
    ("what", "sku", "tags", "category", "tree"),
    [
        ("what is for everything",         "X",    "",     "Home",        {None: ["other"], "broken": ["torn"]}),
        ("a category with its branch",     "X",    "",     "Clothing",    {None: ["other"], "fit": ["tight"], "broken": ["torn"]}),
        ("another category",               "X",    "",     "Electronics", {None: ["other"], "broken": ["dead", "torn"]}),
        ("a tag beside the category",      "X",    "worn", "Clothing",    {None: ["other"], "fit": ["tight", "loose"], "broken": ["torn"]}),
        ("a SKU",                          "LAMP", "",     "Home",        {None: ["other", "lamp"], "broken": ["torn"]}),
    ],
)  # fmt: skip
def test_an_article_has_its_own_tree_of_reasons(
    what: str, sku: str, tags: str, category: str, tree: dict[str | None, list[str]]
) -> None:
    found = branches(article(sku, tags, category), RULED.reasons, RULED.reason_groups)
    told = {branch.group and branch.group.code: [r.code for r in branch.reasons] for branch in found}
    assert told == tree and list(told) == list(tree)


@pytest.mark.parametrize(
    ("what", "known", "allowed", "offered"),
    [
        ("no reason says anything",            [M, X, C, G], [],                    [M, X, C, G]),
        ("one reason, in its own order",       [M, X, C, G], [(X, M)],              [X, M]),
        ("what cannot be had is left out",     [M, C],       [(X, M)],              [M]),
        ("two that agree, in their order",     [M, X, C, G], [(X, M), (X, M)],      [X, M]),
        ("two in other orders: the policy's",  [M, X, C, G], [(X, M), (M, X)],      [M, X]),
        ("what both allow",                    [M, X, C, G], [(X, C), (C, M)],      [C]),
        ("nothing in common: what any allows", [M, X, C, G], [(X,), (M,)],          [M, X]),
        ("nothing in common can be had",       [M, C],       [(X, M), (X, C)],      [M, C]),
        ("nothing of it can be had at all",    [M, C],       [(X,), (G,)],          [M, C]),
        ("three reasons",                      [M, X, C, G], [(M, X, C), (X, C), (C, G)], [C]),
    ],
)  # fmt: skip
def test_what_reasons_allow_is_offered_and_nobody_is_left_without(
    what: str, known: list[Resolution], allowed: list[tuple[Resolution, ...]], offered: list[Resolution]
) -> None:
    assert list(offers(known, allowed)) == offered


@pytest.mark.parametrize(
    "broken",
    [
        {"reasons": [{**REASONS[1], "under": "nowhere"}]},
        {"reasons": [REASONS[0]], "reason_groups": GROUPS},
        {"reasons": [{**REASONS[1], "resolutions": ["gift_card"]}], "resolutions": ["original"]},
        {"reasons": [{**REASONS[1], "resolutions": ["exchange", "exchange"]}]},
        {"reason_groups": [GROUPS[0], GROUPS[0]]},
    ],
)
def test_reasons_that_make_no_sense_are_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        ruled(**broken)


def test_a_bonus_is_for_what_it_is_named_for() -> None:
    policy = ruled(credit_bonus=500, gift_card_bonus=300)
    assert [policy.bonus(way) for way in (M, C, G, X)] == [0, 500, 300, 0]
    assert DOCUMENT.get("gift_card_bonus", 0) == 0


TREE = [
    {"code": "wrong", "label": "Something is wrong"},
    {"code": "power", "label": "It does not start", "under": "wrong"},
    {"code": "light", "label": "A light is on", "under": "power"},
    {"code": "empty", "label": "Nobody stands here", "under": "wrong"},
]
DEEP = ruled(
    reason_groups=TREE,
    reasons=[
        {"code": "red", "label": "The red one", "fault": "shop", "under": "light"},
        {"code": "dark", "label": "None is on", "fault": "shop", "under": "power"},
        {"code": "other", "label": "Another", "fault": "shopper"},
    ],
)


def test_groups_stand_under_groups_and_those_that_lead_to_no_reason_are_left_out() -> None:
    plain, wrong = branches(article(), DEEP.reasons, DEEP.reason_groups)
    assert [reason.code for reason in plain.reasons] == ["other"] and not plain.below
    (power,) = wrong.below
    assert not wrong.reasons and [reason.code for reason in power.reasons] == ["dark"]
    assert [reason.code for reason in power.below[0].reasons] == ["red"]
    assert [reason.code for reason in wrong.every] == ["dark", "red"]
    assert wrong.holds("red") and not wrong.holds("other")
    assert [group.code for group in way_to("light", DEEP.reason_groups)] == ["wrong", "power", "light"]
    assert [one.place for one in concerns(DEEP) if "reason_groups" in one.place] == ["reason_groups.4"]


@pytest.mark.parametrize(
    "groups",
    [
        [{"code": "a", "label": "A", "under": "a"}],
        [{"code": "a", "label": "A", "under": "b"}, {"code": "b", "label": "B", "under": "a"}],
        [{"code": "a", "label": "A", "under": "gone"}],
        [{"code": c, "label": c, "under": u} for c, u in zip("abcde", [None, *"abcd"], strict=True)],
    ],
)  # fmt: skip
def test_a_tree_that_goes_round_or_nowhere_or_too_deep_is_refused(groups: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError):
        ruled(reason_groups=groups)
