"""Pages that change one part of the configuration: they write it into a draft of whoever sits there."""

from typing import Any

from flask import url_for

from portal.db import locked
from portal.i18n import say
from portal.policies import Configuration, PolicyVersion, drafting
from portal.policies.models import PolicyDraft
from portal.policies.versions import active_or_none
from portal.tenants import Tenant, locked_shop, this_shop
from portal.views import policies as reading
from portal.web.actor import actor
from portal.web.forms import Versioned
from portal.web.operations import Answer


class Bench:
    """The version in force and, where there is one, this person's open draft of it.

    `taking`: with the shop and the draft locked, to change something.
    """

    def __init__(self, *, taking: bool = False) -> None:
        self.shop: Tenant = locked_shop() if taking else this_shop()
        held = active_or_none(whole=True)
        assert held
        self.held: PolicyVersion = held
        self.draft: PolicyDraft | None = reading.my_draft(actor().id, held.no)
        if taking and self.draft:
            self.draft = locked(PolicyDraft, self.draft.id)

    @property
    def said(self) -> Configuration:
        """What the pages are about: what the draft says, else what holds."""
        return self.draft.configuration if self.draft else self.held.configuration

    def unsaid(self, name: str) -> PolicyDraft | None:
        """The draft, where its document of this name is another than the one that holds."""
        if self.draft and getattr(self.said, name) != getattr(self.held.configuration, name):
            return self.draft
        return None

    @property
    def thing(self) -> Versioned:
        """What a form here is about."""
        return self.draft or self.shop

    def action(self, name: str) -> str:
        """Another version in force makes the forms that began from the one before stale."""
        return f"{name}/{self.held.no}"

    def put(self, **parts: Any) -> Answer:
        """Write these documents into the draft, which is started if there is none; the answer leads to it."""
        wanted = self.said.model_copy(update=parts)
        if wanted.documents == self.said.documents:
            return Answer(message=say("Nothing was different."))
        draft = self.draft or drafting.start(self.shop, self.held, actor())
        drafting.save(self.shop, draft, wanted, actor())
        text = say("Draft {n} holds it. Look at it, then put it in force.", n=draft.no)
        return Answer(url_for("desk.draft", id=draft.id), text)
