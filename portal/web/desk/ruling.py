"""One rule of a list of a draft: added, changed, taken out, moved."""

import uuid
from contextlib import suppress
from typing import Any

from flask import request, url_for

from portal.db import locked
from portal.errors import NotFound, Refusal
from portal.i18n import Message
from portal.policies import Configuration
from portal.policies.lifecycle import legal
from portal.policies.models import PolicyDraft
from portal.tenants import locked_shop
from portal.views import policies as reading
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.editing import EDIT, READ, Unfit, against, odd_in, saved, section
from portal.web.desk.sections import Rows, Section, rows_of
from portal.web.desk.sections.base import PartForm
from portal.web.desk.sections.laying import moved_rule, rule_in, rules_in, with_rule, without_rule
from portal.web.desk.sections.shaping import placed, seal
from portal.web.desk.sections.steps import Mark, Step, order_seal
from portal.web.errors import redrawn
from portal.web.forms import STALE
from portal.web.operations import once, see
from portal.web.rendering import page, partial, regions
from portal.web.shops import this_face
from portal.web.staff import permitted

NEW = "new-rule"  # no id has a hyphen
WAYS = {"up": -1, "down": 1}


@desk.get("/policy/drafts/<uuid:id>/rules/<name>/<rule>")
@permitted(READ, EDIT)
def rule(id: uuid.UUID, name: str, rule: str) -> str:
    return _rule(reading.draft_of(id), name, rule)


def _form(draft: PolicyDraft, rows: Rows, id: str) -> PartForm:
    config = draft.configuration
    part = rule_in(config, rows, id)
    if part is None and id != NEW and request.method == "GET":
        raise NotFound("rule")
    action, currency = f"rule/{rows.name}/{id}", this_face().currency
    made = rows.form(thing=draft, action=action, config=config, part=part, currency=currency)
    made.new = id == NEW
    return made


def _rule(
    draft: PolicyDraft,
    name: str,
    id: str,
    form: PartForm | None = None,
    checked: dict[str, Any] | None = None,
) -> str:
    """`form`: as it was sent and is not right. `checked`: what it would come to."""
    about, rows = rows_of(name)
    config, shown = draft.configuration, form or _form(draft, rows, id)
    theirs = against(draft, _wanted(rows, shown, id)) if shown.overtaken and not form else []
    return page(
        "desk/rule.html",
        draft=draft,
        section=about,
        rows=rows,
        rule=id,
        new=id == NEW,
        name=_name(rows, config, id) or rows.title,
        form=shown,
        editable=legal(draft, "save"),
        theirs=theirs,
        overtaken=shown.overtaken,
        checked=checked or (_said(about, rows, config, id) if id != NEW else NOTHING),
        removal=Mark(seal(shown.part)),
        there=shown.part is not None,
    )


def _name(rows: Rows, config: Configuration, id: str) -> Any:
    """What the rule is called, as it is saved."""
    found = next((one for one in rows.of(config.policy) if rows.id(one) == id), None)
    return found and rows.told(found, config.policy).title


NOTHING: dict[str, Any] = {"said": [], "odd": [], "faults": [], "changes": []}


def _said(about: Section, rows: Rows, config: Configuration, id: str) -> dict[str, Any]:
    """The rule in words, the newest where it has no id yet, with what is hardly meant by it."""
    rules = list(rows.of(config.policy))
    known = {rows.id(one): n for n, one in enumerate(rules)}
    spot = known.get(id, len(rules) - 1)
    if not rules:
        return NOTHING
    told = rows.told(rules[spot], config.policy)
    place = ".".join(("policy", *rows.way, str(spot + 1)))
    return {
        "said": [told.title, *told.parts],
        "odd": odd_in(about, config, place),
        "faults": [],
        "changes": [],
    }


def _wanted(rows: Rows, form: PartForm, id: str) -> Configuration | None:
    return with_rule(rows, form, "" if id == NEW else id)


