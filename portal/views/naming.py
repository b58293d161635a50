"""People by what somebody says their name is."""

from typing import Any

import sqlalchemy as sa

WORDS = 5


def named(column: Any, typed: str) -> sa.ColumnElement[bool]:
    """Whether every word stands somewhere in the name. No index helps, so this is asked last."""
    words = typed.split()[:WORDS]
    return sa.and_(sa.true() if words else sa.false(), *(_has(column, word) for word in words))


def _has(column: Any, word: str) -> sa.ColumnElement[bool]:
    """SQLite folds the case of ASCII alone, so a word with other letters is tried as names begin, too."""
    forms = {word} if word.isascii() else {word, word.lower(), word.capitalize()}
    return sa.or_(*(column.icontains(form, autoescape=True) for form in sorted(forms)))
