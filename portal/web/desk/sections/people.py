"""What people may do alone."""

from portal.i18n import say
from portal.policies import Configuration
from portal.policies.promises import amounts
from portal.web.desk.sections.base import PartForm, Sayable, Section, listed, pair
from portal.web.desk.sections.fields import Percent, Tick
from portal.web.desk.sections.many import Amounts


class LimitsForm(PartForm):
    agent_limit = Amounts(
        say("An agent approves up to"), description=say("A refund. Owners and managers approve any.")
    )
    second_person_above = Amounts(
        say("Two people approve above"), description=say("A refund. Nothing: one is enough.")
    )
    alone_per_day = Amounts(
        say("One person alone approves a day"), description=say("Above it, a second one is needed.")
    )
    goodwill_budget = Amounts(
        say("Goodwill of a person in a month"), description=say("Nothing: nobody grants any.")
    )
    off_quote__points = Percent(
        say("Per cent off the quote"), description=say("A refund that is further off takes two people.")
    )
    off_quote__amounts = Amounts(
        say("Or an amount off the quote"), description=say("Above either of both it takes two people.")
    )
    second_review = Tick(
        say("A second person reviews the configuration"),
        description=say("To switch it off takes a second person, once more."),
    )
    groups = (
        (say("Refunds"), ("agent_limit", "second_person_above", "alone_per_day")),
        (say("Otherwise than quoted"), ("off_quote__points", "off_quote__amounts")),
        (say("Goodwill"), ("goodwill_budget",)),
        (say("This configuration"), ("second_review",)),
    )


def says(config: Configuration) -> list[Sayable]:
    limits = config.limits
    said: list[Sayable] = [pair(say("An agent approves up to"), listed(amounts(limits.agent_limit)))]
    for label, by_currency in (
        (say("Two people approve above"), limits.second_person_above),
        (say("One person alone approves a day"), limits.alone_per_day),
        (say("Goodwill of a person in a month"), limits.goodwill_budget),
    ):
        if by_currency:
            said.append(pair(label, listed(amounts(by_currency))))
    alone = say("One person alone may change these rules.")
    return said if limits.second_review else [*said, alone]


PEOPLE = Section(
    name="people",
    title=say("What people may do alone"),
    help=say("Up to which amounts one person decides, and where a second one is needed."),
    parts=(("limits",),),
    says=says,
    form=LimitsForm,
    document="limits",
)
