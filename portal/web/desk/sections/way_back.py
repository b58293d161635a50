"""What the way back costs."""

from typing import Any

from portal.i18n import either, say
from portal.policies import Configuration, Policy
from portal.policies.costs import FromCountry, Method
from portal.policies.kinds import Sending
from portal.policies.promises import SENDINGS, amounts, cost, terms_of
from portal.web.desk.sections.base import PartForm, Rows, Sayable, Section, Told, by, listed, pair
from portal.web.desk.sections.fields import Countries, One, Several, choices
from portal.web.desk.sections.many import Amounts
from portal.web.desk.sections.places import ELSE_FREE, NAME_ONE, SOME, Places
from portal.web.desk.sections.shaping import Said
from portal.web.desk.wording import RESOLUTIONS

USUAL, OWN = "usual", "own"
COSTS = ((USUAL, say("What every way back costs")), (OWN, say("Its own amounts")))
FREE = ((USUAL, say("As for every way back")), (OWN, say("As said here")))
EVERYWHERE = say("One way back at least has to be for every country.")
FREE_WHEN = say("When it is free")
ELSEWHERE_IT_COSTS = say("From some countries it costs otherwise")
NOT_CHOSEN = say("What you typed for it counts with the other choice alone. Choose it, or take it out.")
PAID_BY_THEM = say("Shoppers pay this way themselves: leave amounts and what makes it free as they were.")


class WayBackForm(PartForm):
    return_shipping = Amounts(
        say("Return label"), description=say("Once a return, taken from its refund. Nothing: free.")
    )
    way_back__free_from = Amounts(
        say("Free from a value of"), description=say("Of what goes back together. Nothing: never.")
    )
    way_back__free_for = Several(
        say("Free where this is wanted"), choices=choices([(way, word) for way, word in RESOLUTIONS.items()])
    )
    groups = ((say("For every country"), ("return_shipping", "way_back__free_from", "way_back__free_for")),)


class FromCountryForm(PartForm):
    countries = Countries(say("Countries"), description=SOME)
    amounts = Amounts(say("Return label"), description=ELSE_FREE)
    groups = ((say("From these countries"), ("countries", "amounts")),)
    missing = (
        ("stands there twice", "countries", say("One of these countries stands in another rule.")),
        ("at least 1 item", "countries", NAME_ONE),
    )


HANGS = {"costs": ("amounts", "by_country"), "free_by_value": ("free_from",), "free_by_wish": ("free_for",)}
"""What a choice decides of: each counts as typed where its own is chosen, and else as for every way back."""


class MethodForm(PartForm):
    """The choices are no parts of the document: what is not said there is as for every way back."""

    sending = One(say("Way back"), choices=choices([(way, words[0]) for way, words in SENDINGS.items()]))
    countries = Countries(
        say("Countries"), description=say("Of the order’s address, such as DE, AT. Nothing: all.")
    )
    costs = One(say("What it costs"), choices=choices(COSTS), default=USUAL)
    amounts = Amounts(say("Its own amounts"), description=say("Once a return. Nothing: free."))
    by_country = Places(
        ELSEWHERE_IT_COSTS, description=say("Counts with its own amounts. All other countries cost those.")
    )
    free_by_value = One(FREE_WHEN, choices=choices(FREE), default=USUAL)
    free_from = Amounts(
        say("Free from a value of"), description=say("Of what goes back together. Nothing: never.")
    )
    free_by_wish = One(FREE_WHEN, choices=choices(FREE), default=USUAL)
    free_for = Several(
        say("Free where this is wanted"),
        choices=choices(list(RESOLUTIONS.items())),
        description=say("Nothing chosen: never."),
    )
    groups = (
        (say("Way back"), ("sending", "countries")),
        (say("What it costs"), ("costs", "amounts")),
        (ELSEWHERE_IT_COSTS, ("by_country",)),
        (say("Free by the value of what goes back"), ("free_by_value", "free_from")),
        (say("Free by what is wanted for it"), ("free_by_wish", "free_for")),
    )
    missing = (
        ("two of methods", "sending", say("This one is there already.")),
        ("one of methods must be", "countries", EVERYWHERE),
    )

    def filled(self) -> dict[str, Any]:
        part = self.part or {}
        own = {choice: OWN for choice, (first, *_) in HANGS.items() if part.get(first) is not None}
        return super().filled() | own

    def validate(self, *args: Any, **kw: Any) -> bool:
        """What is typed anew and would not count is asked about; what was there goes with its choice."""
        right = super().validate(*args, **kw)
        lost = [choice for choice in HANGS if not self._counts(choice) and self._typed_anew(choice)]
        for choice in lost:
            at, why = ("sending", PAID_BY_THEM) if self.sending.data == Sending.OWN else (choice, NOT_CHOSEN)
            self[at].errors = [why]
        return right and not lost

    def _counts(self, choice: str) -> bool:
        return bool(self.sending.data != Sending.OWN and self[choice].data == OWN)

    def _typed_anew(self, choice: str) -> bool:
        known = self.part or {}
        return any((self[name].plain or None) not in (None, known.get(name)) for name in HANGS[choice])

    @property
    def said(self) -> Said:
        """What hangs on a choice goes with it; what shoppers pay themselves has no terms."""
        said = {way: value for way, value in super().said.items() if way[0] not in HANGS}
        lost = [name for choice, names in HANGS.items() if not self._counts(choice) for name in names]
        return said | {(name,): None for name in lost}


def method_told(method: Method, policy: Policy) -> Told:
    free = [RESOLUTIONS[way] for way in policy.resolutions if policy.ships_free(way, method.sending)]
    wanted: list[Sayable] = [say("free for: {way}", way=way) for way in free]
    paid = [] if method.sending is Sending.OWN else wanted
    return Told(SENDINGS[method.sending][0], [*terms_of(policy, method), *paid])


def told(place: FromCountry, policy: Policy) -> Told:
    return Told(", ".join(place.countries), [cost(place.amounts)])


def says(config: Configuration) -> list[Sayable]:
    policy = config.policy
    said: list[Sayable] = [pair(say("Return label"), listed(amounts(policy.return_shipping)))]
    if policy.way_back.free_from:
        said.append(pair(say("Free from a value of"), listed(amounts(policy.way_back.free_from))))
    if policy.way_back.free_for:
        ways = either([RESOLUTIONS[way] for way in policy.way_back.free_for])
        said.append(pair(say("Free where this is wanted"), ways))
    if policy.way_back.methods:
        known = [SENDINGS[method.sending][0] for method in policy.way_back.methods]
        said.append(pair(say("Way back"), listed(known)))
    for place in policy.way_back.by_country[:4]:
        said.append(pair(say("Otherwise"), ", ".join(place.countries)))
    return said


WAY_BACK = Section(
    name="way-back",
    title=say("The way back"),
    help=say("What the return label costs a shopper. It is free where the fault is yours."),
    parts=(("policy", "return_shipping"), ("policy", "way_back")),
    says=says,
    form=WayBackForm,
    rows=(
        Rows(
            name="by_country",
            way=("way_back", "by_country"),
            form=FromCountryForm,
            title=ELSEWHERE_IT_COSTS,
            add=say("Add countries"),
            none=say("The same from everywhere."),
            told=told,
            named=lambda rule: "_".join(rule.get("countries") or ()),
        ),
        Rows(
            name="methods",
            way=("way_back", "methods"),
            form=MethodForm,
            title=say("What shoppers choose between"),
            add=say("Add a way back"),
            none=say("A label alone."),
            told=method_told,
            named=by("sending"),
            key="sending",
            ordered=True,
        ),
    ),
)
