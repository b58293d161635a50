"""The view of the board that somebody works through: it goes with them from record to record."""

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for

from portal.i18n import Message, say
from portal.returns import Return
from portal.views.beside import beside
from portal.views.board import View, Wish
from portal.web.desk.blueprint import desk
from portal.web.desk.board import query_of, wished
from portal.web.desk.places import RETURNS
from portal.web.desk.wording import VIEWS

KEEPING = frozenset(f"desk.{name}" for name in RETURNS.split())  # the pages of a return


@dataclass(frozen=True)
class Queue:
    """The view (None for a search), its address, and those of the records beside the one that is shown."""

    view: View | None
    name: Message
    board: str
    before: str | None
    after: str | None


def queue_of(return_: Return) -> Queue | None:
    """The view that the address names; None where somebody came another way. One statement."""
    wish = _wish()
    if wish is None:
        return None
    found = beside(return_, wish)
    before, after = (url_for("desk.record", id=id) if id else None for id in (found.before, found.after))
    view = None if wish.typed else wish.view
    return Queue(view, _name(wish), url_for("desk.board", **query_of(wish)), before, after)


def _name(wish: Wish) -> Message:
    return say("Search: {typed}", typed=wish.typed) if wish.typed else VIEWS[wish.view]


def _wish() -> Wish | None:
    on_board = request.endpoint == "desk.board"
    named = request.endpoint in KEEPING and "view" in request.args
    return wished() if on_board or named else None


@desk.url_defaults
def keep(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of records and of their forms name the view, too. `view=None` leaves it behind."""
    if endpoint in KEEPING and "view" not in values:
        if "queue" not in g:
            wish = _wish()
            g.queue = query_of(wish) if wish else {}
        values.update(g.queue)
