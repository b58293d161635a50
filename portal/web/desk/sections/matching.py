"""For which articles a rule is: three fields that many forms have, and how they are told."""

from typing import Any

from portal.i18n import Message, either, say
from portal.policies.matching import Match
from portal.web.desk.policy import which
from portal.web.desk.sections.base import Group, PartForm
from portal.web.desk.sections.fields import lines

ONE_A_LINE = say("One a line. Nothing at all: every article.")
ARTICLES: Group = (say("For which articles"), ("match__categories", "match__tags", "match__skus"))


class MatchForm(PartForm):
    match__categories = lines(say("Categories"), ONE_A_LINE)
    match__tags = lines(say("Tags"), say("An article with any of them. One a line."))
    match__skus = lines(say("SKUs"), say("One a line. The closest rule holds: SKU, then tag, then category."))


def about(match: Match) -> Message:
    kinds = [say("{kind} {names}", kind=kind.kind, names=", ".join(kind.names)) for kind in which(match)]
    return either(kinds) if kinds else say("every article")


def name_of_match(rule: dict[str, Any]) -> str:
    """What a rule without a name of its own is called by."""
    match = rule.get("match") or {}
    names = [name for kind in ("categories", "tags", "skus") for name in match.get(kind) or ()]
    return str(names[0]) if names else ""
