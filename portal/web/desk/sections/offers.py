"""What shoppers get: what they choose between, credit and its bonus, other articles, which payment first."""

from portal.i18n import say
from portal.money import per_cent
from portal.policies import Configuration, TenderOrder
from portal.web.desk.policy import TENDERS
from portal.web.desk.sections.base import PartForm, Sayable, Section, listed, pair
from portal.web.desk.sections.fields import One, Percent, Tick, Whole, choices
from portal.web.desk.sections.many import Ranked
from portal.web.desk.sections.shaping import Said
from portal.web.desk.wording import RESOLUTIONS

SHIP = (
    ("after_inspection", say("When what comes back is checked")),
    ("at_once", say("As soon as the return is authorized")),
)
ON_TOP = say("Added to the refund where it is taken. Nothing: no bonus.")
LEFT_OUT = say("For a reason nothing would be left that is offered.")
MONTHS = say("Nothing: for ever.")


class OffersForm(PartForm):
    resolutions = Ranked(
        say("What shoppers choose between"),
        choices=[(way.value, word) for way, word in RESOLUTIONS.items()],
        needed=True,
        description=say("In this order."),
    )
    tender_order = One(
        say("Which payment gets money back first"),
        choices=choices([(one, TENDERS[one]) for one in TenderOrder]),
    )
    credit_bonus = Percent(say("Bonus on store credit"), description=ON_TOP)
    valid_months__store_credit = Whole(
        say("Months that store credit lasts"), least=1, most=240, needed=False, description=MONTHS
    )
    gift_card_bonus = Percent(say("Bonus on gift cards"), description=ON_TOP)
    valid_months__gift_card = Whole(
        say("Months that a gift card lasts"), least=1, most=240, needed=False, description=MONTHS
    )
    exchange__ship = One(say("Another article is sent"), choices=choices(SHIP))
    exchange__free_way_back = Tick(say("The label is free where another article is wanted"))
    exchange__at_price_paid = Tick(
        say("Another variant costs what was paid"),
        description=say("And what its price is above or below the first one’s."),
    )
    exchange__held_days = Whole(say("Days that it is kept for the shopper"), least=1, most=365)
    exchange__pay_days = Whole(
        say("Days to pay what it costs more"), least=1, most=60, description=say("Then the exchange ends.")
    )
    groups = (
        (say("To choose between"), ("resolutions", "tender_order")),
        (
            say("Store credit and gift cards"),
            ("credit_bonus", "valid_months__store_credit", "gift_card_bonus", "valid_months__gift_card"),
        ),
        (
            say("Another article"),
            (
                *("exchange__ship", "exchange__held_days", "exchange__pay_days"),
                *("exchange__free_way_back", "exchange__at_price_paid"),
            ),
        ),
    )
    missing = (("nothing that shoppers may choose", "resolutions", LEFT_OUT),)

    @property
    def said(self) -> Said:
        """No bonus is one of nothing."""
        said = dict(super().said)
        return said | {way: said[way] or 0 for way in (("credit_bonus",), ("gift_card_bonus",))}


def says(config: Configuration) -> list[Sayable]:
    policy = config.policy
    said: list[Sayable] = [listed([RESOLUTIONS[way] for way in policy.resolutions])]
    for label, points in (
        (say("Bonus on store credit"), policy.credit_bonus),
        (say("Bonus on gift cards"), policy.gift_card_bonus),
    ):
        if points:
            said.append(pair(label, say("{rate} %", rate=per_cent(points))))
    return [*said, TENDERS[policy.tender_order]]


OFFERS = Section(
    name="offers",
    title=say("What shoppers get"),
    help=say("Money back, credit, a gift card or another article, and what each of them is like."),
    parts=tuple(
        ("policy", name)
        for name in "resolutions tender_order credit_bonus gift_card_bonus valid_months exchange".split()
    ),
    says=says,
    form=OffersForm,
)
