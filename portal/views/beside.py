"""What stands beside a return in a view of the board, so that one can go on from record to record."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.db import session
from portal.returns import Return
from portal.views.board import Wish, matching


@dataclass(frozen=True)
class Beside:
    """The returns before and after one, as the board sorts them; None at an end."""

    before: uuid.UUID | None
    after: uuid.UUID | None


def beside(return_: Return, wish: Wish) -> Beside:
    """In one statement. The return need not be in the view any more: its place there is what counts."""
    key, shown = sa.tuple_(Return.requested_at, Return.id), (return_.requested_at, return_.id)
    earlier = _next(wish, key < shown, descending=True)
    later = _next(wish, key > shown, descending=False)
    first, second = (later, earlier) if not wish.oldest_first else (earlier, later)
    return Beside(*session.execute(sa.select(first, second)).one())


def _next(wish: Wish, further: sa.ColumnElement[bool], *, descending: bool) -> sa.ScalarSelect[Any]:
    sorting = [c.desc() if descending else c.asc() for c in (Return.requested_at, Return.id)]
    return sa.select(Return.id).where(*matching(wish), further).order_by(*sorting).limit(1).scalar_subquery()
