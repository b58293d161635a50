"""What people should not type is refused at its place or shown as typed, in every text field there is."""

import os
from collections.abc import Iterator

import pytest

from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.naughty import sample
from tests.harness.world import World, worked
from tests.laws.hostile import AMOUNTS, Field, Typist, everybody, wrong

# HOSTILE=1 types every string of the list into every field, which takes a while. Else the fields take turns
# at a part of it, and every one gets what PostgreSQL cannot keep.
WHOLE = os.environ.get("HOSTILE") == "1"
EVERY, TURNS = (1, {"sqlite": 1, "postgresql": 1}) if WHOLE else (40, {"sqlite": 4, "postgresql": 11})
NUL = "a\x00b"
MONEY = ("amount", "limit", "price", "budget", "n")


@pytest.fixture
def typist(databases: Databases) -> Iterator[Typist]:
    with portal_on(databases, worked) as app:
        yield Typist(everybody(World(app)))


def faults(typist: Typist, fields: list[Field], texts: list[str], turns: int = 1) -> list[str]:
    found = []
    for n, field in enumerate(fields):
        for text in texts[n % turns :: turns]:
            answer = typist.type(field, text)
            if answer is not None and (fault := wrong(field, text, answer)):
                found.append(fault)
    return found


def test_every_text_field_stands_what_is_typed(typist: Typist, kind: str) -> None:
    fields = typist.fields()
    assert len(fields) > 40
    assert faults(typist, fields, [NUL]) == []
    assert faults(typist, fields, sample(EVERY), TURNS[kind]) == []


@pytest.mark.sqlite
def test_every_amount_field_stands_odd_numbers(typist: Typist) -> None:
    fields = [f for f in typist.fields() if any(word in f.name for word in MONEY) and f.method == "post"]
    assert faults(typist, fields, list(AMOUNTS), TURNS["sqlite"]) == []


@pytest.mark.sqlite
def test_a_page_that_shows_a_text_unescaped_is_named(typist: Typist) -> None:
    field = next(f for f in typist.fields() if f.action.endswith("/find") and f.name == "number")
    app = typist.visits[field.who].world.app
    app.view_functions["shopper.look_up"] = lambda: "<p><b>bold</b></p>"
    assert "unescaped" in faults(typist, [field], ["<b>bold</b>"])[0]
    app.view_functions["shopper.look_up"] = lambda: ("<p>What was it?</p>", 422)
    assert "loses" in faults(typist, [field], ["Ärger"])[0]
    app.view_functions["shopper.look_up"] = lambda: "<p>Thanks.</p>"
    assert "control" in faults(typist, [field], ["a\x00b"])[0]
