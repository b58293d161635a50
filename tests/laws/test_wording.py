"""Every text that people see is marked for translation."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.laws.source import ROOT, plant

JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.S)
SHAPE = re.compile(r"{% block shape %}.*?{% endblock %}", re.S)  # the name of a class
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"\S+@\S+")
SPOKEN = {"title", "alt", "aria-label", "placeholder", "content"}
SAME_EVERYWHERE = {"Homeward", "Letter", "mm", "QR", "CSV"}


class Reader(HTMLParser):
    """Collects what is said outside of Jinja, with its line."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[int, str]] = []
        self.mute = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.mute = tag in {"style", "script", "kbd"}
        if tag != "meta":
            self.said += [(self.getpos()[0], value or "") for name, value in attrs if name in SPOKEN]

    def handle_data(self, data: str) -> None:
        if not self.mute:
            self.said.append((self.getpos()[0], data))

    def handle_endtag(self, tag: str) -> None:
        self.mute = False


def violations(root: Path) -> Iterator[str]:
    for path in sorted((root / "templates").rglob("*.html")):
        text = SHAPE.sub("", path.read_text())
        reader = Reader()
        reader.feed(JINJA.sub(lambda hit: "\n" * hit[0].count("\n"), text))
        for line, said in reader.said:
            if set(WORD.findall(ADDRESS.sub("", said))) - SAME_EVERYWHERE:
                yield f"{path.relative_to(root)}:{line} is not marked for translation: {said.strip()}"


def test_every_text_can_be_translated() -> None:
    assert list(violations(ROOT)) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Hello</p>",
        "{% if x %}Hello{% endif %}",
        '<img alt="A shoe">',
        '<button title="Send">{{ x }}</button>',
    ],
)
def test_a_planted_text_is_named(tmp_path: Path, markup: str) -> None:
    assert len(list(violations(plant(tmp_path, {"templates/x.html": markup})))) == 1


def test_marked_texts_and_names_are_not_named(tmp_path: Path) -> None:
    markup = '{# Hello #}Homeward{{ _("Hello") }}<img alt="{{ _("A") }}"><kbd>Tab</kbd> a@b.example · 3 %'
    assert list(violations(plant(tmp_path, {"templates/x.html": markup}))) == []
