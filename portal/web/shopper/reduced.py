"""What the shopper sees of a lower refund: what was found, the old and the new amount, and their answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from wtforms import TextAreaField
from wtforms.validators import InputRequired

from portal.i18n import Message, say
from portal.refunds.reduced import GROUNDS, Sums, sums_of
from portal.returns import Return
from portal.returns.reductions import Reduction, ReductionState
from portal.views.reductions import reductions_of
from portal.web.forms import Button, Form

S = ReductionState
WORDS: dict[ReductionState, Message] = {
    S.ACCEPTED: say("You have accepted this."),
    S.LAPSED: say("There was no answer in time, so it counts as accepted."),
    S.UPHELD: say("We have looked at your objection and stay with it."),
    S.CHANGED: say("We have looked at your objection and take off less."),
    S.WITHDRAWN: say("We have taken this back. Nothing is taken off."),
}


class Objection(Form):
    """Its field has an id of its own, because a page may have several."""

    objection = TextAreaField(
        say("Why do you see it differently?"), [InputRequired(say("Say why you see it differently."))]
    )


def objection_to(reduction: Reduction) -> Objection:
    form = Objection(thing=reduction, action="object")
    form.objection.id = f"objection-{reduction.id}"
    return form


@dataclass(frozen=True)
class Less:
    """A reduction as the shopper reads it; the forms are there while it is their turn."""

    held: Reduction
    ground: Message
    sums: Sums | None
    word: Message | None
    accept: Button | None = None
    objection: Objection | None = None

    @property
    def asks(self) -> bool:
        return self.accept is not None


def less_of(return_: Return, posted: Objection | None = None) -> Sequence[Less]:
    """The return's reductions, the newest first. `posted`: the objection that was not right."""
    return [_less(held, posted) for held in reversed(reductions_of(return_.id))]


def _less(held: Reduction, posted: Objection | None) -> Less:
    word, ground, sums = WORDS.get(held.state), GROUNDS[held.ground], sums_of(held)
    if held.state is not S.PROPOSED:
        return Less(held, ground, sums, word)
    mine = posted if posted and posted.thing is held else objection_to(held)
    return Less(held, ground, sums, word, Button(held, "accept"), mine)
