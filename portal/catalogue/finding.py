"""Which variants somebody means: by words of their title and SKU, and of what tells them apart."""

from collections.abc import Iterable

import sqlalchemy as sa

from portal.catalogue.models import Variant
from portal.i18n.characters import folded

WORDS = 8


def found_by(title: str, sku: str, attributes: Iterable[Iterable[str]]) -> str:
    """What a variant is found by, kept on its row. The database folds no accents, and SQLite no case of other
    letters than ASCII's."""
    return folded(" ".join([title, sku, *(value for _, value in attributes)]))


def meant(typed: str) -> sa.ColumnElement[bool]:
    """Whether each word stands somewhere in what a variant is found by; what stands for others in a LIKE
    stands for itself. No index helps: all of a shop's variants are looked at."""
    words = folded(typed).split()[:WORDS]
    return sa.and_(sa.true(), *(Variant.found_by.contains(word, autoescape=True) for word in words))
