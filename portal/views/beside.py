"""What stands beside a return in a view of the board, so that one can go on from record to record."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.db import session
from portal.returns import Return
from portal.views.board import Sorting, Wish, key_of, matching


@dataclass(frozen=True)
class Beside:
    """The returns before and after one, as the board sorts them; None at an end."""

    before: uuid.UUID | None
    after: uuid.UUID | None


def beside(return_: Return, wish: Wish) -> Beside:
    """In one statement. The return need not be in the view any more: its place there is what counts. Where
    the place itself went with its deadline, the first of the view comes next."""
    key = key_of(wish.sorting)
    place, falling = tuple(getattr(return_, column.key) for column in key), wish.sorting is Sorting.NEWEST
    if None in place:
        return Beside(None, session.scalar(sa.select(_next(wish, sa.true(), descending=False))))
    mine = sa.tuple_(*key)
    lower = _next(wish, mine < place, descending=True)
    higher = _next(wish, mine > place, descending=False)
    first, second = (higher, lower) if falling else (lower, higher)
    return Beside(*session.execute(sa.select(first, second)).one())


def _next(wish: Wish, further: sa.ColumnElement[bool], *, descending: bool) -> sa.ScalarSelect[Any]:
    sorting = [c.desc() if descending else c.asc() for c in key_of(wish.sorting)]
    return sa.select(Return.id).where(*matching(wish), further).order_by(*sorting).limit(1).scalar_subquery()
