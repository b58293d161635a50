"""What the way back costs."""

from portal.i18n import either, say
from portal.policies import Configuration, Policy
from portal.policies.costs import FromCountry
from portal.policies.promises import amounts
from portal.web.desk.sections.base import PartForm, Rows, Sayable, Section, Told, listed, pair
from portal.web.desk.sections.fields import Countries, Several, choices
from portal.web.desk.sections.many import Amounts
from portal.web.desk.wording import RESOLUTIONS


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
    ),
)
