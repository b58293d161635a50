"""Public holidays by country and by part of one, as a library knows them: the day on which a time ends then."""

from dataclasses import replace
from typing import Any

import pytest

from portal.checks.again import last_day as again
from portal.i18n import Place, Voice, dump, load, say
from portal.policies import Policy, calendars
from portal.policies.calendars import LIBRARY, days_off
from portal.policies.differing import words
from portal.policies.document import clashes
from portal.policies.promises import public_holidays
from portal.policies.rules import judge
from portal.policies.writing import Unreadable, read, written
from tests.harness.trading import policy, whole
from tests.policies.facts import BERLIN, PLAIN, at, ruled
from tests.policies.test_windows import BIN, LONDON, NEW_YORK, last_minute

JERUSALEM = "Asia/Jerusalem"
DE, BY, GB, IL, US = (
    {"country": code.partition("-")[0], "subdivision": code.partition("-")[2]}
    for code in ("DE", "DE-BY", "GB", "IL", "US")
)
WEEKEND, SUNDAY, IN_ISRAEL = ["saturday", "sunday"], ["sunday"], ["friday", "saturday"]


def off(*calendars: dict[str, str], weekends: list[str] | None = None, **more: Any) -> Policy:
    extend = {"public_holidays": calendars, "weekends": weekends or [], **more}
    return ruled(window={"days": 30, "transit_days": 5}, extend=extend)


THERE = off(shoppers_holidays=True)
OWN = {"holidays": {"DE": ["2026-12-24"]}, "open_days": ["2026-12-26"]}


