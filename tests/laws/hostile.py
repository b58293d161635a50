"""Every text field of every page, and typing into it what has broken other programs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from werkzeug.test import TestResponse

from tests.harness.naughty import fit
from tests.harness.pages import Element, read, sent_by
from tests.harness.world import World
from tests.laws.access import Visit, routes
from tests.laws.matrix import ROWS
from tests.laws.test_statements import visitor_of

TEXTS = {"text", "search", "email", "tel", "url", "number", "password", ""}
AMOUNTS = (
    "NaN", "Infinity", "-Infinity", "1e400", "1e-9", "-1", "+5", "--5", "0x10", "1_000", "1,000.00",
    "1.234.567,89", "٣٤", "१२", "１２", "½", "∞", "1.", ".5", "1.2.3", "1.005", "9" * 40, "0" * 40 + "1",
    "1\u00a0000", "12 €", "€12", "1'000", "=1+1", "null", "true", "[]",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A text field: on whose page it stands, which form it is of, and its name there."""

    who: str
    page: str
    action: str
    method: str
    name: str
    hidden: bool = False  # what is typed is never shown again

    def __str__(self) -> str:
        return f"{self.who}: {self.name} of {self.action} on {self.page}"


def everybody(world: World) -> dict[str, Visit]:
    """Whoever some route is asked as."""
    return {who: Visit(world, who) for who in sorted({visitor_of(name) for name in ROWS})}


class Typist:
    """Types into fields as each kind of visitor."""

    def __init__(self, visits: dict[str, Visit]) -> None:
        self.visits = visits

    def fields(self) -> list[Field]:
        """Every field once: the one form is on many pages."""
        found: dict[tuple[str, str], Field] = {}
        for name in sorted(ROWS):
            method, _ = name.split()
            who = visitor_of(name)
            if method != "GET" or name not in routes(self.visits[who].world.app):
                continue
            answer = self.visits[who].try_(name)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for field in _fields(who, answer):
                    found.setdefault((_shape(field.action), field.name.split("-")[0]), field)
        return list(found.values())

    def type(self, field: Field, text: str) -> TestResponse | None:
        """What the form answers to this text; None where the form is not there any more."""
        client = self.visits[field.who].client
        page = client.get(field.page)
        form = _form(read(page.text), field) if page.status_code == 200 else None
        if form is None:
            return None
        sent = {**_answered(form), field.name: text}
        if field.method == "get":
            return client.get(field.action, query_string=sent)
        return client.post(field.action, data=sent)


def _fields(who: str, answer: TestResponse) -> Iterator[Field]:
    for form in read(answer.text).all("form"):
        if any("multiple" not in e.attributes for e in form.all("input", type="file")):
            continue  # nothing is taken without the file
        method = form.get("method", "get").lower()
        for e in form.walk():
            if e.get("name") and (e.tag == "textarea" or (e.tag == "input" and e.get("type") in TEXTS)):
                action = form.get("action") or answer.request.path
                secret = e.get("type") == "password"
                yield Field(who, answer.request.path, action, method, e["name"], secret)


def _shape(action: str) -> str:
    """An address without what names a thing in it."""
    return re.sub(r"[0-9a-f-]{16,}|[0-9A-Z]{9}", "…", action.partition("?")[0])


def _form(page: Element, field: Field) -> Element | None:
    forms = [f for f in page.all("form") if (f.get("action") or field.page) == field.action]
    return next((f for f in forms if any(e.get("name") == field.name for e in f.walk())), None)


def _answered(form: Element) -> dict[str, list[str]]:
    """What the form sends, with the first of each group of choices taken, so that texts decide."""
    sent = sent_by(form)
    for e in form.all("input", type="radio"):
        if e.get("name") and e["name"] not in sent:
            sent[e["name"]] = [e.get("value", "on")]
    return sent


def wrong(field: Field, text: str, answer: TestResponse) -> str:
    """What is not as it must be; empty if all is well."""
    if answer.status_code >= 500:
        return f"{field} answers {answer.status_code} to {text!r}"
    if not fit(text) and field.method == "post" and answer.status_code not in {400, 409, 422, 429}:
        return f"{field} takes the control characters of {text!r}: {answer.status_code}"
    if answer.mimetype != "text/html":
        return ""
    if re.search(r"<\w", text) and text in answer.text:
        return f"{field} shows {text!r} unescaped"
    if answer.status_code == 422 and fit(text) and not field.hidden and not _shown(text, answer.text):
        return f"{field} loses what was typed: {text!r}"
    return ""


def _shown(text: str, page: str) -> bool:
    """Whether the page holds the text as typed, whatever became of spaces at its ends."""
    return _plain(text) in _plain(unescape(page))


def _plain(text: str) -> str:
    return "".join(text.split())
