"""Notes of the staff about a return, which its shopper does not see."""

from portal.audit import Actor, Event, record
from portal.errors import Refusal
from portal.i18n import say
from portal.returns.deciding import add_note
from portal.returns.models import Return
from portal.returns.words import checked


def write_note(return_: Return, text: str, by: Actor) -> None:
    """Keep an internal note. Lock the return. Raises Refusal when there is nothing in it."""
    text = checked(text, "text")
    if not text:
        raise Refusal(say("Write what you want to note."), "text")
    add_note(return_, "internal", text, by)
    record(return_, Event.NOTE_ADDED, by)