@pytest.mark.parametrize(
    ("what", "policy", "zone", "country", "delivered", "last"),
    [
        ("Easter Monday in Germany",              off(DE),                     BIN,       "DE", "2027-02-27", "2027-03-30"),
        ("the day before it, a Sunday",           off(DE),                     BIN,       "DE", "2027-02-26", "2027-03-28"),
        ("Good Friday, weekend, Easter Monday",   off(DE, weekends=WEEKEND),   BIN,       "DE", "2027-02-24", "2027-03-30"),
        ("a weekend followed by a holiday",       off(DE, weekends=WEEKEND),   BIN,       "DE", "2027-02-25", "2027-03-30"),
        ("clocks go forward on that Sunday",      off(DE, weekends=SUNDAY),    BIN,       "DE", "2027-02-26", "2027-03-30"),
        ("a day off that clocks go back on",      off(DE, weekends=SUNDAY),    BIN,       "DE", "2026-09-25", "2026-10-26"),
        ("a day that has a holiday elsewhere",    off(DE),                     BIN,       "DE", "2026-12-07", "2027-01-06"),
        ("Epiphany, in Bavaria alone",            off(BY),                     BIN,       "DE", "2026-12-07", "2027-01-07"),
        ("named of the shop, not the shopper",    off(BY),                     BIN,       "FR", "2026-12-07", "2027-01-07"),
        ("New Year over the end of a year",       off(DE, weekends=["thursday"]), BIN,    "DE", "2026-12-01", "2027-01-02"),
        ("Christmas, both days and a Sunday",     off(DE, weekends=SUNDAY),    BIN,       "DE", "2026-11-25", "2026-12-28"),
        ("26 December in Great Britain",          off(GB),                     LONDON,    "GB", "2026-11-26", "2026-12-27"),
        ("the Monday in lieu of it",              off(GB),                     LONDON,    "GB", "2026-11-28", "2026-12-29"),
        ("two days in lieu after a weekend",      off(GB, weekends=WEEKEND),   LONDON,    "GB", "2027-11-25", "2027-12-29"),
        ("New Year, in lieu on a Monday",         off(GB, weekends=WEEKEND),   LONDON,    "GB", "2027-12-02", "2028-01-04"),
        ("no Easter Monday in Scotland",          off({"country": "GB", "subdivision": "SCT"}), LONDON, "GB", "2027-02-27", "2027-03-29"),
        ("Easter Monday in England",              off({"country": "GB", "subdivision": "ENG"}), LONDON, "GB", "2027-02-27", "2027-03-30"),
        ("Rosh Hashanah after a weekend",         off(IL, weekends=IN_ISRAEL), JERUSALEM, "IL", "2026-08-12", "2026-09-14"),
        ("Yom Kippur, a Monday",                  off(IL, weekends=IN_ISRAEL), JERUSALEM, "IL", "2026-08-22", "2026-09-22"),
        ("its eve is none",                       off(IL, weekends=IN_ISRAEL), JERUSALEM, "IL", "2026-08-21", "2026-09-20"),
        ("Thanksgiving",                          off(US),                     NEW_YORK,  "US", "2026-10-27", "2026-11-27"),
        ("Independence Day on Friday in lieu",    off(US, weekends=WEEKEND),   NEW_YORK,  "US", "2026-06-03", "2026-07-06"),
        ("14 July, where the shopper is",         THERE,                       BIN,       "FR", "2027-06-14", "2027-07-15"),
        ("14 July, for a shopper elsewhere",      THERE,                       BIN,       "DE", "2027-06-14", "2027-07-14"),
        ("no country known",                      THERE,                       BIN,       "",   "2027-06-14", "2027-07-14"),
        ("a country that nobody knows",           THERE,                       BIN,       "XX", "2027-06-14", "2027-07-14"),
        ("an own day, and two holidays",          off(DE, holidays=OWN["holidays"]), BIN, "DE", "2026-11-24", "2026-12-27"),
        ("the same, but open on the second",      off(DE, **OWN),              BIN,       "DE", "2026-11-24", "2026-12-26"),
        ("open on a weekend, too",                off(DE, weekends=WEEKEND, **OWN), BIN,  "DE", "2026-11-26", "2026-12-26"),
        ("two calendars, one after the other",    off(GB, DE),                 BIN,       "DE", "2026-11-26", "2026-12-27"),
        ("far away",                              off(DE),                     BIN,       "DE", "2149-12-02", "2150-01-01"),
    ],
)  # fmt: skip
def test_it_ends_on_the_next_day_that_is_no_holiday(
    what: str, policy: Policy, zone: str, country: str, delivered: str, last: str
) -> None:
    sent = {"placed_at": at(delivered), "delivered_at": at(f"{delivered} 10:00", zone)}
    assert last_minute(policy, zone, country=country, **sent) == f"{last} 23:59"


def found(policy: Policy, now: str = "2026-12-27 12:00") -> Any:
    line = replace(PLAIN, delivered_at=at("2026-11-25 10:00"), country="DE", now=at(now))
    return next(one for one in judge(line, policy, 1).findings if one.rule == "window")


def test_the_verdict_keeps_the_days_that_were_passed_over_and_what_told_them() -> None:
    said = found(off(BY))
    assert said.inputs == {
        "until": "2026-12-27", "days": 30, "from": "2026-11-25", "rule": "", "counted": "2026-12-25",
        "library": LIBRARY, "holidays": {"2026-12-25": "DE-BY", "2026-12-26": "DE-BY"},
    }  # fmt: skip
    assert Voice("en", BERLIN).text(said.text) == (
        "In time: it can go back until Sunday 27 December 2026. A public holiday lengthened it; "
        "else Friday 25 December 2026 was the last day."
    )
    late = Voice("en", BERLIN).text(found(off(BY), "2026-12-28 00:00").text)
    assert late.startswith("The time to send it back ended on Sunday 27 December 2026. A public holiday")
    assert found(off(weekends=WEEKEND)).inputs.keys().isdisjoint({"library", "holidays"})


