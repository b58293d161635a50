"""The policy in plain words: what holds now, and what held before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from portal import clock
from portal.i18n import Amount, Message, either, say
from portal.money import per_cent
from portal.notices.naming import MAILS
from portal.people import Permission
from portal.policies import Policy, TenderOrder, differing, mails_differing
from portal.policies.document import Condition
from portal.policies.limits import OffQuote
from portal.policies.matching import Match
from portal.policies.placing import Placing, Worth
from portal.policies.promises import amounts
from portal.policies.reasons import Reason, ReasonGroup, way_to
from portal.policies.versions import active_or_none
from portal.tenants import this_shop
from portal.views import policies as reading
from portal.web.desk.blueprint import desk
from portal.web.desk.config_forms import Start
from portal.web.desk.wording import DISPOSITIONS, GRADES, RESOLUTIONS
from portal.web.policy_words import SHARED
from portal.web.rendering import page
from portal.web.staff import permitted

NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
FAULTS = {"shopper": say("the shopper's"), "shop": say("ours")}
TENDERS = {
    TenderOrder.STORED_VALUE_FIRST: say("Of several payments, gift cards and store credit are filled first."),
    TenderOrder.CARD_FIRST: say("Of several payments, gift cards and store credit are filled last."),
    TenderOrder.PRO_RATA: say("Of several payments, each gets its share of what it may still get back."),
}


@desk.get("/policy")
@permitted(Permission.READ_POLICIES)
def policy() -> str:
    """The version that is asked for, else the one in force, and what it changed."""
    asked = request.args.get("version", "")
    no = int(asked) if NUMBER.fullmatch(asked) else None
    found, held = reading.version_of(no), active_or_none()
    before = reading.version_of(found.no - 1) if found.no > 1 else None
    return page(
        "desk/policy.html",
        version=found,
        issue=reading.issue_of(found),
        holds=held is not None and held.id == found.id,
        to_come=found.active_from > clock.now(),
        policy=found.policy,
        limits=found.limits,
        notices=found.notices,
        mails=MAILS,
        called=mails_differing.language,
        changes=differing.words(before.configuration, found.configuration) if before else [],
        start=Start(thing=this_shop(), action="draft", formdata=None),
        **WORDS,
    )


def off_quote(quote: OffQuote) -> list[Amount | Message]:
    """How far a refund may be from the quote."""
    points = [] if quote.points is None else [say("{rate} %", rate=per_cent(quote.points))]
    return [*points, *amounts(quote.amounts)]


def unmet(condition: Condition) -> Message:
    """What it costs not to meet it."""
    if condition.unmet == "refused":
        return say("The unit goes back to the shopper, unpaid.")
    return say("The refund of the unit is {rate} % less.", rate=per_cent(condition.points))


@dataclass(frozen=True)
class Which:
    """What a rule is about: a word for the kind, and the names of that kind."""

    kind: Message
    names: Sequence[str]


def which(match: Match) -> list[Which]:
    """Nothing stands for every article."""
    kinds = [
        (say("category"), match.categories),
        (say("tag"), match.tags),
        (say("SKU"), match.skus),
    ]
    return [Which(kind, names) for kind, names in kinds if names]


def groups_of(policy: Policy, reason: Reason) -> list[ReasonGroup]:
    """The branches that lead to it, from the trunk."""
    return way_to(reason.under, policy.reason_groups)


def ways(reason: Reason) -> list[Message]:
    return [RESOLUTIONS[way] for way in reason.resolutions]


def grade_names(rule: Placing) -> list[Message]:
    return [GRADES[grade][0] for grade in rule.grades]


def shelves(rule: Worth) -> list[Message]:
    return [DISPOSITIONS[disposition] for disposition in rule.dispositions]


WORDS: dict[str, Any] = {
    **SHARED,
    "which": which,
    "groups_of": groups_of,
    "ways": ways,
    "grade_names": grade_names,
    "shelves": shelves,
    "either": either,
    "off_quote": off_quote,
    "unmet": unmet,
    "faults": FAULTS,
    "tenders": TENDERS,
    "resolutions": RESOLUTIONS,
    "grades": GRADES,
    "dispositions": DISPOSITIONS,
}
