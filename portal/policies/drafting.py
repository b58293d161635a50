"""Drafts of a shop's configuration: started from a version, saved, thrown away."""

import uuid

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Chained, Event
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.policies.configuration import Configuration
from portal.policies.lifecycle import ENDED, move, tell
from portal.policies.models import DraftState, PolicyDraft, PolicyVersion
from portal.policies.writing import LARGEST, fits
from portal.tenants.dress import UNKNOWN, is_known

MOST = 20  # open at a time


def start(owner: Chained, base: PolicyVersion, by: Actor, wanted: Configuration | None = None) -> PolicyDraft:
    """A draft that says what a version says, or else what is wanted instead. Lock the shop.

    From an older version than the one in force it is the way back: what comes of it is a new version.
    Raises Refusal when too many are open.
    """
    mine = PolicyDraft.tenant_id == here()
    opened = sa.select(sa.func.count()).where(mine, PolicyDraft.state.not_in(ENDED)).scalar_subquery()
    last, open_ = session.execute(sa.select(sa.func.max(PolicyDraft.no), opened).where(mine)).one()
    if (open_ or 0) >= MOST:
        raise Refusal(say("{n} drafts are open. Throw one away first.", n=MOST))
    if wanted:
        _check(wanted)
    said, now, who = wanted or base.configuration, clock.now(), person(by)
    draft = PolicyDraft(
        no=(last or 0) + 1,
        state=DraftState.DRAFT,
        base_no=base.no,
        document=said.documents["policy"],
        others=said.others,
        **{"created_by": who, "created_at": now, "saved_by": who, "saved_at": now},
    )
    session.add(draft)
    session.flush()
    tell(owner, Event.POLICY_DRAFT_STARTED, draft, None, by, base=base.no)
    return draft


def save(owner: Chained, draft: PolicyDraft, wanted: Configuration, by: Actor) -> bool:
    """Whether it says anything else now. Lock the shop, then the draft."""
    old, new = draft.configuration.documents, wanted.documents
    if old == new and list(old) == list(new):
        return False
    _check(wanted)
    move(draft, "save")
    draft.document, draft.others = new["policy"], wanted.others
    draft.saved_by, draft.saved_at = person(by), clock.now()
    tell(owner, Event.POLICY_DRAFT_SAVED, draft, DraftState.DRAFT, by, changed=", ".join(_parts(old, new)))
    return True


def _check(wanted: Configuration) -> None:
    """What cannot be seen in the document itself. Raises Refusal."""
    if wanted.branding and not is_known(wanted.branding.logo):
        raise Refusal(UNKNOWN, "logo")
    if not fits(wanted):
        raise Refusal(
            say("Written out, all of it has more than {n} kB. Take something out.", n=LARGEST // 1024)
        )


def _parts(old: dict[str, dict[str, object]], new: dict[str, dict[str, object]]) -> list[str]:
    """The names of the parts that differ."""
    return [name for whole in new for name in new[whole] if new[whole][name] != old.get(whole, {}).get(name)]


def discard(owner: Chained, draft: PolicyDraft, by: Actor) -> None:
    """Throw it away; it stays to be read. Lock the shop, then the draft."""
    before = move(draft, "discard")
    tell(owner, Event.POLICY_DRAFT_DISCARDED, draft, before, by)


def person(by: Actor) -> uuid.UUID | None:
    """Who of the staff; None is a command of the installation."""
    return by.id if by.kind == "person" else None
