"""The catalogues are whole: every text in every language, with its places in braces and its plural forms."""

import gettext
from collections.abc import Iterator
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.i18n import LANGUAGES
from portal.i18n.catalogues import ENGLISH
from tests.harness import texts

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
HEAD = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def edges(text: str) -> tuple[bool, bool]:
    return text[:1] == " ", text[-1:] == " "


def faults(kept: Catalog, wanted: Catalog) -> Iterator[str]:
    """What a catalogue lacks, has too much, or says otherwise than its English."""
    for message in wanted:
        if message.id and kept.get(message.id) is None:
            yield f"is not there (`make texts`): {message.id}"
    for message in kept:
        if not message.id:
            continue
        if wanted.get(message.id) is None:
            yield f"is no text of the portal any more (`make texts`): {message.id}"
        yield from _wrong(message.id, message.string, kept.num_plurals, message.fuzzy)


def _wrong(id: str | tuple[str, ...], said: str | tuple[str, ...], forms: int, fuzzy: bool) -> Iterator[str]:
    english, spoken = ((t,) if isinstance(t, str) else tuple(t) for t in (id, said))
    if fuzzy:
        yield f"is a guess: {id}"
    if not all(spoken):
        yield f"has no translation: {id}"
        return
    if len(spoken) != (forms if len(english) > 1 else 1):
        yield f"has {len(spoken)} forms: {id}"
    for text in spoken:
        if places(text) not in [places(e) for e in english]:
            yield f"has other places than {id}: {text}"
        if edges(text) != edges(english[0]):
            yield f"begins or ends otherwise than {id}: {text}"


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return texts.template()


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_every_text_and_says_it_whole(language: str, wanted: Catalog) -> None:
    assert list(faults(texts.read(language), wanted)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_number_has_a_form(language: str) -> None:
    kept = texts.read(language)
    choose = gettext.c2py(kept.plural_expr)
    assert {choose(n) for n in range(1000)} == set(range(kept.num_plurals))


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ('msgid "Order {n}"\nmsgstr ""', "no translation"),
        ('msgid "Order {n}"\nmsgstr "Bestellung"', "other places"),
        ('msgid "Order {n}"\nmsgstr "Bestellung {n} "', "begins or ends"),
        ('#, fuzzy\nmsgid "Order {n}"\nmsgstr "Bestellung {n}"', "a guess"),
        ('msgid "Gone"\nmsgstr "Fort"', "no text of the portal"),
        ('msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} Tag"\nmsgstr[1] ""', "no translation"),
        ("", "is not there"),
    ],
)
def test_a_planted_gap_is_named(entry: str, named: str) -> None:
    wanted = Catalog()
    wanted.add("Order {n}")
    wanted.add(("{n} day", "{n} days"))
    kept = read_po(BytesIO((HEAD + entry).encode()), "de")
    assert any(named in fault for fault in faults(kept, wanted))


def test_a_new_text_comes_in_empty_and_none_is_lost() -> None:
    fresh = texts.template()
    fresh.add("A text that nobody has said before")
    renewed = read_po(BytesIO(texts.renewed("de", fresh)), "de")
    old = {m.id: m.string for m in texts.read("de") if m.id and fresh.get(m.id)}
    assert {m.id: m.string for m in renewed if m.id in old} == old
    assert renewed.get("A text that nobody has said before").string == ""
