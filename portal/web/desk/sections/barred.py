"""What cannot go back."""

from portal.i18n import Message, say
from portal.policies import Configuration, Policy
from portal.policies.document import Barred
from portal.web.desk.sections.base import Rows, Sayable, Section, Told, by
from portal.web.desk.sections.fields import words
from portal.web.desk.sections.matching import ARTICLES, MatchForm, about


class BarredForm(MatchForm):
    ground = words(say("Why it cannot go back"), say("A sentence that shoppers read."), rows=2)
    instead = words(say("What they can do instead"), say("A sentence that shoppers read."), rows=2)
    groups = ((say("What shoppers read"), ("ground", "instead")), ARTICLES)


def told(rule: Barred, policy: Policy) -> Told:
    return Told(Message(rule.ground), [Message(rule.instead), about(rule.match)])


def says(config: Configuration) -> list[Sayable]:
    barred = config.policy.barred
    return [Message(rule.ground) for rule in barred[:3]] or [say("Everything may go back.")]


BARRED = Section(
    name="barred",
    title=say("What cannot go back"),
    help=say("Articles that are never taken back, with the reason that shoppers read."),
    parts=(("policy", "barred"),),
    says=says,
    rows=(
        Rows(
            name="barred",
            way=("barred",),
            form=BarredForm,
            title=say("What cannot go back"),
            add=say("Add articles"),
            none=say("Everything may go back."),
            told=told,
            named=by("ground"),
        ),
    ),
)
