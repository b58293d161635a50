"""Deadlines, and what is taken off a refund."""

from portal.i18n import say
from portal.policies import Configuration
from portal.web.desk.sections.base import PartForm, Sayable, Section, days, pair
from portal.web.desk.sections.fields import Numbers, Whole


class DeadlinesForm(PartForm):
    hand_in_days = Whole(
        say("Days to hand the parcel in"), least=1, most=365, description=say("From when the label is there.")
    )
    deadlines__remind_days = Numbers(
        say("Days before the end on which shoppers are reminded"),
        description=say("At most two, such as 5, 1. Nothing: they are not."),
    )
    deadlines__sent_days = Whole(
        say("Days for a parcel to arrive"),
        least=1,
        most=90,
        description=say("From when it was sent. Then the shopper is asked where it is."),
    )
    deadlines__receive_days = Whole(
        say("Days to take a delivery in"), most=60, description=say("Then it is overdue.")
    )
    deadlines__inspect_days = Whole(
        say("Days to check what came"), most=60, description=say("Then it is overdue.")
    )
    pay_days = Whole(say("Days until money goes out"), most=60, description=say("From when the parcel came."))
    reductions__answer_days = Whole(
        say("Days to answer a lower refund"),
        least=1,
        most=60,
        description=say("Who says nothing has accepted it then."),
    )
    reductions__decide_days = Whole(say("Days to decide an objection"), least=1, most=60)
    groups = (
        (say("The parcel"), ("hand_in_days", "deadlines__remind_days", "deadlines__sent_days")),
        (say("At the dock"), ("deadlines__receive_days", "deadlines__inspect_days", "pay_days")),
        (say("A lower refund"), ("reductions__answer_days", "reductions__decide_days")),
    )


def says(config: Configuration) -> list[Sayable]:
    policy = config.policy
    return [
        pair(say("To hand the parcel in"), days(policy.hand_in_days)),
        pair(say("Money goes out"), days(policy.pay_days)),
        pair(say("Days to answer a lower refund"), days(policy.reductions.answer_days)),
    ]


DEADLINES = Section(
    name="deadlines",
    title=say("Deadlines"),
    help=say("How long shoppers and your own people have."),
    parts=tuple(("policy", name) for name in ("hand_in_days", "pay_days", "deadlines", "reductions")),
    says=says,
    form=DeadlinesForm,
)
