"""What a unit must be like."""

from typing import Any

from portal.i18n import Message, say
from portal.policies import Configuration, Policy
from portal.policies.document import Condition
from portal.web.desk.policy import unmet
from portal.web.desk.sections.base import Rows, Sayable, Section, Told, by, some
from portal.web.desk.sections.fields import One, Percent, choices, words
from portal.web.desk.sections.matching import ARTICLES, MatchForm, about

UNMET = (
    ("reduced", say("The refund of the unit is lower")),
    ("refused", say("The unit goes back to the shopper, unpaid.")),
)


class ConditionForm(MatchForm):
    promise = words(say("What it must be like"), say("Shoppers read it beforehand: “Unworn, with its tag”."))
    question = words(
        say("What is asked"),
        say("Of shoppers and at the dock. Yes is as promised: “Unworn, and the tag still on?”"),
    )
    unmet = One(say("If it is not so"), choices=choices(UNMET), default="reduced")
    points = Percent(say("Lower by per cent"), description=say("Where the refund is lower."))
    groups = ((say("The condition"), ("promise", "question", "unmet", "points")), ARTICLES)

    def filled(self) -> dict[str, Any]:
        return {"points": 5_000, **super().filled()}


def told(condition: Condition, policy: Policy) -> Told:
    asked = say("Asked: {question}", question=Message(condition.question))
    return Told(Message(condition.promise), [unmet(condition), asked, about(condition.match)])


def says(config: Configuration) -> list[Sayable]:
    conditions = config.policy.conditions
    return [some([one.promise for one in conditions])] if conditions else [say("No conditions.")]


CONDITIONS = Section(
    name="conditions",
    title=say("Conditions"),
    help=say(
        "What articles must be like when they come back. All that fit are asked of shoppers and at the dock."
    ),
    parts=(("policy", "conditions"),),
    says=says,
    rows=(
        Rows(
            name="conditions",
            way=("conditions",),
            form=ConditionForm,
            title=say("Conditions"),
            add=say("Add a condition"),
            none=say("No conditions."),
            told=told,
            named=by("promise"),
            ordered=True,
        ),
    ),
)