@pytest.mark.parametrize(
    ("what", "changes", "last"),
    [
        ("by the same library", {}, "2026-12-27"),
        ("by the same library, a day more", {"holidays": {"2026-12-25": "DE-BY", "2026-12-26": "DE-BY", "2026-12-27": "DE-BY"}}, None),
        ("by the same library, a day less", {"holidays": {"2026-12-25": "DE-BY"}}, None),
        ("another library is believed", {"library": "holidays 0.1"}, "2026-12-27"),
        ("also if it knew a day less", {"library": "holidays 0.1", "holidays": {"2026-12-25": "DE-BY"}}, "2026-12-26"),
        ("but not of a calendar that is not named", {"library": "holidays 0.1", "holidays": {"2026-12-25": "FR"}}, None),
        ("nor of a day that was not passed", {"library": "holidays 0.1", "holidays": {"2026-12-31": "DE-BY"}}, None),
    ],
)  # fmt: skip
def test_verify_follows_the_days_that_were_kept(what: str, changes: Any, last: str | None) -> None:
    policy = off(BY)
    inputs = {**found(policy).inputs, **changes}
    day = again(policy.model_dump(mode="json"), inputs)
    assert (day and day.isoformat()) == last


def test_places_that_nobody_knows_are_errors_with_their_place() -> None:
    wrong = [
        DE,
        {"country": "XX"},
        {"country": "DE", "subdivision": "ZZ"},
        {"country": "IL", "subdivision": "A"},
    ]
    text = written(whole({**policy(), "extend": {"public_holidays": wrong}}))
    with pytest.raises(Unreadable) as told:
        read(text.encode())
    places = ["2.country", "3.subdivision", "4.subdivision"]
    assert [fault.place for fault in told.value.faults] == [
        f"policy.extend.public_holidays.{p}" for p in places
    ]
    assert all(fault.line for fault in told.value.faults)
    assert "BB, BE, BW, BY" in str(told.value.faults[1]) and "leave it out" in str(told.value.faults[2])
    with pytest.raises(ValueError):
        off({"country": "Germany"})


def test_a_version_whose_place_is_known_no_more_is_read_all_the_same() -> None:
    gone = off({"country": "DE", "subdivision": "ZZ"})
    assert len(list(clashes(gone))) == 1
    assert last_minute(gone, delivered_at=at("2026-11-25 10:00")) == "2026-12-25 23:59"


def test_a_year_is_worked_out_once_for_a_process() -> None:
    days_off.cache_clear()
    for _ in range(50):
        found(off(BY))
    assert days_off.cache_info().misses == 1


def test_they_are_told_in_words() -> None:
    rules = off(BY, {"country": "AT"}, shoppers_holidays=True, open_days=["2026-12-26"]).extend
    told = [Voice("en", BERLIN).text(text) for text in public_holidays(rules, at("2026-12-20 00:00").date())]
    assert told == [
        "Nor does it end on a public holiday in Germany (Bayern), Austria.",
        "The next of them: Friday 25 December 2026, Friday 1 January 2027, Wednesday 6 January 2027.",
        "Nor does it end on a public holiday in the country that the order was sent to.",
        "On these days it ends all the same: Saturday 26 December 2026.",
    ]
    new = {
        "extend": {"public_holidays": [BY, GB], "shoppers_holidays": True, "holidays": {"DE": ["2026-12-24"]}}
    }
    changes = words(whole(policy()), whole({**policy(), **new}))
    assert [Voice("en", BERLIN).text(change) for change in changes] == [
        "Public holidays on which no time ends: nothing → Germany (Bayern), United Kingdom",
        "Public holidays where the order was sent to count: no → yes",
        "Days off in Germany: nothing → 2026-12-24",
    ]  # fmt: skip


def test_a_place_is_said_in_the_readers_language_and_kept() -> None:
    message = say("Days off in {country}", country=Place("DE", "Bayern"))
    assert load(dump(message)) == message and str(message) == "Days off in DE (Bayern)"
    assert Voice("de").place(Place("DE", "Bayern")) == "Deutschland (Bayern)"
    assert calendars.Calendar(country="FR", subdivision="971").place == Place("FR", "Guadeloupe")