@desk.post("/policy/drafts/<uuid:id>/rules/<name>/<rule>/check")
@permitted(READ, EDIT)
def check_rule(id: uuid.UUID, name: str, rule: str) -> Any:
    """What the rule would say with what is typed. Changes nothing."""
    draft, (about, rows) = reading.draft_of(id), rows_of(name)
    form = _form(draft, rows, rule)
    wanted = _wanted(rows, form, rule) if form.sent() else None
    checked = _said(about, rows, wanted, rule) if wanted else {**NOTHING, "faults": form.faults()}
    checked |= {"changes": against(draft, wanted)}
    if partial():
        return regions(("desk/_checked.html", checked))
    return _rule(draft, name, rule, form, checked), 200 if wanted else 422


@desk.post("/policy/drafts/<uuid:id>/rules/<name>/<rule>/rows")
@permitted(READ, EDIT)
def change_rows(id: uuid.UUID, name: str, rule: str) -> Any:
    """The form as it is typed, with a row more or less in it. Changes nothing."""
    draft, (_, rows) = reading.draft_of(id), rows_of(name)
    form = _form(draft, rows, rule)
    if form.by_rows is None:
        raise NotFound("rows")
    if "drop" in request.form:
        form.by_rows.without(request.form["drop"])
    else:
        form.by_rows.with_one_more()
    code = 200 if form.legible() else 422
    if partial():
        address = url_for("desk.change_rows", id=id, name=name, rule=rule)
        return regions(("desk/_costs_from.html", {"f": form.by_rows, "rows": address})), code
    return _rule(draft, name, rule, form), code


@desk.post("/policy/drafts/<uuid:id>/rules/<name>/<rule>")
@permitted(READ, EDIT)
@redrawn(by=rule)
def save_rule(id: uuid.UUID, name: str, rule: str) -> Any:
    """One that somebody took out meanwhile is put in again by whoever has seen that it is gone."""
    shop, draft, (about, rows) = locked_shop(), locked(PolicyDraft, id), rows_of(name)
    form = _form(draft, rows, rule)
    to = url_for("desk.section", id=id, name=about.name)
    if form.sent():
        with suppress(Unfit):
            return see(once(form, actor(), lambda: saved(shop, draft, _wanted(rows, form, rule), to)))
    return _rule(draft, name, rule, form), 422


def _of_section(id: uuid.UUID, name: str, rule: str) -> str:
    return section(id, rows_of(name)[0].name)


@desk.post("/policy/drafts/<uuid:id>/rules/<name>/<rule>/removal")
@permitted(READ, EDIT)
@redrawn(by=_of_section)
def remove_rule(id: uuid.UUID, name: str, rule: str) -> Any:
    shop, draft, (about, rows) = locked_shop(), locked(PolicyDraft, id), rows_of(name)
    config = draft.configuration
    form = Step(thing=draft, action=f"remove/{name}/{rule}", seal=seal(rule_in(config, rows, rule)))
    return _stepped(shop, draft, about, form, without_rule(config, rows, rule))


@desk.post("/policy/drafts/<uuid:id>/rules/<name>/<rule>/move")
@permitted(READ, EDIT)
@redrawn(by=_of_section)
def move_rule(id: uuid.UUID, name: str, rule: str) -> Any:
    """One place up or down in a list whose order people see."""
    shop, draft, (about, rows) = locked_shop(), locked(PolicyDraft, id), rows_of(name)
    config, way = draft.configuration, WAYS.get(request.form.get("way", ""))
    if way is None:
        raise Refusal(STALE)
    if not rows.ordered or placed(rules_in(config.documents, rows), rows.key, rule) is None:
        raise NotFound("rule")
    form = Step(thing=draft, action=f"move/{name}/{rule}", seal=order_seal(rows, config))
    return _stepped(shop, draft, about, form, moved_rule(config, rows, rule, way))


def _stepped(
    shop: Any, draft: PolicyDraft, about: Section, form: Step, wanted: Configuration | Message
) -> Any:
    if not form.sent():
        raise Refusal(STALE)
    to = url_for("desk.section", id=draft.id, name=about.name)

    def do() -> Any:
        if isinstance(wanted, Message):
            raise Refusal(wanted)
        return saved(shop, draft, wanted, to)

    return see(once(form, actor(), do))
