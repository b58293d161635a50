"""A configuration as a text: what is read is what was written, and what is wrong is told with its place."""

import time

import pytest
import yaml

from portal.i18n import Voice
from portal.policies.document import Policy, clashes
from portal.policies.writing import DEEPEST, LARGEST, TOLD, Unreadable, completed, difference, read, written
from tests.harness.trading import policy, whole

PARTS = policy()
WHOLE = whole(PARTS)
TEXT = written(WHOLE)


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(Unreadable) as raised:
        read(text if isinstance(text, bytes) else text.encode())
    return list(map(str, raised.value.faults))


def test_what_was_written_is_read_back_the_same_to_the_byte() -> None:
    odd = [{**PARTS["reasons"][0], "label": "Zu klein: „no“, yes #1 — 嗯"}]
    season = {"id": "gifts", "label": "Gifts", "gift": True, "until": "2027-01-31"}
    more = {"windows": [season], "way_back": {"free_from": {"EUR": 0}}, "barred": [], "gift_card_bonus": 1}
    for wanted in (
        WHOLE,
        whole({**PARTS, "reasons": odd, "second_review": False}),
        whole({**PARTS, **more}),
    ):
        assert read(written(wanted).encode()) == wanted
        assert written(read(written(wanted).encode())) == written(wanted)


def test_what_is_empty_and_would_be_so_anyway_is_not_written() -> None:
    inside = "".join(line for line in TEXT.splitlines(keepends=True) if line.startswith(" "))
    assert not any(f" {empty}\n" in inside for empty in ("[]", "{}", "null", "''", "false"))
    off = written(whole({**PARTS, "second_review": False}))
    assert "second_review: false\n" in off and "comment: optional" in TEXT


def test_a_document_that_a_text_lacks_stays_as_it_is_kept() -> None:
    kept = whole({**PARTS, "second_review": False})
    older = TEXT[: TEXT.index("limits:")]
    assert completed(read(older.encode()), kept) == kept
    assert completed(read(TEXT.encode()), kept) == WHOLE != kept
    assert completed(read((older + "limits: {}\n").encode()), kept).limits.second_review
    assert faults(TEXT[TEXT.index("limits:") :])[0].startswith("policy: this has to be there")


def test_everything_that_is_wrong_is_told_with_its_place() -> None:
    wrong = TEXT.replace("points: 1500", "points: 15000").replace(
        "hand_in_days: 14", "hand_in_days: two weeks"
    )
    lines = [line.strip() for line in wrong.splitlines()]
    assert [fault.partition(":")[0] for fault in faults(wrong)] == [
        f"policy.fees.1.points (line {lines.index('points: 15000') + 1})",
        f"policy.hand_in_days (line {lines.index('hand_in_days: two weeks') + 1})",
    ]
    lacking = TEXT.replace("    label: Opened electronics\n", "")
    place = lacking.splitlines().index("  - id: electronics") + 1
    assert faults(lacking) == [f"policy.fees.1.label (line {place}): this has to be there"]
    last = len(TEXT.splitlines()) + 1
    assert faults(TEXT + "window_days: 3\n")[0].startswith(f"window_days (line {last}): nothing is called so")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "line 1: no YAML: expected the node content"),
        (TEXT + "limits: {}\n", "line 1: limits stands here twice"),
        ("a: &x [1]\nb: *x\n", "line 2: no aliases"),
        ("a: " + "[" * (DEEPEST + 1), "line 1: nested too deep"),
        ("[" * 100_000, "line 1: nested too deep"),
        ("a: !!python/object/apply:os.system [ls]", "line 1: no YAML: could not determine a constructor"),
        ("x" * (LARGEST + 1), "larger than 256 kB"),
        (b"\xff\xfe\x00", "not in UTF-8"),
        ("", "names with their values are wanted"),
        ("- 1", "names with their values are wanted"),
        ("a: \x00", "special characters are not allowed"),
    ],
)
def test_what_is_no_policy_is_told_why(text: str | bytes, said: str) -> None:
    assert said in faults(text)[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2027-02-29", "line 2: “2027-02-29” is no day"),
        ("2026-13-45", "line 2: “2026-13-45” is no day"),
        ("2026-01-01 25:00:00", "line 2: “2026-01-01 25:00:00” is no day"),
        ("!!int x", "line 2: “x” is no whole number"),
        ('!!int ""', "line 2: “” is no whole number"),
        ("!!float x", "line 2: “x” is no number"),
        ("!!bool abc", "line 2: “abc” is not true or false"),
        ("!!timestamp abc", "line 2: “abc” is no day"),
        ('!!map "abc"', "line 2: no YAML: expected a mapping node"),
        ("{? [a, b] : 1, ? [a, b] : 2}", "line 2: no YAML: found unhashable key"),
        ("9" * 5000, "line 2: that is too long for a figure"),
        ("1" + ":1" * 60_000, "line 2: that is too long for a figure"),
    ],
)
def test_what_only_looks_like_a_day_or_a_figure_is_told_at_its_line(value: str, said: str) -> None:
    assert faults(f"policy:\n  pay_days: {value}\n")[0].startswith(said)


