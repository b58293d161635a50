"""Laying what a form says into a draft's configuration, and telling what is wrong at the form's fields."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from portal.i18n import Message, say
from portal.policies import Configuration
from portal.web.desk.sections.base import PartForm, Rows, Section
from portal.web.desk.sections.shaping import Fault, at, id_of, placed, tried

Way = tuple[str | int, ...]
GENERAL: Mapping[str, Message] = {
    "a rule is about the reason": say("A rule is about this reason alone. Change that rule first."),
    "a reason is under": say("Reasons stand under this group. Move them first."),
    "no reason is for every article": say("One reason at least has to be for every article."),
    "nothing that shoppers may choose": say("For a reason nothing would be left that is offered."),
    "one of methods must be": say("One way back at least has to be for every country."),
    "Tuple should have at least 1 item": say("One at least has to stay."),
}


def with_values(section: Section, form: PartForm) -> Configuration | None:
    """With the values of a section's form; None where something is wrong, which the form then says."""
    documents = form.config.documents
    documents[section.document] = form.laid_on(documents[section.document])
    return _told(form, documents, (section.document,))


def with_rule(rows: Rows, form: PartForm, id: str) -> Configuration | None:
    """With the rule that the form says in the place of the one with this id; without an id, a new one."""
    documents = form.config.documents
    rules = rules_in(documents, rows)
    spot = placed(rules, rows.key, id) if id else None
    if spot is None:
        made = form.laid_on({})
        known = [rule[rows.key] for rule in rules]
        rules.append({rows.key: id or id_of(rows.named(made), known), **made})
        spot = len(rules) - 1
    else:
        rules[spot] = form.laid_on(rules[spot])
    return _told(form, documents, ("policy", *rows.way, spot))


def without_rule(config: Configuration, rows: Rows, id: str) -> Configuration | Message:
    """Without a rule; or why that cannot be."""
    documents = config.documents
    rules = rules_in(documents, rows)
    rules[:] = [rule for rule in rules if rule[rows.key] != id]
    return _or_why(documents)


def moved_rule(config: Configuration, rows: Rows, id: str, by: int) -> Configuration | Message:
    """With a rule one place higher or lower; the first and the last stay where they are."""
    documents = config.documents
    rules = rules_in(documents, rows)
    spot = placed(rules, rows.key, id)
    if spot is not None and 0 <= spot + by < len(rules):
        rules.insert(spot + by, rules.pop(spot))
    return _or_why(documents)


def rules_in(documents: dict[str, Any], rows: Rows) -> list[dict[str, Any]]:
    """The list itself, to be changed."""
    found = at(documents["policy"], rows.way)
    assert isinstance(found, list)
    return found


def rule_in(config: Configuration, rows: Rows, id: str) -> dict[str, Any] | None:
    rules = rules_in(config.documents, rows)
    spot = placed(rules, rows.key, id)
    return None if spot is None else deepcopy(rules[spot])


def _or_why(documents: Mapping[str, Any]) -> Configuration | Message:
    found = tried(documents)
    return found if isinstance(found, Configuration) else general(found[0])


def general(fault: Fault) -> Message:
    known = next((told for start, told in GENERAL.items() if fault.why.startswith(start)), None)
    return known or fault.told


def _told(form: PartForm, documents: Mapping[str, Any], start: Way) -> Configuration | None:
    found = tried(documents)
    if isinstance(found, Configuration):
        return found
    here = [fault for fault in found if fault.way[: len(start)] == start]
    for fault in here or found:
        if fault.clash:
            form.amiss.append(_clash(documents, fault))
        elif (here and len(fault.way) > len(start)) or form.knows(fault.why):
            form.blame(fault, fault.way[len(start) :])
        else:
            form.amiss.append(general(fault))
    return None


def _clash(documents: Mapping[str, Any], fault: Fault) -> Message:
    rules = at(documents["policy"], [str(step) for step in fault.way[1:-1]])
    other = next(rule for rule in rules if rule["id"] == fault.clash)
    name = next((other[part] for part in ("label", "ground") if other.get(part)), fault.clash)
    return say("“{rule}” is about the same, and none of both is closer. Name other articles.", rule=name)
