"""Every page is said in every language, and nothing of it is left in English."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog

from portal.i18n import LANGUAGES
from portal.i18n.catalogues import ENGLISH
from tests.harness import texts
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.pages import Element, read
from tests.harness.world import World, worked
from tests.laws.access import Visit, routes
from tests.laws.matrix import ROWS
from tests.laws.test_statements import visitor_of

pytestmark = pytest.mark.sqlite
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
WRITTEN_THEN = {"GET desk.mail"}  # a mail stays in the language in which it went out
SAID = ("aria-label", "title", "placeholder", "alt", "data-busy", "data-again")


def english(language: str) -> set[str]:
    """The English texts that this language says otherwise."""
    kept: Catalog = texts.read(language)
    return {m.id for m in kept if isinstance(m.id, str) and m.string and m.id not in str(m.string)}


def left_in_english(page: Element, known: set[str]) -> Iterator[str]:
    for element in page.walk():
        for text in (element.own, *(element.get(name) for name in SAID)):
            plain = " ".join((text or "").split())
            if plain in known and WORDS.search(plain):
                yield plain


@pytest.mark.parametrize("language", OTHERS)
def test_no_page_leaves_a_text_in_english(databases: Databases, language: str) -> None:
    known = english(language)
    with portal_on(databases, worked) as app:
        world = World(app)
        names = [n for n in ROWS if n.startswith("GET") and n in routes(app) and n not in WRITTEN_THEN]
        visits = {who: Visit(world, who) for who in {visitor_of(name) for name in names}}
        for visit in visits.values():
            visit.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        found, seen = {}, 0
        for name in names:
            answer = visits[visitor_of(name)].try_(name)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                page, seen = read(answer.text), seen + 1
                if page.one("html")["lang"] != language:
                    found[name] = ["another language"]
                elif left := list(left_in_english(page, known)):
                    found[name] = left
        assert seen > 40
        assert found == {}
