"""Checking a unit: its conditions, its grade, and where it goes; for as many as are alike."""

import uuid
from typing import Any

from flask import url_for
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired, Length

from portal.errors import Refusal
from portal.i18n import Message, say
from portal.people import Permission
from portal.policies import Disposition, Grade
from portal.policies.document import Condition
from portal.returns.inspecting import Assessment, assess, conditions_of, inspect_many
from portal.returns.lifecycle import ItemState, Outcome
from portal.returns.models import ReturnItem
from portal.returns.photos import Taker
from portal.returns.photos.keeping import MOST_OF_LINE, of, photos_of, place_of
from portal.returns.receiving import on_dock
from portal.views.dock import alike, due_of, unit
from portal.web.actor import actor
from portal.web.dock import reducing
from portal.web.dock.blueprint import dock
from portal.web.dock.counting import next_place
from portal.web.dock.forms import earlier, so_many
from portal.web.dock.wording import DISPOSITIONS, GRADES
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.photographs import At, Shots, album_of, brings, take_in
from portal.web.rendering import go, page, partial, regions
from portal.web.shops import this_face
from portal.web.staff import permitted

YES_NO = [Key("yes", say("Yes")), Key("no", say("No"))]
SEEN = say("The shopper sees them, beside a lower refund too. At most {n} of an article.", n=MOST_OF_LINE)
TO_CHOOSE = [d for d in Disposition if d is not Disposition.SEND_BACK]


class Check(Form):
    """Beside these it has a field for each condition, and `same` where more than one unit waits."""

    grade = RadioField(
        say("Grade"),
        [InputRequired(say("Choose a grade."))],
        choices=[Key(grade.value, words[0]) for grade, words in GRADES.items()],
    )
    disposition = RadioField(
        say("Where it goes"),
        default="",
        choices=[Key("", say("As the rules say")), *(Key(d.value, DISPOSITIONS[d]) for d in TO_CHOOSE)],
    )
    note = TextAreaField(say("Note"), [Length(max=500, message=say("At most {n} characters.", n=500))])

    def faults(self) -> list[tuple[str, Message | str]]:
        """The conditions come first, as on the page."""
        return sorted(super().faults(), key=lambda fault: not fault[0].startswith("condition-"))


@dock.get("/items/<uuid:id>")
@permitted(Permission.WORK_DOCK)
def check(id: uuid.UUID) -> Any:
    item = unit(id)
    if item.state is not ItemState.RECEIVED:
        return go(next_place(item.return_))
    return drawn(item, check_form(item))


@dock.post("/items/<uuid:id>/proposal")
@permitted(Permission.WORK_DOCK)
def propose(id: uuid.UUID) -> Any:
    """What the rules make of the answers so far. Changes nothing."""
    item = unit(id)
    form = check_form(item)
    if partial():
        return regions(("dock/_proposal.html", _proposal(item, form)))
    return drawn(item, form)


@dock.post("/items/<uuid:id>")
@permitted(Permission.WORK_DOCK)
@redrawn(by=check)
def check_unit(id: uuid.UUID) -> Any:
    item = unit(id, lock=True)
    form = check_form(item)
    if prior := earlier(form):
        return see(prior)
    if not form.sent():
        return drawn(item, form), 422
    kept = take_in(item.return_, [item.line], Taker.DOCK, actor(), form) if brings([item.line]) else 0
    if form.at_places:
        return drawn(item, form), 200 if kept else 422  # nothing is kept of what answers 422
    return see(once(form, actor(), lambda: _inspect(item, form)))


def _at(item: ReturnItem) -> At:
    """Where the dock sees the photos of a unit's return."""
    return lambda photo, size: url_for("dock.photo", id=item.id, photo=photo.id, size=size)


def check_form(item: ReturnItem) -> Check:
    """As what is asked of the unit stands now."""
    denied = item.line.not_so
    fields = {_name(c): _yes_no(c, denied=c in denied) for c in conditions_of(item)}
    if item.state is ItemState.RECEIVED and (many := len(alike(item))) > 1:
        fields["same"] = so_many(say("How many of these are the same?"), many)
    fields |= reducing.fields()
    made: type[Check] = type("CheckUnit", (Check,), fields)
    return made(thing=item, action="inspect", places={place_of(item.return_line_id)})


