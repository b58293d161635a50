"""What the way back costs."""

from typing import Any

from portal.i18n import either, say
from portal.policies import Configuration, Policy
from portal.policies.costs import FromCountry, Method
from portal.policies.kinds import Sending
from portal.policies.promises import SENDINGS, amounts, terms_of
from portal.web.desk.sections.base import PartForm, Rows, Sayable, Section, Told, listed, pair
from portal.web.desk.sections.fields import Countries, One, Several, choices
from portal.web.desk.sections.many import Amounts
from portal.web.desk.sections.shaping import Path, Said
from portal.web.desk.wording import RESOLUTIONS

USUAL, OWN = "usual", "own"
COSTS = ((USUAL, say("What every way back costs")), (OWN, say("Its own amounts")))
EVERYWHERE = say("One way back at least has to be for every country.")


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
    countries = Countries(say("Countries"), description=say("Of the order’s address, such as DE, AT."))
    amounts = Amounts(
        say("Return label"), description=say("In a currency without an amount it costs nothing from there.")
    )
    groups = ((say("From these countries"), ("countries", "amounts")),)
    missing = (
        ("stands there twice", "countries", say("One of these countries stands in another rule.")),
        ("at least 1 item", "countries", say("Name a country.")),
    )


NO_TERMS: dict[Path, Any] = {
    ("amounts",): None,
    ("by_country",): [],
    ("free_from",): None,
    ("free_for",): None,
}


class MethodForm(PartForm):
    """`costs` is no part of the document: without amounts of its own, a way costs what all do."""

    sending = One(say("Way back"), choices=choices([(way, words[0]) for way, words in SENDINGS.items()]))
    countries = Countries(
        say("Countries"), description=say("Of the order’s address, such as DE, AT. Nothing: all.")
    )
    costs = One(say("What it costs"), choices=choices(COSTS), default=USUAL)
    amounts = Amounts(say("Its own amounts"), description=say("Once a return. Nothing: free."))
    groups = ((say("Way back"), ("sending", "countries", "costs", "amounts")),)
    missing = (
        ("two of methods", "sending", say("This one is there already.")),
        ("one of methods must be", "countries", EVERYWHERE),
    )

    def filled(self) -> dict[str, Any]:
        own = self.part is not None and self.part.get("amounts") is not None
        return {**super().filled(), "costs": OWN if own else USUAL}

    @property
    def said(self) -> Said:
        """What hangs on amounts of its own goes with them; what shoppers pay themselves has no terms."""
        said = {way: value for way, value in super().said.items() if way != ("costs",)}
        if self.sending.data == Sending.OWN:
            none: dict[Path, Any] = {
                ("amounts",): None,
                ("by_country",): [],
                ("free_from",): None,
                ("free_for",): None,
            }
            return said | none
        if self.costs.data == USUAL:
            return said | {("amounts",): None, ("by_country",): []}
        return said


def method_told(method: Method, policy: Policy) -> Told:
    return Told(SENDINGS[method.sending][0], terms_of(policy, method))


def told(place: FromCountry, policy: Policy) -> Told:
    return Told(", ".join(place.countries), [listed(amounts(place.amounts))])


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
            title=say("From some countries it costs otherwise"),
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
            named=lambda rule: str(rule.get("sending", "")),
            key="sending",
            ordered=True,
        ),
    ),
)
