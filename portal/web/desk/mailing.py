"""The mails to shoppers in a draft of the configuration: what the shop says itself, beside how it is sent."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from flask import g, request, url_for

from portal.db import locked
from portal.errors import NotFound
from portal.i18n import LANGUAGES, Voice, primary, say
from portal.notices.naming import MAILS
from portal.notices.specimens import specimen
from portal.notices.wording import NEEDLESS, PLACES, Words
from portal.notices.writing import Content, content, our_subject
from portal.people import Permission
from portal.policies import drafting
from portal.policies.lifecycle import legal
from portal.policies.mails_differing import language as called
from portal.policies.models import PolicyDraft
from portal.policies.versions import active_or_none
from portal.tenants import Tenant, locked_shop, this_shop
from portal.views import policies as reading
from portal.web.actor import actor
from portal.web.desk import mail_words
from portal.web.desk.blueprint import desk
from portal.web.desk.mail_forms import MailForm
from portal.web.desk.previewing import dressed
from portal.web.errors import redrawn
from portal.web.operations import Answer, once, see
from portal.web.rendering import page, partial, regions
from portal.web.staff import permitted

READ, EDIT = Permission.READ_POLICIES, Permission.EDIT_POLICIES
UNBROKEN = re.compile(r'<span style="white-space:nowrap">([^<]*)</span>')
STYLE = re.compile(r' style="[^"]*"')  # what was typed is escaped, so none of it can look so


@desk.get("/policy/drafts/<uuid:id>/mails")
@permitted(READ)
def draft_mails(id: uuid.UUID) -> str:
    """All of them, with the languages in which the shop says something itself."""
    found = reading.draft_of(id)
    said = found.configuration.notices
    return page(
        "desk/draft_mails.html",
        draft=found,
        groups=mail_words.GROUPS,
        mails=MAILS,
        own={event: [called(code) for code in said.texts.get(event, ())] for event in MAILS},
        unsent=said.unsent,
    )


@desk.get("/policy/drafts/<uuid:id>/mails/<event>")
@permitted(READ)
def draft_mail(id: uuid.UUID, event: str) -> str:
    """The shop's words in every language, and the whole mail in one of them."""
    return _mail(_form(reading.draft_of(id), event))


@desk.post("/policy/drafts/<uuid:id>/mails/<event>/look")
@permitted(READ, EDIT)
def show_mail(id: uuid.UUID, event: str) -> Any:
    """What was typed, as it would be sent. Changes nothing."""
    form = _form(reading.draft_of(id), event)
    form.validate()
    if partial():
        return regions(("desk/_mail_look.html", {**_look(form, this_shop()), "faults": form.faults()}))
    return _mail(form)


@desk.post("/policy/drafts/<uuid:id>/mails/<event>")
@permitted(READ, EDIT)
@redrawn(by=draft_mail)
def save_mail(id: uuid.UUID, event: str) -> Any:
    """Nothing is saved unless all of it is right."""
    shop, found = locked_shop(), locked(PolicyDraft, id)
    form = _form(found, event)
    wanted = form.wanted() if form.sent() else None
    if wanted is None:
        return _mail(form), 422
    return see(once(form, actor(), lambda: _save(shop, found, form, wanted)))


def _save(shop: Tenant, found: PolicyDraft, form: MailForm, wanted: Any) -> Answer:
    whole = found.configuration.model_copy(update={"notices": wanted})
    changed = drafting.save(shop, found, whole, actor())
    said = say("The draft is saved.") if changed else say("Nothing was different.")
    return Answer(url_for("desk.draft_mail", id=found.id, event=form.event, shown=form.language), said)


def _form(found: PolicyDraft, event: str) -> MailForm:
    """As it is saved, or as it was typed. Raises NotFound for what is no mail."""
    if event not in MAILS:
        raise NotFound("Mail")
    wished = request.args.get("shown", "") or primary(g.shop.language)
    shown = wished if wished in LANGUAGES else LANGUAGES[0]
    return MailForm(event, found.configuration.notices, shown, thing=found, action=f"mail/{event}")


def _mail(form: MailForm) -> str:
    shop, theirs = this_shop(), form.theirs() if form.overtaken else {}
    return page(
        "desk/draft_mail.html",
        draft=form.thing,
        form=form,
        event=form.event,
        name=MAILS[form.event],
        editable=legal(form.thing, "save"),
        needless=form.event in NEEDLESS,
        fillings=[("{" + place + "}", mail_words.PLACES[place]) for place in PLACES[form.event]],
        ours={code: our_subject(form.event, specimen(form.event, shop, code), shop) for code in LANGUAGES},
        languages=[(code, called(code), *_state(form, code, theirs)) for code in LANGUAGES],
        theirs=theirs,
        it=_look(form, shop),
    )


def _state(form: MailForm, language: str, theirs: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether anything is said in a language, and whether to show it at once."""
    fields = form.texts_in(language)
    said = any(field.data for field in fields)
    seen = said or language == form.language or any(f.errors or f.name in theirs for f in fields)
    return said, seen


def _look(form: MailForm, shop: Tenant) -> dict[str, Any]:
    """The mail as it would be sent and, where that differs, as it is sent now."""
    held = active_or_none(whole=True)
    assert held
    own = held.notices.own(form.event)
    then = _drawn(form, dressed(form.thing, shop), form.own())
    now = _drawn(form, shop, own.words)
    both = [(say("With these words"), then), (say("In force"), now)]
    return {
        "sides": both if then != now else [(say("As it is sent"), now)],
        "language": form.language,
        "direction": Voice(form.language).direction,
        "faults": (),
        "off": form.event in NEEDLESS and not form.send.data,
    }


def _drawn(form: MailForm, shop: Tenant, words: Mapping[str, Words]) -> Content:
    """Made up. Without the few styles that a page here does not allow in a frame, and as wide as that."""
    said = content(form.event, specimen(form.event, shop, form.language), shop, words)
    plain = STYLE.sub("", UNBROKEN.sub(r"<nobr>\1</nobr>", said.html))
    return Content(said.subject, said.text, plain.replace(' width="600"', ' width="100%"'))
