"""Restocking fees."""

from typing import Any

from portal.i18n import Message, say
from portal.policies import Configuration, Policy
from portal.policies.costs import Fee
from portal.policies.promises import fee_size
from portal.web.desk.sections.base import Rows, Sayable, Section, Told, listed, pair, some
from portal.web.desk.sections.fields import Percent, Several, Tick, choices, words
from portal.web.desk.sections.many import Amounts
from portal.web.desk.sections.matching import ARTICLES, MatchForm, about
from portal.web.desk.sections.shaping import Said
from portal.web.desk.wording import GRADES, RESOLUTIONS
from portal.web.policy_words import fee_about

KIND = say("Give a per cent, or amounts, or tick that there is no fee.")


class FeeForm(MatchForm):
    label = words(say("Name of the fee"), say("Shoppers read it beside the amount."))
    points = Percent(
        say("Per cent of the price"), description=say("Of the price without tax, for each unit.")
    )
    minimum = Amounts(say("At least"), description=say("A unit, where it is a per cent."))
    maximum = Amounts(say("At most"), description=say("A unit, where it is a per cent."))
    fixed = Amounts(say("Or a fixed amount"), description=say("For each unit, instead of a per cent."))
    free = Tick(say("Or no fee: these articles are left out"))
    reasons = Several(say("For these reasons alone"), description=say("None chosen: for all."))
    resolutions = Several(
        say("Where this is wanted"),
        choices=choices([(way, word) for way, word in RESOLUTIONS.items()]),
        description=say("None chosen: for all."),
    )
    grades = Several(
        say("Found like this at the dock"),
        choices=choices([(grade, word) for grade, (word, _) in GRADES.items()]),
        description=say("With one, no quote has the fee: it is known only after the check."),
    )
    groups = (
        (say("The fee"), ("label", "points", "minimum", "maximum", "fixed", "free")),
        ARTICLES,
        (say("Only then"), ("reasons", "resolutions", "grades")),
    )
    missing = (
        ("a fee is either", "points", KIND),
        ("only a fee in", "minimum", say("Only a per cent has a least and a most.")),
        ("the minimum is above", "maximum", say("That is less than “At least” says.")),
    )

    def prepare(self) -> None:
        self.reasons.choices = choices([(r.code, Message(r.label)) for r in self.config.policy.reasons])

    def filled(self) -> dict[str, Any]:
        found = super().filled()
        return found if found.get("points") else {k: v for k, v in found.items() if k != "points"}

    @property
    def said(self) -> Said:
        return {**super().said, ("points",): self.points.plain or 0}


def told(fee: Fee, policy: Policy) -> Told:
    size: Sayable = say("no fee") if fee.free else listed(fee_size(fee))
    return Told(Message(fee.label), [size, about(fee.match), *fee_about(fee, policy)])


def says(config: Configuration) -> list[Sayable]:
    fees = config.policy.fees
    return (
        [pair(say("Restocking fees"), some([fee.label for fee in fees]))]
        if fees
        else [say("No fee is taken.")]
    )


FEES = Section(
    name="fees",
    title=say("Restocking fees"),
    help=say("What is kept of a refund. None where the fault is yours. The closest rule holds."),
    parts=(("policy", "fees"),),
    says=says,
    rows=(
        Rows(
            name="fees",
            way=("fees",),
            form=FeeForm,
            title=say("Restocking fees"),
            add=say("Add a fee"),
            none=say("No fee is taken."),
            told=told,
        ),
    ),
)
