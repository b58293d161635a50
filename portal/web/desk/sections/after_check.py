"""Where a unit goes after its check, and what it is worth there."""

from typing import Any

from portal.i18n import Message, either, say
from portal.money import per_cent
from portal.policies import Configuration, Disposition, Grade, Policy
from portal.policies.placing import Placing, Worth
from portal.web.desk.policy import grade_names, shelves
from portal.web.desk.sections.base import PartForm, Rows, Sayable, Section, Told, pair
from portal.web.desk.sections.fields import Percent, Pick, Several, choices
from portal.web.desk.sections.matching import ARTICLES, MatchForm, about, name_of_match
from portal.web.desk.wording import DISPOSITIONS, GRADES

SHELVES = [(place, word) for place, word in DISPOSITIONS.items() if place is not Disposition.SEND_BACK]


def _goes(grade: Grade) -> Pick:
    return Pick(GRADES[grade][0], choices=choices(SHELVES))


def _worth(place: Disposition) -> Percent:
    return Percent(DISPOSITIONS[place])


class AfterCheckForm(PartForm):
    dispositions__A = _goes(Grade.NEW)  # noqa: N815 - a grade
    dispositions__B = _goes(Grade.OPENED)  # noqa: N815 - a grade
    dispositions__C = _goes(Grade.USED)  # noqa: N815 - a grade
    dispositions__D = _goes(Grade.DAMAGED)  # noqa: N815 - a grade
    dispositions__E = _goes(Grade.UNSELLABLE)  # noqa: N815 - a grade
    values__restock = _worth(Disposition.RESTOCK)
    values__restock_open_box = _worth(Disposition.OPEN_BOX)
    values__refurbish = _worth(Disposition.REFURBISH)
    values__quarantine = _worth(Disposition.QUARANTINE)
    values__return_to_vendor = _worth(Disposition.RETURN_TO_VENDOR)
    values__donate = _worth(Disposition.DONATE)
    values__recycle = _worth(Disposition.RECYCLE)
    values__destroy = _worth(Disposition.DESTROY)
    groups = (
        (say("Where a unit of each grade goes"), tuple(f"dispositions__{grade}" for grade in Grade)),
        (say("Per cent of its cost that it is worth there"), tuple(f"values__{p}" for p, _ in SHELVES)),
    )


class PlacingForm(MatchForm):
    disposition = Pick(say("Goes to"), choices=choices(SHELVES))
    grades = Several(
        say("Found like this at the dock"),
        choices=choices([(grade, word) for grade, (word, _) in GRADES.items()]),
        description=say("None chosen: for all."),
    )
    groups = ((say("Where it goes"), ("disposition", "grades")), ARTICLES)


class WorthForm(MatchForm):
    points = Percent(say("Per cent of its cost"), needed=True)
    dispositions = Several(
        say("In these places alone"), choices=choices(SHELVES), description=say("None chosen: for all.")
    )
    groups = ((say("What it is worth there"), ("points", "dispositions")), ARTICLES)


def placed(rule: Placing, policy: Policy) -> Told:
    grades: list[Sayable] = [either(grade_names(rule))] if rule.grades else []
    return Told(DISPOSITIONS[rule.disposition], [*grades, about(rule.match)])


def valued(rule: Worth, policy: Policy) -> Told:
    places: list[Sayable] = [either(shelves(rule))] if rule.dispositions else []
    return Told(say("{rate} %", rate=per_cent(rule.points)), [*places, about(rule.match)])


def says(config: Configuration) -> list[Sayable]:
    goes: dict[Any, Message] = {g: DISPOSITIONS[place] for g, place in config.policy.dispositions.items()}
    return [pair(GRADES[grade][0], goes[grade]) for grade in Grade]


def _by_match(rule: Any) -> str:
    return name_of_match(rule) or str(rule.get("disposition") or "rule")


AFTER_CHECK = Section(
    name="after-check",
    title=say("After the check"),
    help=say(
        "Where a unit goes by its grade, and what the books say it is worth there. Nothing: not posted."
    ),
    parts=tuple(("policy", name) for name in ("dispositions", "values", "placings", "worths")),
    says=says,
    form=AfterCheckForm,
    rows=(
        Rows(
            name="placings",
            way=("placings",),
            form=PlacingForm,
            title=say("Some articles go elsewhere"),
            add=say("Add a place"),
            none=say("None."),
            told=placed,
            named=_by_match,
        ),
        Rows(
            name="worths",
            way=("worths",),
            form=WorthForm,
            title=say("Some articles are worth more or less"),
            add=say("Add a worth"),
            none=say("None."),
            told=valued,
            named=_by_match,
        ),
    ),
)
