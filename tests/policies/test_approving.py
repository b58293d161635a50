"""What is approved at once, and what need not come back, row by row; verify reaches the same answers."""

from dataclasses import replace
from typing import Any

import pytest

from portal.checks import again
from portal.policies import Answer, Policy, Resolution, Verdict
from portal.policies.choosing import Choice, judged_with
from portal.policies.rules import Facts, judge
from portal.policies.verdicts import dump_verdict
from tests.policies.facts import PLAIN, article, ruled

HISTORY = {"automatic_up_to": {"EUR": 25_000}, "days": 2, "history": {"returns": 3, "days": 90}}
SMALL: list[dict[str, Any]] = [
    {"id": "cheap", "label": "Not worth it",  "up_to": {"EUR": 800, "JPY": 900}},
    {"id": "socks", "label": "Worn socks",    "match": {"tags": ["socks"]}, "up_to": {"EUR": 2000}},
    {"id": "tech",  "label": "Never devices", "match": {"categories": ["Electronics"]}, "up_to": {"EUR": 0}},
    {"id": "hurt",  "label": "It is broken",  "reasons": ["damaged", "defective"], "up_to": {"EUR": 1500}},
]  # fmt: skip
RULED = ruled(returnless=SMALL, authorization=HISTORY)


def answered(line: Facts, policy: Policy, reason: str = "changed_mind", want: str = "original") -> Verdict:
    """The verdict with what the shopper said; verify must come to the same."""
    verdict = judged_with(judge(line, policy, 1), line, policy, Choice(reason, Resolution(want)))
    document = policy.model_dump(mode="json")
    for finding in dump_verdict(verdict)["findings"]:
        assert again.answer(document, finding) == finding["answer"], finding
    return verdict


@pytest.mark.parametrize(
    ("what", "recent", "answer"),
    [
        ("nobody counted",          None, "yes"),
        ("the first",               0,    "yes"),
        ("the last at once",        2,    "yes"),
        ("as many as the policy",   3,    "review"),
        ("more than it",            30,   "review"),
    ],
)  # fmt: skip
def test_who_returns_often_waits_for_a_person(what: str, recent: int | None, answer: str) -> None:
    verdict = answered(replace(PLAIN, recent=recent), RULED)
    assert verdict.answer == answer
    assert ("often" in {f.rule for f in verdict.findings}) is (recent is not None)
    assert answered(replace(PLAIN, recent=recent), ruled()).answer is Answer.YES


@pytest.mark.parametrize(
    ("what", "tags", "category", "currency", "value", "reason", "rule"),
    [
        ("up to the amount",            "",      "Home",        "EUR",   800, "changed_mind", "cheap"),
        ("a cent above",                "",      "Home",        "EUR",   801, "changed_mind", None),
        ("nothing was paid",            "",      "Home",        "EUR",     0, "changed_mind", "cheap"),
        ("another currency",            "",      "Home",        "JPY",   900, "changed_mind", None),
        ("no amount in the currency",   "",      "Home",        "USD",     1, "changed_mind", None),
        ("a reason is closer",          "",      "Home",        "EUR", 1_500, "damaged",      "hurt"),
        ("the second reason",           "",      "Home",        "EUR", 1_500, "defective",    "hurt"),
        ("a cent above that",           "",      "Home",        "EUR", 1_501, "damaged",      None),
        ("a category is closer",        "",      "Electronics", "EUR",   100, "damaged",      None),
        ("a tag is closer still",       "socks", "Electronics", "EUR", 2_000, "damaged",      "socks"),
        ("a person has to look at it",  "",      "Home",        "EUR",   100, "other",        None),
    ],
)  # fmt: skip
def test_what_is_worth_little_need_not_come_back(
    what: str, tags: str, category: str, currency: str, value: int, reason: str, rule: str | None
) -> None:
    line = replace(article(tags=tags, category=category), currency=currency, value=value)
    found = [f.inputs["rule"] for f in answered(line, RULED, reason).findings if f.rule == "returnless"]
    assert found == ([rule] if rule else [])
    assert not [
        f for f in answered(replace(line, gift=True), RULED, reason).findings if f.rule == "returnless"
    ]


@pytest.mark.parametrize(
    ("what", "changed", "reason", "answer", "rules"),
    [
        ("a reason for a person",   {},                          "other",        "review", {"reason", "fee"}),
        ("a fee is told",           {},                          "changed_mind", "yes",    {"fee"}),
        ("none at the shop's fault", {},                         "damaged",      "yes",    set()),
        ("a no stays alone",        {"cancelled": True},         "other",        "no",     set()),
        ("another article",         {"category": "Home"},        "changed_mind", "yes",    set()),
    ],
)  # fmt: skip
def test_what_was_chosen_adds_to_the_verdict(
    what: str, changed: dict[str, Any], reason: str, answer: str, rules: set[str]
) -> None:
    verdict = answered(replace(article(category="Electronics"), **changed), ruled(), reason)
    assert verdict.answer == answer
    assert {f.rule for f in verdict.findings} & {"reason", "fee", "returnless"} == rules


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("fee",        {"rule": "bulky"}),
        ("fee",        {"category": "Home"}),
        ("returnless", {"value": 801}),
        ("returnless", {"limit": 5_000, "value": 4_000}),
        ("returnless", {"reason": "damaged"}),
        ("often",      {"most": 9}),
        ("reason",     {"reason": "damaged"}),
    ],
)  # fmt: skip
def test_verify_does_not_follow_what_the_document_does_not_say(rule: str, change: dict[str, Any]) -> None:
    policy = ruled(returnless=SMALL[:1] + SMALL[3:], authorization=HISTORY)
    line = replace(article(category="Electronics"), value=700, recent=1)
    said = dump_verdict(answered(line, policy, "other" if rule == "reason" else "changed_mind"))
    (finding,) = [f for f in said["findings"] if f["rule"] == rule]
    wrong = {**finding, "inputs": {**finding["inputs"], **change}}
    assert again.answer(policy.model_dump(mode="json"), wrong) is None


def test_rules_about_reasons_that_are_not_there_are_refused() -> None:
    for broken in ({"reasons": ["bored"], "up_to": {"EUR": 1}}, {"up_to": {}}, {"up_to": {"EUR": -1}}):
        with pytest.raises(ValueError):
            ruled(returnless=[{"id": "x", "label": "X", **broken}])
