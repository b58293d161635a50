"""The board: every return that is asked for, by view, filter and search, page by page."""

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Response, request, url_for

from portal.i18n import Message, say
from portal.ids import print_rma
from portal.ledger.exports import cell, csv_row
from portal.money import plain
from portal.people import Permission
from portal.policies import Resolution
from portal.returns.clocks import DUTIES, Due
from portal.views import board as reading
from portal.views.board import Row, Sorting, View, Wish
from portal.views.judging import Policies, policies_of
from portal.views.paging import Slice, Spot
from portal.web.desk.blueprint import desk
from portal.web.desk.streams import download
from portal.web.desk.wording import NOTHING, RESOLUTIONS, STAGES, VIEWS, left, stop, tone
from portal.web.rendering import go, page
from portal.web.shops import this_face
from portal.web.staff import permitted

READING = (Permission.READ_RETURNS, Permission.READ_MONEY, Permission.READ_ADDRESSES)
AGES = {7: say("Last 7 days"), 30: say("Last 30 days"), 90: say("Last 90 days")}
LONGEST = 254
NOBODY = uuid.UUID(int=0)
HEAD = (
    "return", "order", "name", "stage", "wants", "units", "currency", "amount", "requested at", "article",
)  # fmt: skip


class Shown(NamedTuple):
    """A row as the page shows it. `word`: where it stands, and the tone of it."""

    row: Row
    rma: str
    address: str
    stop: int
    word: tuple[Message, str]
    due: Due | None
    reason: str


def _word(row: Row) -> tuple[Message, str]:
    if row.failed:
        return VIEWS[View.FAILED], "bad"
    if row.objected_since:
        return VIEWS[View.OBJECTED], "warn"
    if row.unanswered:
        return VIEWS[View.UNANSWERED], "warn"
    if row.halfway:
        return VIEWS[View.SECOND], "brand"
    if row.ready:
        return VIEWS[View.TO_PAY], "brand"
    return VIEWS[View(row.stage.value)], ""


def spot() -> Spot:
    """Where the page begins, as its address says."""
    return Spot(_id(request.args.get("after", "")), _id(request.args.get("before", "")))


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def wished() -> Wish:
    """What the address asks for; what nobody knows is not asked for."""
    asked = request.args
    typed = asked.get("q", "")[:LONGEST].strip()
    within = asked.get("within", "")
    views, resolutions = {v.value for v in View}, {r.value for r in Resolution}
    view, wants = asked.get("view", ""), asked.get("wants", "")
    return Wish(
        view=View(view) if view in views else View.ALL if typed else View.OPEN,
        resolution=Resolution(wants) if wants in resolutions else None,
        reason=asked.get("reason", "")[:40],
        within=int(within) if within in {str(days) for days in AGES} else None,
        typed=typed if typed.isprintable() else "",
        sorting=_sorting(asked.get("sort", "")),
    )


def _sorting(text: str) -> Sorting:
    return Sorting(text) if text in {sorting.value for sorting in Sorting} else Sorting.NEWEST


def query_of(wish: Wish) -> dict[str, Any]:
    """The address's query for a wish, without what goes without saying."""
    asked = {
        "view": wish.view.value,
        "wants": wish.resolution and wish.resolution.value,
        "reason": wish.reason or None,
        "within": wish.within,
        "q": wish.typed or None,
        "sort": None if wish.sorting is Sorting.NEWEST else wish.sorting.value,
    }
    return {name: value for name, value in asked.items() if value is not None}


@desk.get("")
@permitted(*READING)
def board() -> Any:
    """A page of returns. An RMA number that is typed whole leads to its return."""
    wish = wished()
    if wish.typed and (one := reading.only(wish)):
        return go(url_for("desk.record", id=one, view=None))
    found = reading.rows(wish, spot())
    policies = policies_of({row.policy_id for row in found.rows})
    return page(
        "desk/board.html",
        wish=wish,
        view=wish.view,
        title=VIEWS[wish.view],
        total=reading.total(wish),
        rows=_shown(found, policies),
        pages=_pages(wish, found),
        query=query_of(wish),
        nothing=NOTHING.get(wish.view) if wish.plain else None,
        reasons=policies.active.reasons,
        **WORDS,
    )


WORDS: dict[str, Any] = {
    "views": VIEWS,
    "resolutions": RESOLUTIONS,
    "ages": AGES,
    "duties": DUTIES,
    "left": left,
    "tone": tone,
    "stages": STAGES,
}


def _shown(found: Slice[Row], policies: Policies) -> list[Shown]:
    to = url_for("desk.record", id=NOBODY)  # asked once: a page has fifty of them
    return [
        Shown(
            row=row,
            rma=print_rma(row.number),
            address=to.replace(str(NOBODY), str(row.id)),
            stop=stop(row.stage),
            word=_word(row),
            due=row.due,
            reason=policies.label(row.reason),
        )
        for row in found.rows
    ]


def _pages(wish: Wish, found: Slice[Row]) -> tuple[str | None, str | None]:
    """The addresses of the pages before and after."""
    return beside("desk.board", found, **query_of(wish))


def beside(endpoint: str, found: Slice[Any], **asked: Any) -> tuple[str | None, str | None]:
    """The addresses of the pages before and after, with what was asked."""
    before = url_for(endpoint, **asked, before=found.before) if found.before else None
    return before, url_for(endpoint, **asked, after=found.after) if found.after else None


@desk.get("/returns.csv")
@permitted(*READING, Permission.EXPORT)
def export_returns() -> Response:
    """The returns that were chosen, or all that the wish finds, as CSV."""
    wish, chosen = wished(), {_id(text) for text in request.args.getlist("return")}
    voice = this_face().voice

    def lines() -> Iterator[str]:
        yield csv_row(HEAD)
        for row in _each(wish):
            if not chosen or row.id in chosen:
                at = voice.local(row.requested_at).isoformat(timespec="seconds")
                yield csv_row(_cells(row, at))

    return download(lines, "returns.csv", "text/csv")


def _each(wish: Wish) -> Iterator[Row]:
    begin: Spot | None = Spot()
    while begin:
        found = reading.rows(wish, begin, 500)
        yield from found.rows
        begin = Spot(after=found.after) if found.after else None


def _cells(row: Row, at: str) -> list[str]:
    amount = plain(row.quoted, row.currency)
    wanted = "" if row.unasked else row.resolution.value
    facts = (row.stage.value, wanted, str(row.units), row.currency, amount, at)
    return [print_rma(row.number), cell(row.order), cell(row.name), *facts, cell(row.title)]
