"""The shop's trail: who did what, when and on what, for those who look over it."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from portal.audit import Trail
from portal.i18n import Message, say
from portal.people import Permission, staff
from portal.returns import ReturnState
from portal.views import trail as reading
from portal.views.story import Entry
from portal.views.trail import Fact, Wish
from portal.views.trail_files import as_csv, as_json
from portal.web.desk.blueprint import desk
from portal.web.desk.board import beside, spot
from portal.web.desk.books import PeriodForm
from portal.web.desk.states import word_for
from portal.web.desk.streams import download
from portal.web.desk.telling import acted, told_as
from portal.web.desk.trail_words import ACTORS, EVENTS, KINDS, settings_said, titled
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import me, permitted

LONGEST = 60
YEARS = range(1990, 2200)  # days that every time zone has
TALLY = {"imported", "updated", "unchanged", "refused"}  # of an import
SAID = {"pin", "password", "second", "acceptance", "seal"}  # by the row's title, or only to programs
# Where a thing of the shop is looked at: the page, and what it asks for.
PLACES = {
    "tenant": ("desk.settings", Permission.EDIT_SHOP),
    "policy_version": ("desk.policy", Permission.READ_POLICIES),
    "job": ("desk.stuck", Permission.MANAGE_JOBS),
    "api_key": ("desk.api_keys", Permission.MANAGE_KEYS),
    "export": ("desk.export_files", Permission.EXPORT),
    "chart_version": ("desk.accounts", Permission.READ_BOOKS),
}

# Things that have a page of their own, and what its address calls their ids.
THINGS = {
    "store_credit": ("desk.statement", "credit"),
    "orders": ("desk.order", "id"),
    "gift_card": ("desk.gift_card", "card"),
    "reconciliation": ("desk.reconciliation", "id"),
    "policy_draft": ("desk.draft", "id"),
}


@dataclass(frozen=True)
class Shown:
    """A row as the page shows it. `to`: the address of what it is about, or empty."""

    fact: Fact
    title: Message | str
    text: Message | str
    tone: str
    who: Message | str
    thing: Message | str
    to: str


@desk.get("/trail")
@permitted(Permission.READ_TRAIL)
def trail() -> Any:
    """The newest first."""
    form = _period()
    right = form.validate()
    wish, asked = wished(form if right else None), _asked()
    found = reading.trail(wish, spot())
    drawn = page(
        "desk/trail.html",
        rows=[_shown(fact) for fact in found.rows],
        pages=beside("desk.trail", found, **asked),
        asked=asked,
        wish=wish,
        form=form,
        people=staff(),
        actors=ACTORS,
        events=EVENTS,
        word_for=word_for,
    )
    return drawn if right else (drawn, 422)


@desk.get("/trail.csv")
@permitted(Permission.READ_TRAIL, Permission.EXPORT)
def trail_csv() -> Any:
    """What was filtered, for spreadsheets."""
    return _file(as_csv, "csv", "text/csv")


@desk.get("/trail.json")
@permitted(Permission.READ_TRAIL, Permission.EXPORT)
def trail_json() -> Any:
    """What was filtered, for programs."""
    return _file(as_json, "json", "application/json")


def _file(write: Callable[[Wish], Iterator[str]], kind: str, mimetype: str) -> Any:
    form = _period()
    if not form.validate():
        return trail()
    wish = wished(form)
    return download(lambda: write(wish), f"{this_face().slug}-trail.{kind}", mimetype)


def _period() -> PeriodForm:
    return PeriodForm(request.args, meta={"csrf": False})


def wished(form: PeriodForm | None) -> Wish:
    """What the address asks for; what nobody knows is not asked for."""
    who, event = request.args.get("who", ""), request.args.get("event", "")
    typed = request.args.get("q", "")[:LONGEST].strip()
    return Wish(
        kind=who if who in ACTORS else "",
        who=_id(who),
        event=event if event in EVENTS else "",
        typed=typed if typed.isprintable() else "",
        since=_midnight(form.since.data) if form else None,
        until=_midnight(form.until.data, 1) if form else None,
    )


def _asked() -> dict[str, str]:
    """The address's query, without what is empty."""
    names = ("who", "event", "q", "since", "until")
    return {name: value for name in names if (value := request.args.get(name, "")[:LONGEST].strip())}


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _midnight(day: date | None, later: int = 0) -> datetime | None:
    """The beginning of a day (or of one some days later) in the shop's zone."""
    if day is None or day.year not in YEARS:
        return None
    return datetime.combine(day + timedelta(days=later), time(), ZoneInfo(this_face().zone))


def _shown(fact: Fact) -> Shown:
    row, about = fact.row, fact.return_
    title: Message | str = titled(row)
    text: Message | str = in_short(row.data)
    tone = ""
    if about:
        told = told_as(_entry(fact), about)
        title, text, tone = told.title, told.text, told.tone
    who = acted(row.actor_kind, fact.who)
    thing: Message | str = _named(fact) or KINDS.get(row.subject_kind, row.subject_kind)
    if about and about.state is ReturnState.DRAFT:
        thing = say("draft of a return")
    return Shown(fact, title, text, tone, who, thing, _to(fact))


def _named(fact: Fact) -> Message | str:
    """A person as they are called; a key marked as one."""
    return acted("api", fact.whom) if fact.row.subject_kind == "api_key" and fact.whom else fact.whom


def _entry(fact: Fact) -> Entry:
    row, unit = fact.row, int(fact.row.subject_kind == "return_item")
    return Entry(
        no=row.no,
        at=row.at,
        event=row.event,
        kind=row.actor_kind,
        who=fact.who,
        subject=row.subject_kind,
        after=row.after,
        units=unit,
        declined=int(row.after == "declined"),
        policy_version=row.policy_version,
        data=row.data,
    )


def in_short(data: dict[str, Any]) -> Message | str:
    """The facts of a row about the shop. Settings stand as [before, after], or empty where personal, and are
    all that such a row tells."""
    if settings := data.get("settings"):
        return settings_said(settings)
    if data.keys() >= TALLY:
        counted = {name: data[name] for name in TALLY}
        return say(
            "{imported} new, {updated} updated, {unchanged} unchanged, {refused} refused",
            **counted,
        )
    facts = {name: value for name, value in data.items() if name not in SAID}
    return ", ".join(f"{name} {_fact(value)}".strip() for name, value in facts.items())


def _fact(value: Any) -> str:
    return " → ".join(map(str, value)) if isinstance(value, list) else str(value)


def _to(fact: Fact) -> str:
    row, about = fact.row, fact.return_
    if about:
        return url_for("desk.record", id=about.id, view=None) if about.state is not ReturnState.DRAFT else ""
    if row.subject_kind == "import_file":
        return _import(row)
    if row.subject_kind in THINGS:
        endpoint, name = THINGS[row.subject_kind]
        named: dict[str, Any] = {name: row.subject_id}
        return url_for(endpoint, **named)
    place = PLACES.get(row.subject_kind)
    return url_for(place[0]) if place and _allowed(place[1]) else ""


def _import(row: Trail) -> str:
    products = row.event.startswith("products.")
    needed = Permission.IMPORT_PRODUCTS if products else Permission.IMPORT_ORDERS
    name = "desk.product_file" if products else "desk.order_file"
    return url_for(name, id=row.subject_id) if _allowed(needed) else ""


def _allowed(permission: Permission) -> bool:
    person = me()
    return person is not None and person.may(permission)
