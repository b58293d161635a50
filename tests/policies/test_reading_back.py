"""Whatever is taken in can be kept, shown, exported and taken in again, the same to the byte."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import Refusal
from portal.policies.drafting import save, start
from portal.policies.writing import LARGEST, Unreadable, fits, read, written
from portal.tenants import locked_shop
from tests.harness.configuring import active
from tests.harness.shops import Shop
from tests.harness.trading import policy, whole

WHOLE = yaml.safe_load(written(whole(policy())))
PARTS = WHOLE["policy"]
BRAND = {
    "name": "Fjell", "contact": "info@fjell.example", "return_address": ["Kai 4"], "main": "#0b5566",
    "accent": "#8a1020",
}  # fmt: skip
ODD = "\x00\t\n\r\x1b\x7f\x85\xa0\xad\u200f\u2028\u2029\u202e\ud800\ufeff\ufffe\uffff\U0001f600\U0010ffff"
PLAIN = "a B7é嗯#:-?,&*!|>'\"%@`{}[]=~_.\\  "
TEXT = st.text(st.sampled_from(ODD + PLAIN), max_size=12) | st.text(
    st.sampled_from(PLAIN + "\n"), max_size=160
)
FINE = st.text(
    st.sampled_from(PLAIN.replace("{", "").replace("}", "").replace("\\xa0", "")), max_size=120
).map(lambda text: f"x{text}"[:80].strip())
WORD = TEXT | st.sampled_from(
    ["no", "1e3", "0840", "2026-02-30", "null", "~", "=", "<<", "- a", "a: b", " a "]
)


def saying(words: list[str]) -> dict[str, Any]:
    """A configuration with a word in each place that has no other law."""
    label, ground, question, sku, tag, category, mail, name, line, account = words
    match = {"skus": [sku, "A-1"], "tags": [tag], "categories": [category]}
    barred = {"id": "worn", "ground": ground, "instead": "Keep it.", "match": match}
    reason = {**PARTS["reasons"][0], "label": label, "question": question}
    return {
        **WHOLE,
        "policy": {**PARTS, "reasons": [reason], "barred": [barred]},
        "books": {"accounts": {"sales": {"code": "1200", "name": account}}},
        "branding": {**BRAND, "name": name, "return_address": [line]},
        "notices": {"texts": {"received": {"en": {"subject": "x", "opening": mail}}}},
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(FINE, min_size=10, max_size=10), st.integers(0, 29), WORD)
def test_what_is_read_is_written_and_read_again_the_same(words: list[str], place: int, word: str) -> None:
    """Of three texts two have nothing in them that would be refused."""
    said = saying([word if n == place else fine for n, fine in enumerate(words)])
    try:
        wanted = read(yaml.safe_dump(said).encode())
    except Unreadable as error:
        assert str(error).encode() and place < 10
        return
    text = written(wanted)
    assert fits(wanted) and read(text.encode()) == wanted and written(read(text.encode())) == text


@pytest.mark.parametrize("word", ["\ud800", "a\x00b", "a\x85b", "\x1b", "\uffff"])
def test_a_character_that_cannot_be_seen_is_refused_wherever_it_stands(word: str) -> None:
    for place in range(10):
        said = saying([word if n == place else "x" for n in range(10)])
        with pytest.raises(Unreadable) as refused:
            read(yaml.safe_dump(said).encode())
        assert refused.value.faults and str(refused.value).encode()


def test_only_what_has_lines_takes_several_and_nothing_takes_none() -> None:
    for place, taken in enumerate((False, True, False, False, False, False, True, False, False, False)):
        try:
            read(yaml.safe_dump(saying(["a\nb" if n == place else "x" for n in range(10)])).encode())
        except Unreadable:
            assert not taken, place
        else:
            assert taken, place
    for place in (0, 1, 2, 7):
        with pytest.raises(Unreadable):
            read(yaml.safe_dump(saying([" " if n == place else "x" for n in range(10)])).encode())


def test_a_name_that_cannot_be_shown_is_told_all_the_same() -> None:
    with pytest.raises(Unreadable) as refused:
        read(b'"a\\0\\x85": 1\n')
    assert "a\ufffd\ufffd (line 1): nothing is called so" in str(refused.value)


def test_what_is_short_only_as_it_is_typed_is_refused() -> None:
    wide = "\ufeff" * 300  # three bytes as they are, six as they are written
    rules = [
        f"{{id: r{n}, ground: '{wide}', instead: '{wide}', match: {{skus: [s{n}]}}}}" for n in range(100)
    ]
    typed = written(whole(policy(barred=[]))).replace(
        "  fees:\n", f"  barred: [{', '.join(rules)}]\n  fees:\n"
    )
    assert len(typed.encode()) < LARGEST
    with pytest.raises(Unreadable, match="written out it is larger than 256 kB"):
        read(typed.encode())


@pytest.mark.sqlite
def test_a_draft_that_would_grow_too_long_to_be_taken_in_again_is_not_saved(shop: Shop) -> None:
    rule = {"ground": "\ufeff" * 300, "instead": "Keep it."}
    vast = whole(policy(barred=[{**rule, "id": f"r{n}", "match": {"skus": [f"s{n}"]}} for n in range(150)]))
    with shop.transaction():
        owner, by = locked_shop(), shop.actor()
        draft = start(owner, active(), by)
        for keep in (lambda: save(owner, draft, vast, by), lambda: start(owner, active(), by, vast)):
            with pytest.raises(Refusal, match="Written out"):
                keep()
        assert len(draft.configuration.policy.barred) < 150
