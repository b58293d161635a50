"""Reading pages as a browser without pictures would: elements, forms, and what a form would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
UNSENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class Element:
    """An element; `attributes` without a value are the empty string. Text is an element of tag ''."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    own: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, other: str = "") -> str:
        return self.attributes.get(name, other)

    def walk(self) -> Iterator["Element"]:
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)

    @property
    def text(self) -> str:
        """What stands in it, with single spaces."""
        return " ".join(" ".join(part.own for part in self.walk() if not part.tag).split())

    def all(self, tag: str = "", **wanted: str) -> list["Element"]:
        """The elements below with this tag and these attributes (`class_` for class)."""
        exact = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            e
            for e in self.walk()
            if e.tag and tag in ("", e.tag) and all(e.attributes.get(n) == v for n, v in exact.items())
        ]

    def one(self, tag: str = "", **wanted: str) -> "Element":
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} of {tag} {wanted}"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("#page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(Element("", own=data))


@lru_cache(maxsize=16)
def read(text: str) -> Element:
    """The page as it stands; the same text gives the same elements, so leave them as they are."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.open[0]


def sent_by(form: Element) -> dict[str, list[str]]:
    """What a browser would send of the form as it stands, without a button."""
    sent: dict[str, list[str]] = {}
    for e in form.walk():
        for value in _values(e):
            sent.setdefault(e["name"], []).append(value)
    return sent


def _values(e: Element) -> list[str]:
    if not e.get("name") or "disabled" in e.attributes:
        return []
    if e.tag == "textarea":
        return ["".join(child.own for child in e.children)]
    if e.tag == "select":
        options = e.all("option")
        chosen = [o for o in options if "selected" in o.attributes]
        picked = chosen or ([] if "multiple" in e.attributes else options[:1])
        return [o.get("value", o.text) for o in picked]
    if e.tag != "input" or e.get("type") in UNSENT:
        return []
    if e.get("type") in {"checkbox", "radio"}:
        return [e.get("value", "on")] if "checked" in e.attributes else []
    return [e.get("value")]
