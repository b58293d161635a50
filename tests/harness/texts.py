"""Every text of the portal, gathered from its code, its templates, its default policy and its accounts.

`python -m tests.harness.texts` brings the catalogues up to date: new texts are added empty, texts that are
gone are left out, and no translation of a text that is still there is lost.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.i18n.catalogues import ENGLISH, LANGUAGES, TRANSLATIONS
from portal.ledger import chart
from tests.laws.source import ROOT

CALLS = {"_": None, "say": None, "_n": (1, 2)}
PLACES = (
    ("portal", [("**.py", "python")]),
    ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
)
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
SAID = {"label", "ground", "instead", "promise", "question"}  # what a policy says to people
HEADER = "# The portal's texts in this language. `make texts` keeps them in step with the code.\n"
Text = str | tuple[str, ...]


def texts(root: Path = ROOT) -> Iterator[tuple[Text, str]]:
    """(text, file it stands in); a text with plural forms is a pair."""
    for folder, methods in PLACES:
        found = extract_from_dir(root / folder, methods, {"**.*": JINJA}, CALLS)
        for name, _, text, _, _ in found:
            yield text, f"{folder}/{name}"
    policy = root / "portal/policies/default.yaml"
    if policy.exists():
        for text in _of_policy(yaml.safe_load(policy.read_text())):
            yield text, str(policy.relative_to(root))
    for _, _, name, _ in chart.DEFAULT if root == ROOT else ():
        yield name, "portal/ledger/chart.py"


def _of_policy(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            yield from [value] if name in SAID and isinstance(value, str) else _of_policy(value)
    elif isinstance(part, list):
        for value in part:
            yield from _of_policy(value)


def template(root: Path = ROOT) -> Catalog:
    """A catalogue of all texts without a translation, in a stable order."""
    catalogue = Catalog()
    found = sorted(texts(root), key=lambda hit: (hit[1], str(hit[0])))
    for text, place in found:
        catalogue.add(text, locations=[(place, 0)])
    return catalogue


def read(language: str) -> Catalog:
    with (TRANSLATIONS / f"{language}.po").open("rb") as file:
        return read_po(file, language)


def renewed(language: str, fresh: Catalog) -> bytes:
    """The language's file for today's texts. Nothing is guessed: a changed text is a new one."""
    kept = read(language)
    catalogue = Catalog(language, header_comment=HEADER.strip(), fuzzy=False)
    for message in fresh:
        if message.id:
            old = kept.get(message.id)
            same = old is not None and isinstance(old.id, tuple) is isinstance(message.id, tuple)
            string = old.string if old and same else None
            catalogue.add(message.id, string, message.locations)
    out = BytesIO()
    write_po(out, catalogue, width=100, omit_header=False, include_lineno=False)
    return _timeless(out.getvalue())


def _timeless(po: bytes) -> bytes:
    """Without moments and tools' names, so that the file changes with the texts alone."""
    told = (b'"Language:', b'"Plural-Forms:', b'"Content-', b'"MIME-')
    head, gap, rest = po.partition(b"\n\n")
    lines = [n for n in head.split(b"\n") if not n.startswith(b'"') or n.startswith(told)]
    return b"\n".join(lines) + gap + rest


def main() -> None:
    fresh = template()
    for language in LANGUAGES:
        if language != ENGLISH:
            (TRANSLATIONS / f"{language}.po").write_bytes(renewed(language, fresh))
            lacking = sum(not all(m.string if m.pluralizable else [m.string]) for m in read(language) if m.id)
            print(f"{language}: {len(fresh)} texts, {lacking} to translate")


if __name__ == "__main__":
    main()
