"""Templates hold no inline script or style, and nothing that a browser without eval cannot run."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laws.source import ROOT, plant

BANNED = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.I),
    "an event attribute": re.compile(r"\son[a-z]+\s*=|\shx-on\b|\shx-on:", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
    "an hx- expression that needs eval": re.compile(
        r"hx-(vals|headers)\s*=\s*[\"']\s*js:|hx-trigger\s*=\s*[\"'][^\"']*\["
    ),
    "a method that a form cannot have": re.compile(r"\shx-(put|patch|delete)\b"),
    "text that skips escaping": re.compile(r"\|\s*safe\b|\bMarkup\("),
}
SAFE = re.compile(r"""["'] hx-swap-oob="true"["']\s*\|\s*safe""")  # an attribute of our own, no data in it
# Facts for machines: a type that no browser runs, and nothing in it but values that |tojson has escaped.
DATA = re.compile(r"""<script type="application/ld\+json">{{ [a-z_]+\|tojson }}</script>""")
COMMENT = re.compile(r"{#.*?#}", re.S)


MAILS = "notices"  # no policy of ours governs them, and on a phone their width must be said inline


def violations(root: Path) -> Iterator[str]:
    for path in sorted((root / "templates").rglob("*.html")):
        text = COMMENT.sub(lambda hit: "\n" * hit[0].count("\n"), path.read_text())
        text = DATA.sub("", SAFE.sub("''", text))
        for name, pattern in BANNED.items():
            if path.parent.name == MAILS and name == "an inline style":
                continue
            for hit in pattern.finditer(text):
                line = text.count("\n", 0, hit.start()) + 1
                yield f"{path.relative_to(root)}:{line} {name}: {hit[0].strip()}"


def test_templates_hold_nothing_inline() -> None:
    assert list(violations(ROOT)) == []


@pytest.mark.parametrize(
    ("markup", "named"),
    [
        ("<p style='color: red'>", "an inline style"),
        ("<style>p {}</style>", "an inline style"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<script type="application/ld+json">{{ facts }}</script>', "an inline script"),
        ('<script type="application/ld+json">{"a": 1}</script>', "an inline script"),
        ("<button\n  onclick='go()'>", "an event attribute"),
        ("<button hx-on:click='go()'>", "an event attribute"),
        ("<a href='javascript:void 0'>", "a javascript address"),
        ("<div hx-vals='js:{a: 1}'>", "needs eval"),
        ("<div hx-trigger='click[ctrlKey]'>", "needs eval"),
        ("<form hx-delete='/x'>", "a form cannot have"),
        ("{{ note|safe }}", "skips escaping"),
    ],
)
def test_a_planted_break_is_named(tmp_path: Path, markup: str, named: str) -> None:
    assert any(named in v for v in violations(plant(tmp_path, {"templates/shop/x.html": markup})))


def test_what_is_allowed_is_not_named(tmp_path: Path) -> None:
    markup = """{# style='' is not for us #}<script type="application/ld+json">{{ facts|tojson }}</script>
    <script src="{{ x }}" defer></script>
    <form action="/a" hx-post="/a">{% with oob = ' hx-swap-oob="true"'|safe %}{% endwith %}</form>"""
    assert list(violations(plant(tmp_path, {"templates/x.html": markup}))) == []
