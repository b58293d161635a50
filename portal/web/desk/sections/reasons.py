"""Why things go back: the reasons that shoppers choose from, and their groups."""

from portal.i18n import Message, either, say
from portal.policies import Configuration, Policy
from portal.policies.kinds import PhotoWish
from portal.policies.reasons import Reason, ReasonGroup, way_to
from portal.web.desk.policy import FAULTS, ways
from portal.web.desk.sections.base import PartForm, Rows, Sayable, Section, Told, pair, some
from portal.web.desk.sections.fields import One, Tick, choices, words
from portal.web.desk.sections.many import Ranked
from portal.web.desk.sections.matching import ARTICLES, MatchForm, about
from portal.web.desk.wording import RESOLUTIONS

PHOTO = (
    ("none", say("Photos are not asked for")),
    ("optional", say("They may show it")),
    ("required", say("They have to show it")),
)
COMMENT = (("optional", say("They may write something")), ("required", say("They have to write something")))

PHOTOS = {PhotoWish.OPTIONAL: say("photos are welcome"), PhotoWish.REQUIRED: say("a photo is needed")}


class UnderForm(PartForm):
    """Of what may stand under a group."""

    under = One(say("Group"), default="", description=say("The heading that it stands under."))

    def prepare(self) -> None:
        groups = [(group.code, Message(group.label)) for group in self.config.policy.reason_groups]
        self.under.choices = choices([("", say("no group")), *groups])


class ReasonForm(MatchForm, UnderForm):
    label = words(say("Reason"), say("As shoppers choose it: “Too small”."))
    fault = One(
        say("The fault is"),
        choices=choices(list(FAULTS.items())),
        default="shopper",
        description=say("Where it is yours, no fee is taken and the label is free."),
    )
    question = words(
        say("Question"), say("Asked about it: “What is broken?” Nothing: a few words."), needed=False
    )
    comment = One(say("Answer"), choices=choices(COMMENT), default="optional")
    photo = One(say("Photos"), choices=choices(PHOTO), default="none")
    review = Tick(say("A person looks at every return with it"))
    resolutions = Ranked(
        say("What is offered for it"),
        choices=[(way.value, word) for way, word in RESOLUTIONS.items()],
        description=say("Nothing chosen: everything that is offered otherwise."),
    )
    groups = (
        (say("The reason"), ("label", "under", "fault", "review")),
        (say("What shoppers say to it"), ("question", "comment", "photo")),
        (say("What they get"), ("resolutions",)),
        ARTICLES,
    )
    missing = (
        ("nothing that shoppers may choose", "resolutions", say("Nothing of this is offered at all.")),
        (
            "no reason is for every",
            "match__categories",
            say("One reason at least has to be for every article."),
        ),
    )


class GroupForm(UnderForm):
    label = words(say("Heading"), say("Shoppers see the reasons of a group below it."))
    under = One(say("Under the group"), default="")
    groups = ((say("The group"), ("label", "under")),)


def told(reason: Reason, policy: Policy) -> Told:
    parts: list[Sayable] = [pair(say("The fault is"), FAULTS[reason.fault])]
    parts[:0] = [Message(group.label) for group in way_to(reason.under, policy.reason_groups)]
    if reason.question:
        parts.append(say("“{question}”", question=Message(reason.question)))
    if reason.photo is not PhotoWish.NONE:
        parts.append(PHOTOS[reason.photo])
    if reason.review:
        parts.append(say("a person decides"))
    if reason.resolutions:
        parts.append(say("offers {ways} alone", ways=either(ways(reason))))
    return Told(Message(reason.label), parts if reason.match.whole else [*parts, about(reason.match)])


def group_told(group: ReasonGroup, policy: Policy) -> Told:
    below = [group.label for group in policy.reason_groups if group.under == group.code]
    below += [reason.label for reason in policy.reasons if reason.under == group.code]
    return Told(Message(group.label), [some(below, 6)])


def says(config: Configuration) -> list[Sayable]:
    return [some([reason.label for reason in config.policy.reasons], 6)]


REASONS = Section(
    name="reasons",
    title=say("Reasons and groups"),
    help=say("What shoppers choose from when they say why, in this order."),
    parts=(("policy", "reasons"), ("policy", "reason_groups")),
    says=says,
    rows=(
        Rows(
            name="reasons",
            way=("reasons",),
            form=ReasonForm,
            title=say("Reasons"),
            add=say("Add a reason"),
            none=say("None."),
            told=told,
            key="code",
            ordered=True,
        ),
        Rows(
            name="reason_groups",
            way=("reason_groups",),
            form=GroupForm,
            title=say("Groups"),
            add=say("Add a group"),
            none=say("All reasons stand in one list."),
            told=group_told,
            key="code",
            ordered=True,
        ),
    ),
)
