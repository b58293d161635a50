"""How long something may go back, row by row: the last minute of it, and the first that is too late."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.checks.again import last_day as again
from portal.i18n import Voice
from portal.policies import Answer, Policy
from portal.policies.document import clashes
from portal.policies.rules import judge, policy_end
from portal.policies.verdicts import dump_verdict
from tests.policies.facts import BERLIN, DOCUMENT, PLAIN, at, ruled

MINUTE = timedelta(minutes=1)
BIN, LONDON, NEW_YORK = "Europe/Berlin", "Europe/London", "America/New_York"
TOKYO, CAIRO, LORD_HOWE = "Asia/Tokyo", "Africa/Cairo", "Australia/Lord_Howe"

WINDOWS: list[dict[str, Any]] = [
    {"id": "xmas",      "label": "Christmas", "placed": {"first": "2026-11-15", "last": "2026-12-24"},
                        "until": "2027-01-31"},
    {"id": "tech",      "label": "Devices",   "match": {"categories": ["Electronics"]}, "days": 14},
    {"id": "tech_xmas", "label": "Devices at Christmas", "match": {"categories": ["Electronics"]},
                        "placed": {"first": "2026-12-01", "last": "2026-12-24"}, "days": 14,
                        "until": "2027-01-10"},
    {"id": "tech_ch",   "label": "Devices to Switzerland", "match": {"categories": ["Electronics"]},
                        "countries": ["CH", "LI"], "days": 10},
    {"id": "bulky",     "label": "Bulky",     "match": {"tags": ["bulky"]}, "days": 7, "transit_days": 12},
    {"id": "aged",      "label": "Aged",      "match": {"tags": ["outlet"]}, "days": 3},
    {"id": "lamp",      "label": "The lamp",  "match": {"skus": ["LAMP"], "tags": ["lamps"]}, "days": 100},
    {"id": "austria",   "label": "Austria",   "countries": ["AT"], "days": 60},
    {"id": "present",   "label": "Presents",  "gift": True, "days": 90},
    {"id": "at_gift",   "label": "Presents in Austria", "gift": True, "countries": ["AT"], "days": 120},
]  # fmt: skip
HOLIDAYS = {
    "DE": ["2026-12-25", "2026-12-26", "2027-01-01", "2027-03-26", "2027-03-29"],
    "AT": ["2026-12-08", "2026-12-25", "2026-12-26"],
}
RULED = ruled(windows=WINDOWS)
PUT_OFF = ruled(extend={"weekends": ["saturday", "sunday"], "holidays": HOLIDAYS})
FRIDAY_OFF = ruled(extend={"weekends": ["friday", "saturday"]})


def last_minute(policy: Policy, zone: str = BIN, **facts: Any) -> str:
    """The last minute in which it may still go back, as the shop's clock shows it.

    That it still may, and a minute later no more, is asked of the verdict.
    """
    line = replace(PLAIN, zone=zone, **facts)
    end = policy_end(line, policy)
    assert end
    windows = {now: judge(replace(line, now=now), policy, 1) for now in (end - MINUTE, end)}
    found = [next(f.answer for f in verdict.findings if f.rule == "window") for verdict in windows.values()]
    assert found == [Answer.YES, Answer.NO]
    (said,) = _said(windows[end])
    checked = again(policy.model_dump(mode="json"), said["inputs"])
    assert checked and checked.isoformat() == said["inputs"]["until"]
    return f"{end.astimezone(at('2026-01-01', zone).tzinfo) - MINUTE:%Y-%m-%d %H:%M}"


def _said(verdict: Any) -> list[dict[str, Any]]:
    return [f for f in dump_verdict(verdict)["findings"] if f["rule"] == "window"]


@pytest.mark.parametrize(
    ("what", "zone", "delivered", "last"),
    [
        ("a plain day",                        BIN,       "2026-11-03 10:00", "2026-12-03 23:59"),
        ("delivered in the first minute",      BIN,       "2026-11-03 00:00", "2026-12-03 23:59"),
        ("delivered in the last minute",       BIN,       "2026-11-03 23:59", "2026-12-03 23:59"),
        ("a minute later is another day",      BIN,       "2026-11-04 00:00", "2026-12-04 23:59"),
        ("over the end of a year",             BIN,       "2026-12-15 10:00", "2027-01-14 23:59"),
        ("to the 28th of February",            BIN,       "2027-01-29 10:00", "2027-02-28 23:59"),
        ("to the 1st of March, no leap year",  BIN,       "2027-01-30 10:00", "2027-03-01 23:59"),
        ("to the 29th of February",            BIN,       "2028-01-30 10:00", "2028-02-29 23:59"),
        ("to the 1st of March, leap year",     BIN,       "2028-01-31 10:00", "2028-03-01 23:59"),
        ("from the 29th of February",          BIN,       "2028-02-29 10:00", "2028-03-30 23:59"),
        ("2100 is no leap year",               BIN,       "2100-01-30 10:00", "2100-03-01 23:59"),
        ("clocks go back within it",           BIN,       "2026-10-20 10:00", "2026-11-19 23:59"),
        ("clocks go forward within it",        BIN,       "2027-03-10 10:00", "2027-04-09 23:59"),
        ("ends on the day they go back",       BIN,       "2026-09-25 10:00", "2026-10-25 23:59"),
        ("ends on the day they go forward",    BIN,       "2027-02-26 10:00", "2027-03-28 23:59"),
        ("delivered in the hour that is twice", BIN,      "2026-10-25 02:30", "2026-11-24 23:59"),
        ("in London",                          LONDON,    "2026-11-03 23:30", "2026-12-03 23:59"),
        ("in New York, before clocks change",  NEW_YORK,  "2026-10-03 10:00", "2026-11-02 23:59"),
        ("in New York, on the day",            NEW_YORK,  "2026-10-02 10:00", "2026-11-01 23:59"),
        ("in Tokyo, no summer time",           TOKYO,     "2026-10-02 00:00", "2026-11-01 23:59"),
        ("half an hour of summer time",        LORD_HOWE, "2026-09-04 10:00", "2026-10-04 23:59"),
        ("the next midnight does not exist",   CAIRO,     "2027-03-30 10:00", "2027-04-29 23:59"),
        ("the midnight after it is there",     CAIRO,     "2027-03-31 10:00", "2027-04-30 23:59"),
    ],
)  # fmt: skip
def test_it_lasts_to_the_last_minute_of_a_day(what: str, zone: str, delivered: str, last: str) -> None:
    assert last_minute(ruled(), zone, delivered_at=at(delivered, zone)) == last


@pytest.mark.parametrize(
    ("what", "shipped", "delivered", "last"),
    [
        ("delivery is known",                  "2026-11-01 10:00", "2026-11-03 10:00", "2026-12-03 23:59"),
        ("delivery alone is known",            None,               "2026-11-03 10:00", "2026-12-03 23:59"),
        ("shipment alone: five days more",     "2026-11-01 10:00", None,               "2026-12-06 23:59"),
        ("shipped in the last minute",         "2026-11-01 23:59", None,               "2026-12-06 23:59"),
        ("shipped as clocks go back",          "2026-10-24 23:30", None,               "2026-11-28 23:59"),
    ],
)  # fmt: skip
def test_it_runs_from_delivery_else_from_shipment(
    what: str, shipped: str | None, delivered: str | None, last: str
) -> None:
    sent = {"shipped_at": shipped and at(shipped), "delivered_at": delivered and at(delivered)}
    assert last_minute(ruled(), **sent) == last


@pytest.mark.parametrize(
    ("what", "sku", "tags", "category", "country", "gift", "placed", "last"),
    [  # delivered on the 3rd of December 2026
        ("nothing fits: the policy's own",     "X",    "",             "Home",        "DE", False, "2026-11-14 12:00", "2027-01-02"),
        ("the first minute of the season",     "X",    "",             "Home",        "DE", False, "2026-11-15 00:00", "2027-01-31"),
        ("a minute before it",                 "X",    "",             "Home",        "DE", False, "2026-11-14 23:59", "2027-01-02"),
        ("the last minute of the season",      "X",    "",             "Home",        "DE", False, "2026-12-24 23:59", "2027-01-31"),
        ("a minute after it",                  "X",    "",             "Home",        "DE", False, "2026-12-25 00:00", "2027-01-02"),
        ("a category is closer than a season", "X",    "",             "Electronics", "DE", False, "2026-11-20 12:00", "2026-12-17"),
        ("a category with its own season",     "X",    "",             "Electronics", "DE", False, "2026-12-01 00:00", "2027-01-10"),
        ("a day before its season",            "X",    "",             "Electronics", "DE", False, "2026-11-30 23:59", "2026-12-17"),
        ("a country is closer than a season",  "X",    "",             "Electronics", "CH", False, "2026-12-02 12:00", "2026-12-13"),
        ("the second country of the rule",     "X",    "",             "Electronics", "LI", False, "2026-12-02 12:00", "2026-12-13"),
        ("a tag is closer than a category",    "X",    "bulky",        "Electronics", "CH", False, "2026-12-02 12:00", "2026-12-10"),
        ("of two tags the id's alphabet",      "X",    "bulky outlet", "Home",        "DE", False, "2026-11-14 12:00", "2026-12-06"),
        ("a SKU is closer than a tag",         "LAMP", "bulky",        "Electronics", "CH", False, "2026-12-02 12:00", "2027-03-13"),
        ("the same rule by its tag",           "X",    "lamps",        "Electronics", "CH", False, "2026-12-02 12:00", "2027-03-13"),
        ("by country alone",                   "X",    "",             "Home",        "AT", False, "2026-11-14 12:00", "2027-02-01"),
        ("country before season",              "X",    "",             "Home",        "AT", False, "2026-11-20 12:00", "2027-02-01"),
        ("no country known",                   "X",    "",             "Home",        "",   False, "2026-11-14 12:00", "2027-01-02"),
        ("a gift",                             "X",    "",             "Home",        "DE", True,  "2026-11-14 12:00", "2027-03-03"),
        ("a season before a gift",             "X",    "",             "Home",        "DE", True,  "2026-11-20 12:00", "2027-01-31"),
        ("a gift in a country",                "X",    "",             "Home",        "AT", True,  "2026-11-20 12:00", "2027-04-02"),
        ("an article before a gift",           "X",    "",             "Electronics", "DE", True,  "2026-11-14 12:00", "2026-12-17"),
        ("a category in other letters",        "X",    "",             "electronics", "DE", False, "2026-11-14 12:00", "2027-01-02"),
    ],
)  # fmt: skip
def test_the_closest_window_holds(
    what: str, sku: str, tags: str, category: str, country: str, gift: bool, placed: str, last: str
) -> None:
    about = {"sku": sku, "tags": frozenset(tags.split()), "category": category, "country": country}
    sent = {"placed_at": at(placed), "delivered_at": at("2026-12-03 10:00")}
    assert last_minute(RULED, **about, **sent, gift=gift) == f"{last} 23:59"


@pytest.mark.parametrize(
    ("what", "rule", "delivered", "last"),
    [
        ("a fixed day beyond the days",        {"until": "2027-01-31"},               "2026-12-03", "2027-01-31"),
        ("the days beyond the fixed day",      {"until": "2027-01-31"},               "2027-01-02", "2027-02-01"),
        ("the same day by both",               {"until": "2027-01-31"},               "2027-01-01", "2027-01-31"),
        ("own days beyond the fixed day",      {"until": "2027-01-31", "days": 60},   "2026-12-03", "2027-02-01"),
        ("own days within the fixed day",      {"until": "2027-01-31", "days": 14},   "2026-12-24", "2027-01-31"),
        ("no days at all: the day it came",    {"days": 0},                           "2026-12-03", "2026-12-03"),
        ("ten years",                          {"days": 3650},                        "2026-12-03", "2036-11-30"),
        ("a fixed 29th of February",           {"until": "2028-02-29", "days": 1},    "2028-02-03", "2028-02-29"),
    ],
)  # fmt: skip
def test_days_and_a_fixed_day_the_later_holds(
    what: str, rule: dict[str, Any], delivered: str, last: str
) -> None:
    policy = ruled(windows=[{"id": "w", "label": "W", **rule}])
    assert last_minute(policy, delivered_at=at(f"{delivered} 10:00")) == f"{last} 23:59"


@pytest.mark.parametrize(
    ("what", "policy", "country", "delivered", "last"),
    [
        ("ends on a Thursday",                 PUT_OFF,    "DE", "2026-11-03", "2026-12-03"),
        ("ends on a Friday",                   PUT_OFF,    "DE", "2026-11-04", "2026-12-04"),
        ("a Saturday: to Monday",              PUT_OFF,    "DE", "2026-11-05", "2026-12-07"),
        ("a Sunday: to Monday",                PUT_OFF,    "DE", "2026-11-06", "2026-12-07"),
        ("Christmas on a Friday: to Monday",   PUT_OFF,    "DE", "2026-11-25", "2026-12-28"),
        ("a holiday that is a Saturday",       PUT_OFF,    "DE", "2026-11-26", "2026-12-28"),
        ("New Year on a Friday",               PUT_OFF,    "DE", "2026-12-02", "2027-01-04"),
        ("Good Friday to Easter Tuesday",      PUT_OFF,    "DE", "2027-02-24", "2027-03-30"),
        ("a holiday of another country",       PUT_OFF,    "DE", "2026-11-08", "2026-12-08"),
        ("the same day in that country",       PUT_OFF,    "AT", "2026-11-08", "2026-12-09"),
        ("no country known: weekends alone",   PUT_OFF,    "",   "2026-11-25", "2026-12-25"),
        ("no country known, a Saturday",       PUT_OFF,    "",   "2026-11-26", "2026-12-28"),
        ("other weekends: a Friday to Sunday", FRIDAY_OFF, "IL", "2026-11-04", "2026-12-06"),
        ("other weekends: a Sunday stays",     FRIDAY_OFF, "IL", "2026-11-06", "2026-12-06"),
        ("clocks go forward on that Sunday",   PUT_OFF,    "FR", "2027-02-26", "2027-03-29"),
    ],
)  # fmt: skip
def test_it_ends_on_a_day_on_which_something_can_be_handed_in(
    what: str, policy: Policy, country: str, delivered: str, last: str
) -> None:
    found = last_minute(policy, country=country, delivered_at=at(f"{delivered} 10:00"))
    assert found == f"{last} 23:59"


def test_a_fixed_day_is_put_off_too() -> None:
    window = {"id": "w", "label": "W", "until": "2027-01-31"}  # a Sunday
    policy = ruled(windows=[window], extend={"weekends": ["sunday"]})
    assert last_minute(policy) == "2027-02-01 23:59"


def test_the_verdict_names_the_window_and_what_it_looked_at() -> None:
    line = replace(PLAIN, category="Electronics", country="DE", now=at("2026-11-17 23:59"))
    (found,) = [f for f in judge(line, RULED, 7).findings if f.rule == "window"]
    assert Voice("en", BERLIN).text(found.text) == (
        "In time by “Devices”: it can go back until Tuesday 17 November 2026."
    )
    assert found.inputs == {
        "until": "2026-11-17", "days": 14, "from": "2026-11-03", "rule": "tech", "sku": "KS-ALP", "tags": [],
        "category": "Electronics", "placed": "2026-10-30", "gift": False, "country": "DE",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("what", "one", "other", "clash"),
    [
        ("both for everything",                {},                              {},                             "every article"),
        ("the same tag",                       {"match": {"tags": ["a", "b"]}}, {"match": {"tags": ["b"]}},     "tag b"),
        ("two tags",                           {"match": {"tags": ["a"]}},      {"match": {"tags": ["b"]}},     ""),
        ("a tag and everything",               {"match": {"tags": ["a"]}},      {},                             ""),
        ("a SKU of both",                      {"match": {"skus": ["S"], "tags": ["a"]}},
                                                                                {"match": {"skus": ["S"]}},     "SKU S"),
        ("one country in both",                {"countries": ["DE", "AT"]},     {"countries": ["AT", "CH"]},    "every article"),
        ("other countries",                    {"countries": ["DE"]},           {"countries": ["CH"]},          ""),
        ("one for a country",                  {"countries": ["DE"]},           {},                             ""),
        ("a country and a gift",               {"countries": ["DE"]},           {"gift": True},                 ""),
        ("a day of two seasons",               {"placed": {"first": "2026-11-01", "last": "2026-12-24"}},
               {"placed": {"first": "2026-12-24", "last": "2026-12-31"}},                                       "every article"),
        ("one season after the other",         {"placed": {"first": "2026-11-01", "last": "2026-12-23"}},
               {"placed": {"first": "2026-12-24", "last": "2026-12-31"}},                                       ""),
    ],
)  # fmt: skip
def test_two_windows_of_which_none_is_closer_are_a_clash(
    what: str, one: dict[str, Any], other: dict[str, Any], clash: str
) -> None:
    both = [{"id": id, "label": id, "days": 1, **rule} for id, rule in (("x", one), ("y", other))]
    found = [(found.place, clash in str(found.words)) for found in clashes(ruled(windows=both))]
    assert found == ([("windows.2", True)] if clash else [])


@pytest.mark.parametrize(
    "broken",
    [
        {"days": -1},
        {},
        {"until": 20270131},
        {"until": "2027-02-29"},
        {"until": "9999-12-31"},
        {"days": 1, "placed": {"first": "2026-12-24", "last": "2026-12-23"}},
        {"days": 1, "countries": ["Germany"]},
    ],
)
def test_a_window_that_makes_no_sense_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        ruled(windows=[{"id": "w", "label": "W", **broken}])


def test_a_week_needs_a_day_to_hand_something_in() -> None:
    week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    with pytest.raises(ValueError):
        ruled(extend={"weekends": week})


def test_the_windows_that_are_put_in_another_order_say_the_same() -> None:
    lines = [
        replace(PLAIN, tags=frozenset(tags), category=category, country=country, gift=gift)
        for tags in ((), ("bulky",), ("bulky", "outlet"))
        for category in ("Home", "Electronics")
        for country in ("DE", "AT", "CH")
        for gift in (False, True)
    ]
    for some in permutations(WINDOWS[1:6]):
        other = ruled(windows=[*WINDOWS[6:], *some, WINDOWS[0]])
        assert [judge(line, other, 1) for line in lines] == [judge(line, RULED, 1) for line in lines]


@settings(deadline=None, max_examples=60)
@given(st.permutations(WINDOWS), st.integers(0, 90 * 24 * 60))
def test_neither_their_order_nor_a_day_makes_a_verdict_that_verify_does_not_reach(
    order: list[dict[str, Any]], minutes: int
) -> None:
    policy = ruled(windows=order, extend={"weekends": ["sunday"], "holidays": HOLIDAYS})
    line = replace(PLAIN, placed_at=PLAIN.placed_at + minutes * MINUTE, country="DE")
    (said,) = _said(judge(line, policy, 1))
    found = again(policy.model_dump(mode="json"), said["inputs"])
    assert found and found.isoformat() == said["inputs"]["until"]


def test_the_policy_of_today_is_read_as_it_was() -> None:
    assert not DOCUMENT.keys() & {"windows", "extend"}
    assert last_minute(ruled()) == "2026-12-03 23:59"
