"""What a draft's reasons ask of photos, and what becomes of those that nothing asks for any more."""

from collections.abc import Collection

from portal.audit import Actor
from portal.errors import Refusal
from portal.i18n import say
from portal.policies.kinds import PhotoWish
from portal.returns.lifecycle import ItemState, ReturnState
from portal.returns.models import Return, ReturnLine
from portal.returns.photos.keeping import photos_of, place_of, remove
from portal.returns.pieces import pieces

NEEDED = say("Add a photo of it. For this reason one is needed.")


def wish_for(return_: Return, line: ReturnLine) -> PhotoWish:
    """Whether photos are asked for with the line's reason."""
    reason = return_.policy.policy.reason(line.reason or "")
    return reason.photo if reason else PhotoWish.NONE


OPEN = frozenset({ReturnState.REQUESTED, ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED})
UNSEEN = frozenset(
    {ItemState.CLAIMED, ItemState.AUTHORIZED, ItemState.RECEIVED, ItemState.MISSING, ItemState.WRONG_ITEM}
)


def showable(return_: Return) -> list[ReturnLine]:
    """The lines of a requested return of which its shopper may still add photos: somebody has yet to look at
    a unit, or to decide about a lower refund."""
    wished = [line for line in return_.lines if wish_for(return_, line) is not PhotoWish.NONE]
    if return_.state not in OPEN or not wished:
        return []
    undecided = {u.return_line_id for u in pieces(return_) if u.state in UNSEEN or u.reducing}
    return [line for line in wished if line.id in undecided]


def lacking(draft: Return) -> list[ReturnLine]:
    """The lines that need a photo and have none. Asks the database only where one is needed."""
    needed = [line for line in draft.lines if wish_for(draft, line) is PhotoWish.REQUIRED]
    held = photos_of(draft.id) if needed else {}
    return [line for line in needed if line.id not in held]


def suit_reasons(draft: Return, by: Actor) -> None:
    """Remove photos of lines whose reason takes none. Raises Refusal at a line that lacks one."""
    for line in lacking(draft):
        raise Refusal(NEEDED, place_of(line.id))
    forget_lines(draft, [line for line in draft.lines if wish_for(draft, line) is PhotoWish.NONE], by)


def forget_lines(draft: Return, lines: Collection[ReturnLine], by: Actor) -> None:
    """Remove the photos of these lines."""
    held = photos_of(draft.id) if lines else {}
    remove(draft, [photo for line in lines for photo in held.get(line.id, ())], by)
