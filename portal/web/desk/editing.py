"""A draft of the configuration in forms: its sections, one of them, and one rule of a list."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flask import url_for

from portal.db import locked
from portal.errors import NotFound
from portal.i18n import Message, say
from portal.people import Permission
from portal.policies import Configuration, differing, drafting
from portal.policies.checking import odd
from portal.policies.concerns import Concern
from portal.policies.lifecycle import legal
from portal.policies.models import WITHDRAWN, PolicyDraft, PolicyVersion
from portal.tenants import locked_shop
from portal.views import policies as reading
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.sections import SECTIONS, Rows, Section, section_of
from portal.web.desk.sections.base import PartForm
from portal.web.desk.sections.laying import with_values
from portal.web.desk.sections.steps import Mark, order_seal
from portal.web.errors import redrawn
from portal.web.operations import Answer, once, see
from portal.web.rendering import page, partial, regions
from portal.web.shops import this_face
from portal.web.staff import permitted

READ, EDIT = Permission.READ_POLICIES, Permission.EDIT_POLICIES
SAVED, SAME = say("The draft is saved."), say("Nothing was different.")


@desk.get("/policy/drafts/<uuid:id>/sections")
@permitted(READ, EDIT)
def sections(id: uuid.UUID) -> str:
    """What each section says now, and whether it says anything else than the version it was made from; where
    that one was withdrawn, than the one in force."""
    draft = reading.draft_of(id)
    config = draft.configuration
    now, before = config.documents, _base_of(draft).configuration.documents
    doubts = odd(config, reading.currencies_used())
    return page(
        "desk/sections.html",
        draft=draft,
        editable=legal(draft, "save"),
        mine=reading.my_draft(actor().id, draft.base_no) == draft,
        mails=config.notices,
        mails_changed=now["notices"] != before["notices"],
        rows=[
            {
                "section": section,
                "says": section.says(config),
                "changed": section.part(now) != section.part(before),
                "odd": sum(section.about(one.place) for one in doubts),
            }
            for section in SECTIONS
        ],
    )


def _base_of(draft: PolicyDraft) -> PolicyVersion:
    return reading.version_of(None if draft.base_no == WITHDRAWN else draft.base_no)


@desk.get("/policy/drafts/<uuid:id>/sections/<name>")
@permitted(READ, EDIT)
def section(id: uuid.UUID, name: str) -> str:
    return _section(reading.draft_of(id), section_of(name))


def _form(draft: PolicyDraft, about: Section) -> PartForm | None:
    if about.form is None:
        return None
    config = draft.configuration
    part, action = config.documents[about.document], f"section/{about.name}"
    return about.form(thing=draft, action=action, config=config, part=part, currency=this_face().currency)


def _section(
    draft: PolicyDraft, about: Section, form: PartForm | None = None, checked: dict[str, Any] | None = None
) -> str:
    """`form`: as it was sent and is not right. `checked`: what it would come to."""
    config = draft.configuration
    shown = form or _form(draft, about)
    theirs = against(draft, with_values(about, shown)) if shown and shown.overtaken and not form else []
    return page(
        "desk/section.html",
        draft=draft,
        section=about,
        form=shown,
        editable=legal(draft, "save"),
        lists=[(rows, told_of(rows, config)) for rows in about.rows],
        theirs=theirs,
        overtaken=shown is not None and shown.overtaken,
        checked=checked
        or {"said": about.says(config), "odd": odd_in(about, config), "faults": [], "changes": []},
        seals={rows.name: Mark(order_seal(rows, config)) for rows in about.rows},
        next=next_to(about),
    )


def told_of(rows: Rows, config: Configuration) -> list[tuple[str, Any]]:
    """Each rule's id with its plain words."""
    return [(rows.id(rule), rows.told(rule, config.policy)) for rule in rows.of(config.policy)]


def against(draft: PolicyDraft, wanted: Configuration | None) -> Sequence[Message]:
    """What somebody else saved meanwhile, before what was typed."""
    return differing.words(draft.configuration, wanted) if wanted else []


def odd_in(about: Section, config: Configuration, place: str = "") -> list[Concern]:
    """What is hardly meant in a section; at one place of it."""
    found = odd(config, reading.currencies_used())
    return [one for one in found if (one.place == place if place else about.about(one.place))]


def next_to(about: Section) -> Section | None:
    spot = SECTIONS.index(about) + 1
    return SECTIONS[spot] if spot < len(SECTIONS) else None


@desk.post("/policy/drafts/<uuid:id>/sections/<name>/check")
@permitted(READ, EDIT)
def check_section(id: uuid.UUID, name: str) -> Any:
    """What the section would say with what is typed. Changes nothing."""
    draft, about = reading.draft_of(id), section_of(name)
    form = typed_form(_form(draft, about))
    wanted = with_values(about, form) if form.sent() else None
    found = {"said": about.says(wanted), "odd": odd_in(about, wanted)} if wanted else {"said": [], "odd": []}
    checked = {**found, "faults": form.faults(), "changes": against(draft, wanted)}
    if partial():
        return regions(("desk/_checked.html", checked))
    return _section(draft, about, form, checked), 200 if wanted else 422


def typed_form(form: PartForm | None) -> PartForm:
    if form is None:
        raise NotFound("form")
    return form


@desk.post("/policy/drafts/<uuid:id>/sections/<name>")
@permitted(READ, EDIT)
@redrawn(by=section)
def save_section(id: uuid.UUID, name: str) -> Any:
    """Into the draft as it is now, whatever became of its other sections."""
    shop, draft, about = locked_shop(), locked(PolicyDraft, id), section_of(name)
    form = typed_form(_form(draft, about))
    to = url_for("desk.sections", id=id)
    if form.sent():
        with suppress(Unfit):
            return see(once(form, actor(), lambda: saved(shop, draft, with_values(about, form), to)))
    return _section(draft, about, form), 422


class Unfit(Exception):
    """What was typed fits no configuration; its form says why."""


def saved(shop: Any, draft: PolicyDraft, wanted: Configuration | None, to: str) -> Answer:
    """Raises Unfit. Whether it fits is asked inside of the operation, as what is sent twice may not fit what
    it has made."""
    if wanted is None:
        raise Unfit
    changed = drafting.save(shop, draft, wanted, actor())
    return Answer(to, SAVED if changed else SAME)
