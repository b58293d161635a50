"""Every text that people see is marked for translation, in templates and in code."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import Environment, nodes

from tests.laws.source import ROOT, modules, plant

JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.S)
SHAPE = re.compile(r"{% block shape %}.*?{% endblock %}", re.S)  # the name of a class
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"\S+@\S+")
SPOKEN = {"title", "alt", "aria-label", "placeholder", "content"}
SAME_EVERYWHERE = {"Homeward", "Letter", "mm", "QR", "CSV"}
SENTENCE = re.compile(r"^[A-Z][\w’]*[ …]|^[A-Z]\w+[.!?]$")  # what looks like a text and not like a code
MARKS = {"_", "_n"}
REFUSALS = {"Refusal", "Conflict", "TooMany", "ValidationError"}
VALIDATORS = {"InputRequired", "Length", "Regexp", "EqualTo", "NumberRange", "AnyOf", "Optional", "Email"}


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
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            text = SHAPE.sub("", path.read_text())
            yield from (f"{path.relative_to(root)}:{line} {said}" for line, said in outside(text))
            yield from (f"{path.relative_to(root)}:{line} {said}" for line, said in inside(text))
    for module in modules(root):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                yield from (f"{module.at(node)} {said}" for said in unmarked(node))


def outside(text: str) -> Iterator[tuple[int, str]]:
    """Words of a template that stand outside of Jinja."""
    reader = Reader()
    reader.feed(JINJA.sub(lambda hit: "\n" * hit[0].count("\n"), text))
    for line, said in reader.said:
        if set(WORD.findall(ADDRESS.sub("", said))) - SAME_EVERYWHERE:
            yield line, f"is not marked for translation: {said.strip()}"


def inside(text: str) -> Iterator[tuple[int, str]]:
    """Sentences of a template that stand in Jinja and not in `_()` or `_n()`."""
    tree = Environment(autoescape=True).parse(text)
    marked = {
        id(part)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS
        for part in call.args
    }
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str) and id(const) not in marked and SENTENCE.search(const.value):
            yield const.lineno, f"is not marked for translation: {const.value}"


def unmarked(call: ast.Call) -> Iterator[str]:
    """What a call in the code says to people without `say`, or says so that no catalogue can have it."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    said = {keyword.arg: keyword.value for keyword in call.keywords}
    told: list[ast.expr | None] = [said.get("message"), said.get("label")]
    if name in REFUSALS or name.endswith("Field"):
        told += call.args[:1]
    if name in VALIDATORS:
        told += [arg for arg in call.args if name not in {"Regexp", "EqualTo"}] + call.args[1:]
    for pair in getattr(said.get("choices"), "elts", ()):
        told += getattr(pair, "elts", ())[1:2]
    yield from (f"says without `say`: {ast.unparse(t)}" for t in told if t and _is_text(t))
    if name == "say" and call.args:
        yield from _of_say(call.args[0], set(said))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORD.search(node.value))
    )


def _of_say(text: ast.expr, given: set[str | None]) -> Iterator[str]:
    if isinstance(text, ast.JoinedStr | ast.BinOp | ast.IfExp):
        yield f"says what no catalogue can know: {ast.unparse(text)}"
    elif isinstance(text, ast.Constant) and None not in given:
        named = {name for _, name, _, _ in Formatter().parse(text.value) if name}
        if named != given:
            yield f"names {sorted(named)} and is given {sorted(map(str, given))}: {text.value}"


def test_every_text_can_be_translated() -> None:
    assert list(violations(ROOT)) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Hello</p>",
        "{% if x %}Hello{% endif %}",
        '<img alt="A shoe">',
        '<button title="Send">{{ x }}</button>',
        '{{ note("Nothing is here") }}',
        '{{ _("Order") if x else "No order" }}',
    ],
)
def test_a_planted_text_is_named(tmp_path: Path, markup: str) -> None:
    assert len(list(violations(plant(tmp_path, {"templates/x.html": markup})))) == 1


def test_marked_texts_and_names_are_not_named(tmp_path: Path) -> None:
    markup = '{# Hello #}Homeward{{ _("Hello") }}<img alt="{{ _("A") }}"><kbd>Tab</kbd> a@b.example · 3 %'
    assert list(violations(plant(tmp_path, {"templates/x.html": markup}))) == []


@pytest.mark.parametrize(
    "code",
    [
        'raise Refusal("It is gone.")',
        'raise Conflict(f"It is {gone}.", "name")',
        'StringField("Name", [])',
        'StringField(say("Name"), [InputRequired("Type it.")])',
        'SelectField(say("Role"), choices=[("a", "Owner")])',
        'Regexp(r"x+", message="Only x.")',
        'say(f"{n} units")',
        'say("{n} units")',
        'say("One" if n == 1 else "Many")',
        'say("Units", n=1)',
    ],
)
def test_a_text_planted_in_code_is_named(tmp_path: Path, code: str) -> None:
    assert len(list(violations(plant(tmp_path, {"portal/x.py": code})))) == 1


def test_what_code_says_rightly_is_not_named(tmp_path: Path) -> None:
    code = """raise Refusal(say("It is gone, {name}.", name=name), "name")
StringField(say("Name"), [InputRequired(STALE), Regexp(r"[A-Z]+", message=WRONG), EqualTo("again", SAME)])
SelectField(say("Role"), choices=[("a", say("Owner"))]), say(label), HiddenField()"""
    assert list(violations(plant(tmp_path, {"portal/x.py": code}))) == []
