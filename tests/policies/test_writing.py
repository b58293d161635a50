"""A policy as a text: what is read is what was written, and all that is wrong is told with its place."""

from typing import Any

import pytest
import yaml

from portal.policies import Policy
from portal.policies.writing import DEEPEST, LARGEST, Unreadable, difference, read, written
from portal.provisioning.shops import DEFAULT_POLICY

TEXT = DEFAULT_POLICY.read_text("utf-8")
DOCUMENT = Policy.model_validate(yaml.safe_load(TEXT)).model_dump(mode="json")


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(Unreadable) as raised:
        read(text if isinstance(text, bytes) else text.encode())
    return list(map(str, raised.value.faults))


def test_what_was_written_is_read_back_the_same() -> None:
    assert read(TEXT.encode()) == DOCUMENT
    assert read(written(DOCUMENT).encode()) == DOCUMENT
    odd = {**DOCUMENT, "reasons": [{**DOCUMENT["reasons"][0], "label": "Zu klein: „no“, yes #1 — 嗯"}]}
    assert read(written(odd).encode()) == odd


def test_everything_that_is_wrong_is_told_with_its_place() -> None:
    wrong = TEXT.replace("points: 1500", "points: 15000").replace(
        "hand_in_days: 14", "hand_in_days: two weeks"
    )
    assert [fault.partition(":")[0] for fault in faults(wrong)] == ["fees.1.points", "hand_in_days"]
    assert faults(TEXT + "window_days: 3\n")[0].startswith("window_days: Extra inputs")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "line 1: expected the node content"),
        (TEXT + "pay_days: 3\n", "line 2: pay_days stands here twice"),
        ("a: &x [1]\nb: *x\n", "line 2: no aliases"),
        ("a: " + "[" * (DEEPEST + 1), "line 1: nested too deep"),
        ("[" * 100_000, "line 1: nested too deep"),
        ("a: !!python/object/apply:os.system [ls]", "line 1: could not determine a constructor"),
        ("x" * (LARGEST + 1), "larger than 256 kB"),
        (b"\xff\xfe\x00", "not in UTF-8"),
        ("", "Input should be"),
        ("- 1", "Input should be"),
        ("a: \x00", "special characters are not allowed"),
    ],
)
def test_what_is_no_policy_is_told_why(text: str | bytes, said: str) -> None:
    assert said in faults(text)[0]


def test_a_difference_is_shown_line_by_line() -> None:
    after: dict[str, Any] = {**DOCUMENT, "credit_bonus": 500}
    told = difference(DOCUMENT, after).splitlines()
    assert [line for line in told if line[0] in "+-" and line[1] not in "+-"] == [
        "-credit_bonus: 0", "+credit_bonus: 500",
    ]  # fmt: skip
    assert (
        difference(DOCUMENT, dict(reversed(DOCUMENT.items()))) != ""
    )  # an order of its own is kept as it is
