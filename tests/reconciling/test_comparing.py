"""Laying the three side by side, with one difference of each kind planted."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.reconciling.comparing import Leg, Said, Theirs, Window, compare, sums
from portal.reconciling.models import Verdict
from portal.refunds.gateways.port import Way
from portal.refunds.lifecycle import LegState

BEGINS = datetime(2026, 10, 31, 23, tzinfo=UTC)  # midnight in Berlin
WINDOW = Window(BEGINS, BEGINS + timedelta(days=30))
NOON, SECOND = BEGINS + timedelta(hours=12), timedelta(seconds=1)
PAID = Said(1_000, NOON, "EUR")
LEG = Leg(uuid.uuid4(), uuid.uuid4(), "test", "re_1", LegState.SUCCEEDED, PAID)
GONE = Theirs("test", "re_1", Way.OUT, PAID)
BACK = Said(1_000, NOON + SECOND, "EUR")
CAME = replace(LEG, state=LegState.REVERSED, back=BACK)
RETURNED = Theirs("test", "re_1", Way.BACK, BACK)
OUT, IN = {(LEG.id, Way.OUT): PAID}, {(LEG.id, Way.OUT): PAID, (LEG.id, Way.BACK): BACK}
ELSEWHERE = Theirs("test", "re_9", Way.OUT, PAID)
OPEN = replace(LEG, reference="", state=LegState.UNKNOWN, out=None)
NAMED = replace(GONE, leg=LEG.id)


def at(said: Said, moment: datetime) -> Said:
    return replace(said, at=moment)


LAST, NEXT = WINDOW.ends - timedelta(microseconds=1), WINDOW.ends
V = Verdict


@pytest.mark.parametrize(
    ("legs", "booked", "theirs", "said"),
    [
        ([LEG], OUT, [GONE], [V.SAME]),
        ([CAME], IN, [GONE, RETURNED], [V.SAME, V.SAME]),
        ([], {}, [ELSEWHERE], [V.ONLY_THERE]),
        ([LEG], OUT, [GONE, ELSEWHERE], [V.ONLY_THERE, V.SAME]),
        ([LEG], OUT, [GONE, replace(ELSEWHERE, leg=LEG.id)], [V.ONLY_THERE, V.SAME]),
        ([LEG], OUT, [], [V.ONLY_HERE]),
        ([LEG], OUT, [replace(GONE, gateway="other")], [V.ONLY_HERE, V.ONLY_THERE]),
        ([LEG], OUT, [replace(GONE, said=replace(PAID, amount=999))], [V.AMOUNT]),
        ([LEG], OUT, [replace(GONE, said=replace(PAID, currency="USD"))], [V.AMOUNT]),
        ([OPEN], {}, [NAMED], [V.STATE]),
        ([replace(OPEN, state=LegState.FAILED)], {}, [NAMED], [V.STATE]),
        ([LEG], OUT, [GONE, RETURNED], [V.STATE, V.SAME]),
        ([CAME], IN, [GONE], [V.STATE, V.SAME]),
        ([LEG], OUT, [replace(GONE, state="pending")], [V.STATE]),
        ([LEG], {}, [GONE], [V.LEDGER]),
        ([OPEN], OUT, [NAMED], [V.LEDGER]),
        ([LEG], {(LEG.id, Way.OUT): replace(PAID, amount=1)}, [GONE], [V.LEDGER]),
        ([LEG], OUT, [replace(GONE, said=at(PAID, BEGINS - SECOND))], [V.NEIGHBOUR]),
        ([LEG], OUT, [replace(GONE, said=at(PAID, BEGINS))], [V.SAME]),
        ([LEG], OUT, [replace(GONE, said=at(PAID, LAST))], [V.SAME]),
        ([LEG], OUT, [replace(GONE, said=at(PAID, NEXT))], [V.NEIGHBOUR]),
    ],
)
def test_each_kind_of_difference_has_its_name(
    legs: list[Leg], booked: dict[tuple[uuid.UUID, Way], Said], theirs: list[Theirs], said: list[Verdict]
) -> None:
    lines = compare(legs, booked, theirs, WINDOW)
    assert sorted(line.verdict for line in lines) == sorted(said)
    assert [line.verdict is V.SAME for line in lines] == sorted(line.verdict is V.SAME for line in lines)


def test_what_falls_outside_on_every_side_is_no_line() -> None:
    late = at(PAID, NEXT)
    assert not compare(
        [replace(LEG, out=late)], {(LEG.id, Way.OUT): late}, [replace(GONE, said=late)], WINDOW
    )


def test_portal_and_ledger_may_write_on_two_sides_of_midnight() -> None:
    """The entry's moment counts for both, since the gateway's is its own."""
    before = replace(LEG, out=at(PAID, LAST))
    after = {(LEG.id, Way.OUT): at(PAID, NEXT)}
    assert not compare([before], after, [replace(GONE, said=at(PAID, NEXT))], WINDOW)
    (line,) = compare([before], after, [replace(GONE, said=at(PAID, LAST))], WINDOW)
    assert line.verdict is V.NEIGHBOUR
    far = {(LEG.id, Way.OUT): at(PAID, NEXT + timedelta(hours=1))}
    (line,) = compare([before], far, [replace(GONE, said=at(PAID, LAST))], WINDOW)
    assert line.verdict is V.NEIGHBOUR


def test_the_sums_are_what_left_less_what_came_back_within_the_window() -> None:
    dollars = replace(ELSEWHERE, said=replace(PAID, amount=7, currency="USD"))
    late = replace(LEG, id=uuid.uuid4(), reference="re_2", out=at(PAID, LAST))
    legs, booked = [CAME, late], IN | {(late.id, Way.OUT): at(PAID, LAST)}
    there = [GONE, dollars, replace(GONE, reference="re_2", said=at(PAID, NEXT))]
    found = sums(compare(legs, booked, there, WINDOW), WINDOW)
    euro, usd = found["test", "EUR", Way.OUT], found["test", "USD", Way.OUT]
    assert (euro.here, euro.booked, euro.there) == (1_000, 1_000, 1_000)
    assert (usd.here, usd.booked, usd.there) == (0, 0, 7)
