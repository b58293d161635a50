"""Which returns are authorized at once, and what need not come back."""

from typing import Any

from portal.i18n import Message, say
from portal.policies import Configuration, Policy
from portal.policies.approving import Returnless
from portal.policies.promises import amounts
from portal.web.desk.sections.base import PartForm, Rows, Sayable, Section, Told, listed, pair, some
from portal.web.desk.sections.fields import Several, Whole, choices, words
from portal.web.desk.sections.many import Amounts
from portal.web.desk.sections.matching import ARTICLES, MatchForm, about
from portal.web.policy_words import said_as

BOTH = say("Type both numbers, or none.")


class AuthorizationForm(PartForm):
    authorization__automatic_up_to = Amounts(
        say("Approved at once up to"), description=say("A unit. In other currencies a person decides.")
    )
    authorization__days = Whole(
        say("Days to answer the others"), least=1, most=30, description=say("Then they are overdue.")
    )
    authorization__history__returns = Whole(
        say("Returns that are many"),
        least=1,
        most=1000,
        needed=False,
        description=say("Who asked for so many waits for a person. Nothing: nobody does."),
    )
    authorization__history__days = Whole(say("Within days"), least=1, most=3650, needed=False)
    groups = (
        (say("Approved at once"), ("authorization__automatic_up_to", "authorization__days")),
        (say("Who returns often"), ("authorization__history__returns", "authorization__history__days")),
    )

    def validate(self, *args: Any, **kw: Any) -> bool:
        right = super().validate(*args, **kw)
        both = self.authorization__history__returns, self.authorization__history__days
        blank = [one for one in both if one.data is None and not one.errors]
        if right and len(blank) == 1:
            blank[0].errors = [BOTH]
            return False
        return right


class ReturnlessForm(MatchForm):
    label = words(say("Name of the rule"), say("Your people read it, not the shopper."))
    up_to = Amounts(
        say("Units worth up to"), needed=True, description=say("They are refunded and need not come back.")
    )
    reasons = Several(say("For these reasons alone"), description=say("None chosen: for all."))
    groups = ((say("What need not come back"), ("label", "up_to", "reasons")), ARTICLES)

    def prepare(self) -> None:
        self.reasons.choices = choices([(r.code, Message(r.label)) for r in self.config.policy.reasons])


def told(rule: Returnless, policy: Policy) -> Told:
    size = say("Up to {amounts} a unit", amounts=listed(amounts(rule.up_to)))
    return Told(Message(rule.label), [size, about(rule.match), *said_as(rule, policy)])


def says(config: Configuration) -> list[Sayable]:
    policy, rules = config.policy, config.policy.returnless
    limit = listed(amounts(policy.authorization.automatic_up_to))
    said: list[Sayable] = [pair(say("Approved at once up to"), limit)]
    if policy.authorization.history:
        n, days = policy.authorization.history.returns, policy.authorization.history.days
        said.append(say("Who asked for {n} returns within {days} days waits for a person.", n=n, days=days))
    return (
        [*said, pair(say("It need not come back"), some([rule.label for rule in rules]))] if rules else said
    )


AUTHORIZATION = Section(
    name="authorization",
    title=say("Who decides"),
    help=say("Which returns need nobody, and what shoppers may keep."),
    parts=(("policy", "authorization"), ("policy", "returnless")),
    says=says,
    form=AuthorizationForm,
    rows=(
        Rows(
            name="returnless",
            way=("returnless",),
            form=ReturnlessForm,
            title=say("What need not come back"),
            add=say("Add a rule"),
            none=say("Everything has to come back."),
            told=told,
        ),
    ),
)
