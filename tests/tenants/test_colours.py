"""A shop's colours are legible by day and by night, or told where they are not, with the nearest that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.tenants.colours import (
    DIM,
    EDGE,
    LIGHT,
    TEXT,
    WELL,
    Tone,
    by_day,
    by_night,
    faint,
    hue_of,
    letters,
    of_hue,
    ratio,
)  # fmt: skip

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_a_ratio_is_that_of_the_guidelines(one: str, other: str, said: float) -> None:
    assert ratio(one, other) == ratio(other, one) == pytest.approx(said, abs=0.01)


@given(COLOURS)
def test_a_colour_is_the_same_there_and_back(colour: str) -> None:
    there = bytes.fromhex(Tone.of(colour).colour[1:])
    assert max(abs(a - b) for a, b in zip(there, bytes.fromhex(colour[1:]), strict=True)) <= 1


@given(COLOURS)
def test_every_colour_or_the_nearest_that_is_named_for_it_is_legible_by_day_and_by_night(colour: str) -> None:
    shown = {}
    for name, needed in (("main", TEXT), ("accent", EDGE)):
        found = faint(name, colour)
        assert found is None or found.ratio < found.needed == needed
        shown[name] = found.nearest if found else colour
        assert faint(name, shown[name]) is None and ratio(shown[name], WELL) >= needed
    day, night = by_day(**shown, ground=colour), by_night(**shown, ground=colour)
    assert ratio(day.main, day.on_main) >= TEXT and ratio(day.on_ground, day.ground) >= TEXT
    assert ratio(night.main, DIM) >= TEXT and ratio(night.main, night.on_main) >= TEXT
    assert ratio(night.accent, DIM) >= EDGE
    assert not night.ground or ratio(night.ground, night.on_ground) >= TEXT


def test_the_nearest_keeps_its_hue_and_gives_no_more_away_than_it_must() -> None:
    found = faint("main", "#ff6a00")
    assert found and abs(hue_of(found.nearest) - hue_of("#ff6a00")) <= 2
    assert ratio(found.nearest, WELL) < TEXT + 0.1
    assert faint("main", "#000000") is None and faint("ground", "#ffff00") is None


def test_what_a_shop_begins_with_is_legible_whatever_its_hue() -> None:
    assert all(faint("main", of_hue(hue)) is None for hue in range(0, 360, 5))
    assert letters("#ffffff") != LIGHT and letters("#12324f") == "#ffffff"
    assert hue_of("#777777") == 218 and hue_of(of_hue(30)) == 30
