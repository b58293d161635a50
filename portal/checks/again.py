"""What a document says of an article, read plainly once more: every rule is looked at, none by an index."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
from holidays.version import __version__

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Document = Mapping[str, Any]


def closeness(match: Document, article: Document) -> int:
    """3 by SKU, 2 by tag, 1 by category, 0 every article, -1 not at all."""
    if article.get("sku") in match["skus"]:
        return 3
    if set(article.get("tags", ())) & set(match["tags"]):
        return 2
    if article.get("category") in match["categories"]:
        return 1
    return -1 if match["skus"] or match["tags"] or match["categories"] else 0


def closest(found: Sequence[tuple[Document, Sequence[Any]]], article: Document) -> Document | None:
    """Of rules with what each is said for besides articles: the closest; then the narrowest, then by id."""
    fitting = [(rule, narrow) for rule, narrow in found if closeness(rule["match"], article) >= 0]

    def order(one: tuple[Document, Sequence[Any]]) -> tuple[Any, ...]:
        rule, narrow = one
        return (-closeness(rule["match"], article), *(not part for part in narrow), rule["id"])

    return min(fitting, key=order, default=(None, ()))[0]


def last_day(document: Document, inputs: Document) -> date | None:
    """The last day of the window that the inputs of a finding are about; None where they name another rule
    or another number of days than the document has for them."""
    rule = closest(list(_windows(document, inputs)), inputs) or {}
    days = document["window"]["days"] if rule.get("days") is None else rule["days"]
    said = (inputs["rule"], inputs["days"], inputs.get("at_least"))
    if said != (rule.get("id", ""), days, rule.get("until")):
        return None
    last = date.fromisoformat(inputs["from"]) + timedelta(days=days)
    if rule.get("until"):
        last = max(last, date.fromisoformat(rule["until"]))
    return _put_off(last, document.get("extend") or {}, inputs)


def _windows(document: Document, inputs: Document) -> Iterator[tuple[Document, Sequence[Any]]]:
    placed = inputs.get("placed", "")
    for rule in document.get("windows", ()):
        countries, season, gift = rule["countries"], rule["placed"], rule["gift"]
        there = not countries or inputs.get("country") in countries
        then = not season or season["first"] <= placed <= season["last"]
        if there and then and (inputs.get("gift") or not gift):
            yield rule, (countries, season, gift)


def _put_off(day: date, extend: Document, inputs: Document) -> date | None:
    """None where the public holidays that were passed over are not those that had to be."""
    own, passed = extend.get("holidays", {}).get(inputs.get("country", ""), ()), {}
    while day.isoformat() not in extend.get("open_days", ()):
        if WEEK[day.weekday()] not in extend.get("weekends", ()) and day.isoformat() not in own:
            code = _holiday(day, extend, inputs)
            if not code:
                break
            passed[day.isoformat()] = code
        day += timedelta(days=1)
    return day if passed == inputs.get("holidays", {}) else None


def _holiday(day: date, extend: Document, inputs: Document) -> str:
    """The first calendar that has the day; empty where none has it. What another release of the library told
    is believed, so far as the document names the calendar."""
    named = [(one["country"], one["subdivision"]) for one in extend.get("public_holidays", ())]
    if extend.get("shoppers_holidays") and inputs.get("country"):
        named.append((inputs["country"], ""))
    codes = {"-".join(filter(None, one)): one for one in named}
    if inputs.get("library") == f"holidays {__version__}":
        return next((code for code, one in codes.items() if day in _days(*one, day.year)), "")
    told = inputs.get("holidays", {}).get(day.isoformat(), "")
    return told if told in codes else ""


@lru_cache(maxsize=1024)
def _days(country: str, part: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError:  # a place that the library does not know
        return frozenset()


def points(document: Document, item: Any) -> int:
    """What of its cost a unit is worth where it went, in basis points."""
    article = {"sku": item.sku, "tags": item.tags, "category": item.category}
    known = [rule for rule in document.get("worths", ()) if _names(rule["dispositions"], item.disposition)]
    rule = closest([(rule, (rule["dispositions"],)) for rule in known], article)
    return int(rule["points"] if rule else document["values"].get(item.disposition.value, 0))


def _names(these: Sequence[str], one: str) -> bool:
    return not these or one in these


def answer(document: Document, finding: Document) -> str | None:
    """What a rule that asks what the shopper said, or did before, answers to its inputs; None where the
    document says otherwise."""
    rule, inputs = finding["rule"], finding["inputs"]
    if rule == "often":
        history = document["authorization"].get("history") or {}
        if (inputs["most"], inputs["days"]) != (history.get("returns"), history.get("days")):
            return None
        return "yes" if inputs["returns"] < inputs["most"] else "review"
    if rule == "reason":
        looked_at = [one["code"] for one in document["reasons"] if one["review"]]
        return "review" if inputs["reason"] in looked_at else None
    if rule == "way_back":
        return "yes" if inputs["cost"] == _way_back(document, inputs) else None
    if rule in {"fee", "returnless"}:
        return "yes" if _holds(document, rule, inputs) else None
    return str(finding["answer"])


def _holds(document: Document, rule: str, inputs: Document) -> bool:
    """Whether the rule that is named is the closest, and covers the value where it has a limit."""
    rules = document["fees"] if rule == "fee" else document["returnless"]
    found = closest([(one, _narrow(one)) for one in rules if _said(one, inputs)], inputs)
    if found is None or found["id"] != inputs["rule"]:
        return False
    return rule == "fee" or (
        inputs["limit"] in found["up_to"].values() and inputs["value"] <= inputs["limit"]
    )


def _narrow(rule: Document) -> tuple[Any, ...]:
    return (rule.get("grades"), rule["reasons"], rule.get("resolutions"))


def _said(rule: Document, inputs: Document) -> bool:
    """Whether the rule is about what the shopper said; what is found at the dock nobody could say."""
    ways = rule.get("resolutions") or [inputs["resolution"]]
    return (
        not rule.get("grades") and _names(rule["reasons"], inputs["reason"]) and inputs["resolution"] in ways
    )


def _way_back(document: Document, inputs: Document) -> int | None:
    """What it costs by how it was sent; None where that was not offered there."""
    whole, country = document["way_back"], inputs["country"]
    offered = [one for one in whole["methods"] if not one["countries"] or country in one["countries"]]
    chosen: Document = next((one for one in offered if one["sending"] == inputs["sending"]), {})
    if not chosen:
        return None
    free_from = whole["free_from"] if chosen["free_from"] is None else chosen["free_from"]
    enough = inputs["value"] >= free_from.get(inputs["currency"], inputs["value"] + 1)
    if inputs["our_fault"] or inputs["sending"] == "own" or enough:
        return 0
    own = chosen["amounts"] is not None
    usual, places = (chosen["amounts"], chosen) if own else (document["return_shipping"], whole)
    there = [place["amounts"] for place in places["by_country"] if country in place["countries"]]
    return int((there or [usual])[0].get(inputs["currency"], 0))