def test_a_text_of_many_faults_is_answered_soon_and_says_how_many_more_there_are() -> None:
    rules = [
        {"id": f"f{n}", "label": "F", "points": 1, "match": {"skus": [f"s{n // 2}"]}} for n in range(1000)
    ]
    begun = time.process_time()
    assert (
        faults("{" + ",".join(f"k{n}" for n in range(12_000)) + ", k0}")[0] == "line 1: k0 stands here twice"
    )
    strange = faults(TEXT + "".join(f"x{n}: 1\n" for n in range(4000)))
    assert (len(strange), strange[-1]) == (TOLD + 1, f"and {4000 - TOLD} more")
    held = list(clashes(Policy.model_validate({**WHOLE.documents["policy"], "fees": rules})))
    assert [(clash.place, "SKU s0 as closely as “f0” (fees.1)" in str(clash.words)) for clash in held][:2] == [
        ("fees.2", True), ("fees.4", False),
    ]  # fmt: skip
    assert len(held) == 500
    assert time.process_time() - begun < 8  # each alone took longer


def test_what_is_wrong_is_said_in_the_readers_language() -> None:
    changes = {
        "points: 1500": "points: 15000",
        "hand_in_days: 14": "hand_in_days: two weeks",
        "pay_days: 14": "pay_days: -1",
        "    label: Opened electronics\n": "    points_: 1\n    label: ''\n",
        "fault: shop\n": "fault: nobody\n",
        "second_review: true": "second_review: perhaps",
        "return_shipping:\n": "return_shipping:\n    E: 1\n",
    }
    wrong = TEXT
    for old, new in changes.items():
        assert old in wrong, old
        wrong = wrong.replace(old, new, 1)
    german = Voice("de")
    with pytest.raises(Unreadable) as raised:
        read(wrong.encode())
    told = [(fault.place, german.text(fault.told)) for fault in raised.value.faults]
    words = ("höchstens 10000", "ganze Zahl", "mindestens 0", "so heißt hier nichts", "mindestens 1", "eines davon",
             "true oder false", "mit ihren drei Buchstaben")  # fmt: skip
    for word in words:
        assert any(word in said and f"{place} (Zeile " in said for place, said in told), (word, told)
    assert not any("nput" in said or "hould" in said for _, said in told)
    tied = {"id": "y", "label": "y", "days": 3}
    for parts, said in (
        ({"windows": [{**tied, "id": "x"}, tied]}, "passt auf alle Artikel so genau wie „x“ (windows.1)"),
        ({"windows": [{"id": "x", "label": "x"}]}, "eine Frist hat Tage oder einen Tag"),
    ):
        document = {**WHOLE.documents["policy"], **parts}
        with pytest.raises(Unreadable) as raised:
            read(yaml.safe_dump({"policy": document}).encode())
        assert said in german.text(raised.value.faults[0].told)


def test_a_difference_is_shown_line_by_line() -> None:
    told = difference(WHOLE, whole({**PARTS, "hand_in_days": 21})).splitlines()
    assert [line for line in told if line[0] in "+-" and line[1] not in "+-"] == [
        "-  hand_in_days: 14", "+  hand_in_days: 21",
    ]  # fmt: skip
    turned = {**PARTS, "return_shipping": dict(reversed(PARTS["return_shipping"].items()))}
    assert difference(WHOLE, whole(turned)) != ""  # an order of its own is kept as it is
