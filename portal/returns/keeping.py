"""Letting the shopper keep what was to come back: its refund falls due without the goods."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from portal.audit import Actor, Event, record
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.jobs import enqueue
from portal.policies.choosing import RETURNLESS
from portal.returns.deciding import add_note
from portal.returns.lifecycle import ITEM, can
from portal.returns.models import Return
from portal.returns.notifying import notify
from portal.returns.pieces import AnyItem, advance, pieces
from portal.returns.receiving import RECEIVABLE
from portal.returns.standing import place
from portal.returns.words import checked


def keepable(return_: Return) -> dict[uuid.UUID, list[AnyItem]]:
    """The units that are authorized and have not come, by return line.

    None of a gift's: its value goes to whoever had the article, and only the article shows that.
    """
    found: dict[uuid.UUID, list[AnyItem]] = {}
    if return_.gift:
        return found
    for item in pieces(return_) if return_.state in RECEIVABLE else ():
        if can(ITEM, item.state, "keep"):
            found.setdefault(item.return_line_id, []).append(item)
    return found


def keep(return_: Return, counts: Mapping[uuid.UUID, int], reason: str, by: Actor) -> None:
    """Let the shopper keep so many units of each line, and tell them: {return line id: units}.

    Lock the return. No stock moves; the units may be refunded from now on, without fee and label. Raises
    Refusal with the line's id as field for more than are awaited, without a unit or a reason; Conflict when
    nothing is awaited any more. It cannot be taken back: the shopper was told.
    """
    found = keepable(return_)
    if not found:
        raise Conflict(say("No unit is awaited any more."))
    reason = checked(reason, "reason")
    if not reason:
        raise Refusal(say("Say why it need not come back."), "reason")
    _let_keep(return_, _pick(found, counts), reason, by)


def keep_small(return_: Return, lines: Collection[uuid.UUID], by: Actor) -> None:
    """The same for all units of these lines, because the policy says so; once they are authorized."""
    for line, items in keepable(return_).items():
        if line in lines:
            _let_keep(return_, items, _why(return_, items[0]), by)


def _why(return_: Return, item: AnyItem) -> str:
    """What the policy's rule is called, by the verdict that it is kept by."""
    policy, verdict = return_.policy.policy, item.line.verdict
    named = {f.inputs["rule"] for f in verdict.findings if f.rule == RETURNLESS} if verdict else set()
    return next((rule.label for rule in policy.returnless if rule.id in named), "")


def _let_keep(return_: Return, kept: Sequence[AnyItem], reason: str, by: Actor) -> None:
    causes = record(return_, Event.ITEM_KEPT, by, advance(return_, kept, "keep"))
    add_note(return_, "kept", reason, by)
    place(return_)
    notify(return_, "kept", kept[0].id, causes[0])
    enqueue("refund.ready", {"return": return_.id}, f"ready/{return_.id}/{causes[0]}", cause=causes[0])


def _pick(found: Mapping[uuid.UUID, Sequence[AnyItem]], counts: Mapping[uuid.UUID, int]) -> list[AnyItem]:
    """The last units of each line: those of one line are alike as long as nobody has seen them."""
    kept: list[AnyItem] = []
    for line, items in found.items():
        n = counts.get(line, 0)
        if not 0 <= n <= len(items):
            raise Refusal(say("At most {n} are awaited.", n=len(items)), f"keep-{line}")
        kept += items[len(items) - n :]
    if not kept:
        raise Refusal(say("Choose at least one unit."), f"keep-{next(iter(found))}")
    return kept
