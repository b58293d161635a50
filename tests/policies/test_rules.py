"""The rules of version 1, row by row."""

from dataclasses import replace
from typing import Any

import pytest

from portal.i18n import Voice
from portal.money import LARGEST
from portal.policies import Answer
from portal.policies.document import Policy
from portal.policies.rules import conditions_for, fee_for, judge
from portal.policies.verdicts import dump_verdict, load_verdict
from tests.policies.facts import DOCUMENT, PLAIN, POLICY, moment


@pytest.mark.parametrize(
    ("what", "changed", "answer", "rule"),
    [
        ("in time and small",            {},                                          "yes",    "window"),
        ("the last minute in Berlin",    {"now": moment("2026-12-03T22:59")},         "yes",    "window"),
        ("a minute later",               {"now": moment("2026-12-03T23:00")},         "no",     "window"),
        ("the same minute in London",    {"now": moment("2026-12-03T23:00"),
                                          "zone": "Europe/London"},                   "yes",    "window"),
        ("delivered late in the day",    {"delivered_at": moment("2026-11-03T23:30"),
                                          "now": moment("2026-12-04T22:59")},         "yes",    "window"),
        ("over the change of clocks",    {"delivered_at": moment("2026-10-20T10:00"),
                                          "now": moment("2026-11-19T22:59")},         "yes",    "window"),
        ("a minute over it",             {"delivered_at": moment("2026-10-20T10:00"),
                                          "now": moment("2026-11-19T23:00")},         "no",     "window"),
        ("to the 29th of February",      {"delivered_at": moment("2028-01-30T10:00"),
                                          "now": moment("2028-02-29T22:59")},         "yes",    "window"),
        ("after the 29th of February",   {"delivered_at": moment("2028-01-30T10:00"),
                                          "now": moment("2028-02-29T23:00")},         "no",     "window"),
        ("shipped, delivery not known",  {"delivered_at": None,
                                          "now": moment("2026-12-05T22:59")},         "yes",    "window"),
        ("five days for the parcel",     {"delivered_at": None,
                                          "now": moment("2026-12-05T23:00")},         "no",     "window"),
        ("not sent yet",                 {"shipped_at": None, "delivered_at": None},  "no",     "not_sent"),
        ("cancelled order",              {"cancelled": True},                         "no",     "cancelled"),
        ("gone from the order",          {"gone": True},                              "no",     "gone"),
        ("all units in returns",         {"claimed": 2},                              "no",     "units_left"),
        ("one unit left",                {"claimed": 1},                              "yes",    "window"),
        ("final sale",                   {"tags": frozenset({"final-sale"})},         "no",     "barred"),
        ("engraved",                     {"tags": frozenset({"personalised"})},       "no",     "barred"),
        ("another tag",                  {"tags": frozenset({"summer"})},             "yes",    "window"),
        ("up to the automatic amount",   {"value": 25_000},                           "yes",    "automatic"),
        ("one cent above it",            {"value": 25_001},                           "review", "automatic"),
        ("a currency without an amount", {"currency": "JPY"},                         "review", "automatic"),
        ("figures that do not add up",   {"flagged": True},                           "review", "flagged"),
        ("a no outweighs a review",      {"flagged": True, "cancelled": True},        "no",     "cancelled"),
    ],
)  # fmt: skip
def test_a_line_is_judged(what: str, changed: dict[str, Any], answer: str, rule: str) -> None:
    verdict = judge(replace(PLAIN, **changed), POLICY, 1)
    assert verdict.answer == answer
    assert rule in {finding.rule for finding in verdict.why}


def test_every_no_says_what_one_can_do_instead() -> None:
    worst = replace(
        PLAIN,
        cancelled=True,
        claimed=2,
        shipped_at=None,
        delivered_at=None,
        tags=frozenset({"final-sale"}),
    )
    refusals = [f for f in judge(worst, POLICY, 1).findings if f.answer is Answer.NO]
    assert len(refusals) == 4
    assert all(finding.instead for finding in refusals)


def test_a_verdict_is_stored_and_says_the_same_again() -> None:
    verdict = judge(PLAIN, POLICY, 1)
    again = load_verdict(dump_verdict(verdict))
    assert again == verdict
    said = Voice("en", "Europe/Berlin").text(again.findings[0].text)
    assert "3 December 2026" in said


@pytest.mark.parametrize(
    ("sku", "tags", "category", "fee"),
    [
        ("X",    [],              "Home",        None),
        ("X",    [],              "Electronics", "electronics"),
        ("X",    ["electronics"], "Home",        "electronics"),
        ("X",    ["bulky"],       "Electronics", "bulky"),       # a tag is closer than a category
        ("LAMP", ["bulky"],       "Electronics", "lamp"),        # and a SKU closer than both
    ],
)  # fmt: skip
def test_the_fee_that_fits_most_closely_counts(
    sku: str, tags: list[str], category: str, fee: str | None
) -> None:
    lamp = {"id": "lamp", "match": {"skus": ["LAMP"]}, "label": "Lamps", "points": 100}
    policy = Policy.model_validate(DOCUMENT | {"fees": [*DOCUMENT["fees"], lamp]})
    article = replace(PLAIN, sku=sku, tags=frozenset(tags), category=category)
    found = fee_for(article, policy)
    assert (found.id if found else None) == fee


def test_every_condition_that_fits_is_asked() -> None:
    article = replace(PLAIN, category="Shoes", tags=frozenset({"hygiene"}))
    assert [c.id for c in conditions_for(article, POLICY)] == ["unopened", "box_there"]


@pytest.mark.parametrize(
    "broken",
    [
        {"resolutions": []},
        {"reasons": []},
        {"reasons": [DOCUMENT["reasons"][0]] * 2},
        {"fees": [{"id": "f", "match": {}, "label": "F", "points": 100, "fixed": {"EUR": 1}}]},
        {"fees": [{"id": "f", "match": {}, "label": "F"}]},
        {"dispositions": {"A": "restock"}},
        {"dispositions": {**DOCUMENT["dispositions"], "A": "send_back"}},
        {"return_shipping": {"EUR": LARGEST + 1}},
        {"return_shipping": {"EUR": 4.9}},
        {"return_shipping": {"euro": 490}},
        {"window": {"days": -1, "transit_days": 0}},
        {"surprise": True},
    ],
)
def test_a_document_that_is_not_whole_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Policy.model_validate(DOCUMENT | broken)


def test_a_policy_gives_its_document_back() -> None:
    assert Policy.model_validate(POLICY.model_dump(mode="json")) == POLICY