def _name(condition: Condition) -> str:
    return f"condition-{condition.id}"


def _yes_no(condition: Condition, *, denied: bool = False) -> Any:
    """`denied`: the shopper says that it is not so."""
    question = Message(condition.question)
    missing = say("Answer this: {question}", question=question)
    theirs = say("The shopper says no.") if denied else ""
    return RadioField(question, [InputRequired(missing)], choices=YES_NO, description=theirs)


def _answers(item: ReturnItem, form: Check) -> dict[str, bool]:
    given = {c.id: form[_name(c)].data for c in conditions_of(item)}
    return {id: word == "yes" for id, word in given.items() if word in {"yes", "no"}}


def _assess(item: ReturnItem, form: Check) -> Assessment | None:
    """What the rules propose, once every question has its answer."""
    conditions, answers = conditions_of(item), _answers(item, form)
    if form.grade.data not in set(Grade) or len(answers) < len(conditions):
        return None
    return assess(item, answers, Grade(form.grade.data))


def _chosen(form: Check) -> Disposition | None:
    word = form.disposition.data or ""
    return Disposition(word) if word in TO_CHOOSE else None


def _inspect(item: ReturnItem, form: Check) -> Answer:
    same = form["same"].data if "same" in form else 1
    units = alike(item)[:same]
    if len(units) < same:
        raise Refusal(say("Only {n} of these wait now.", n=len(units)), "same")
    answers, grade = _answers(item, form), Grade(form.grade.data)
    note = form.note.data or ""
    inspect_many(units, answers, grade, actor(), disposition=_chosen(form), note=note)
    asked = reducing.reduce_checked(units, form)
    return Answer(next_place(item.return_), _said(item, len(units), asked))


def _said(item: ReturnItem, n: int, asked: bool) -> Message:
    assert item.disposition and item.grade
    said = say(
        "Checked: {n} × {title}, grade {grade}. {disposition}.",
        n=n,
        title=item.order_line.title,
        grade=item.grade.value,
        disposition=DISPOSITIONS[item.disposition],
    )
    return say("{checked} The shopper is asked about the lower refund.", checked=said) if asked else said


def drawn(item: ReturnItem, form: Check) -> str:
    """The page, with what was answered so far."""
    left = on_dock(item.return_)
    return page(
        "dock/check.html",
        item=item,
        form=form,
        held=item.return_,
        conditions=[form[_name(c)] for c in conditions_of(item)],
        reason=item.return_.policy.policy.reason(item.line.reason or ""),
        left=len(left),
        came=sum(other.parcel_id is not None for other in item.return_.items),
        proposal=_proposal(item, form),
        due=due_of(item.return_, this_face().zone),
        last=len(left) == 1,
        album=album_of(item.return_id, _at(item)),
        shots=shots_of(item, form),
    )


def shots_of(item: ReturnItem, form: Check, *, focus: bool = False) -> Shots:
    """What the dock photographed of the article, and where more can be added."""
    return Shots(
        line=item.line,
        photos=of(Taker.DOCK, photos_of(item.return_id).get(item.return_line_id, ())),
        form=form,
        at=_at(item),
        title=say("Photos of what you found"),
        hint=SEEN,
        add=url_for("dock.add_photos", id=item.id),
        remove=lambda photo: url_for("dock.remove_photo", id=item.id, photo=photo.id),
        focus=focus,
    )


def _proposal(item: ReturnItem, form: Check) -> dict[str, Any]:
    found = _assess(item, form)
    refused = found is not None and found.outcome is Outcome.REFUSED
    chosen = None if refused else _chosen(form)
    unmet = [Message(c.question) for c in conditions_of(item) if _answers(item, form).get(c.id) is False]
    goes = chosen or (found.disposition if found else None)
    return {"id": item.id, "form": form, "found": found, "chosen": chosen, "goes": goes, "unmet": unmet}
