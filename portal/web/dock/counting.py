"""Receiving a parcel: how many of each article are in it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from portal.i18n import say
from portal.people import Permission
from portal.refunds.quoting import payable_items
from portal.refunds.settling import ready_amount
from portal.returns.lifecycle import ItemState, ReturnState
from portal.returns.models import Return, ReturnItem
from portal.returns.pieces import AnyItem
from portal.returns.receiving import RECEIVABLE, awaited, on_dock, receive
from portal.views.dock import alike, bench, due_of, queue
from portal.web.actor import actor
from portal.web.dock.blueprint import dock
from portal.web.dock.forms import count, earlier
from portal.web.dock.wording import ANEW, ASIDE, COUNTED, NOTHING_AWAITED
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shops import this_face
from portal.web.staff import me, permitted

Waiting = Mapping[uuid.UUID, Sequence[AnyItem]]


@dock.get("/returns/<uuid:id>")
@permitted(Permission.WORK_DOCK)
def counted(id: uuid.UUID) -> Any:
    """A return at the dock: count what came; else check what lies there; else what became of it."""
    held = bench(id)
    waiting = _waiting(held)
    if waiting:
        return _page(held, waiting, _form(held, waiting))
    if on_dock(held) or any(item.parcel_id for item in held.items):
        return go(next_place(held))
    title, advice = ASIDE.get(held.state, NOTHING_AWAITED)
    if held.unannounced and held.state is ReturnState.REQUESTED:
        title, advice = COUNTED
    return page("dock/aside.html", held=held, title=title, advice=advice, anew=held.state in ANEW)


@dock.post("/returns/<uuid:id>")
@permitted(Permission.WORK_DOCK)
@redrawn(by=counted)
def count_units(id: uuid.UUID) -> Any:
    held = bench(id, lock=True)
    waiting = _waiting(held)
    form = _form(held, waiting)
    if prior := earlier(form):
        return see(prior)
    if not form.sent():
        return _page(held, waiting, form), 422
    counts = {line: form[_name(line)].data for line in waiting}
    return see(once(form, actor(), lambda: _receive(held, counts)))


@dock.post("/returns/<uuid:id>/all")
@permitted(Permission.WORK_DOCK)
@redrawn(by=counted)
def count_all(id: uuid.UUID) -> Any:
    """Everything that is awaited has come."""
    held = bench(id, lock=True)
    waiting = _waiting(held)
    form = Form(thing=held, action="receive")
    if prior := earlier(form):
        return see(prior)
    if not form.sent():
        return _page(held, waiting, _form(held, waiting)), 422
    counts = {line: len(items) for line, items in waiting.items()}
    return see(once(form, actor(), lambda: _receive(held, counts)))


def _waiting(held: Return) -> Waiting:
    return awaited(held) if held.state in RECEIVABLE else {}


def _name(line: uuid.UUID) -> str:
    return f"line-{line}"


def _form(held: Return, waiting: Waiting) -> Form:
    titles = {line.id: line.order_line.title for line in held.lines}
    fields = {_name(id): _count(titles[id], len(items)) for id, items in waiting.items()}
    made: type[Form] = type("Counts", (Form,), fields)
    return made(thing=held, action="receive")


def _count(title: str, most: int) -> Any:
    return count(title, most, say("Choose how many of {title} came, 0 if none.", title=title))


def _page(held: Return, waiting: Waiting, form: Form) -> str:
    return page(
        "dock/count.html",
        held=held,
        form=form,
        lines=[(items[0].order_line, form[_name(line)], len(items)) for line, items in waiting.items()],
        awaited=sum(map(len, waiting.values())),
        parcel=next((parcel for parcel in held.parcels if not parcel.received_at), None),
        earlier=[parcel for parcel in held.parcels if parcel.received_at],
        to_check=on_dock(held),
        due=due_of(held, this_face().zone),
    )


def _receive(held: Return, counts: Mapping[uuid.UUID, int]) -> Answer:
    receive(held, counts, actor())
    left = sum(map(len, awaited(held).values()))
    came = sum(counts.values())
    said = (
        say("Received: {came}. Still awaited: {left}; they may come in another parcel.", came=came, left=left)
        if left
        else say("Received: {came}. That is all of this return.", came=came)
    )
    return Answer(next_place(held), said)


def next_place(held: Return) -> str:
    """Where the work on a return goes on: the next unit to check, or what became of them all."""
    left = on_dock(held)
    return url_for("dock.check", id=left[0].id) if left else url_for("dock.done", id=held.id)


@dock.get("/returns/<uuid:id>/done")
@permitted(Permission.WORK_DOCK)
def done(id: uuid.UUID) -> Any:
    """What goes where, what is awaited, and what is ready at the desk."""
    held = bench(id)
    person = me()
    paid = person is not None and person.may(Permission.READ_MONEY)
    return page(
        "dock/done.html",
        held=held,
        groups=_groups(held),
        awaited=sum(map(len, _waiting(held).values())),
        to_check=on_dock(held),
        ready=len(payable_items(held)),
        asked=sum(item.reducing for item in held.items),
        amount=ready_amount(held) if paid else None,
        queue=queue(this_face().zone),
        correctable=held.state in RECEIVABLE,
    )


def _groups(held: Return) -> list[tuple[ReturnItem, int]]:
    """Units that were checked with the same result, once each, with how many they are."""
    seen: set[uuid.UUID] = set()
    groups = []
    for item in held.items:
        if item.state is ItemState.INSPECTED and item.id not in seen:
            same = alike(item)
            seen |= {other.id for other in same}
            groups.append((item, len(same)))
    return groups
