"""The catalogues: a .po file for each language, read once. Nothing is compiled, nothing binary is kept."""

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).parents[1] / "translations"
ENGLISH = "en"  # the language that the texts are written in
LANGUAGES = (ENGLISH, *sorted(path.stem for path in TRANSLATIONS.glob("*.po")))
OLD_NAMES = {"iw": "he"}  # which some phones still send


@dataclass(frozen=True)
class Catalogue:
    """What a language says for each English text. What it lacks stays English."""

    texts: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form: Callable[[int], int] = lambda n: int(n != 1)

    def text(self, english: str) -> str:
        return self.texts.get(english, english)

    def plural(self, one: str, many: str, n: int) -> str:
        return self.plurals.get(one, (one, many))[self.form(n) if one in self.plurals else int(n != 1)]


def primary(tag: str) -> str:
    """The language of a tag, without its country or script: "de" of de-AT and of de_AT."""
    code = tag.replace("-", "_").partition("_")[0].lower()
    return OLD_NAMES.get(code, code)


def spoken(tag: str) -> bool:
    """Whether the portal's texts exist in the language."""
    return primary(tag) in LANGUAGES


@lru_cache(maxsize=32)
def catalogue(tag: str) -> Catalogue:
    """The language's catalogue; for English and for unknown languages an empty one."""
    code = primary(tag)
    return _read(TRANSLATIONS / f"{code}.po") if code in LANGUAGES and code != ENGLISH else Catalogue()


def _read(path: Path) -> Catalogue:
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    with path.open("rb") as file:
        kept = read_po(file, path.stem)
    for message in kept:
        said = message.string
        if not message.id or message.fuzzy or not said:
            continue
        if isinstance(said, str):
            texts[str(message.id)] = said
        elif all(said):
            plurals[message.id[0]] = tuple(said)
    return Catalogue(texts, plurals, gettext.c2py(kept.plural_expr))
