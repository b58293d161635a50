"""What one configuration says otherwise than another, in plain words. Pure.

Known places have names; a place without one is called by its path, so nothing that differs is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.i18n import Amount, Message, Place, say
from portal.money import per_cent
from portal.policies.calendars import Calendar
from portal.policies.configuration import Configuration
from portal.policies.different_parts import ABSENT, NOTHING, PARTS, PLACES, SAID, THINGS, Path
from portal.policies.mails_differing import said_otherwise
from portal.policies.promises import listed
from portal.policies.ways_differing import are_terms, terms

CURRENCY = re.compile(r"[A-Z]{3}")
SHORT: dict[Path, int] = {("branding", "logo"): 8}  # digests
PLAIN = {"points", "fixed"}  # of a fee: what it is for goes without saying


def words(before: Configuration, after: Configuration) -> list[Message]:
    """A sentence for each thing that differs, in the order of the document; empty where all is the same."""
    old, new = before.documents, after.documents
    mails = said_otherwise(old.pop("notices"), new.pop("notices"))
    return [*_of((), old, new), *mails]


def _of(path: Path, old: Any, new: Any) -> Iterator[Message]:
    if old == new:
        return
    if _are_things(old, new):
        yield from _of_things(path, _by_id(old), _by_id(new))
    elif isinstance(old, dict) or isinstance(new, dict):
        was, is_ = old or {}, new or {}
        for name in dict.fromkeys((*was, *is_)):
            yield from _of((*path, name), was.get(name), is_.get(name))
    else:
        yield _changed(_place(path), path, old, new)


def _are_things(*lists: Any) -> bool:
    """Whether they are lists of parts that have names of their own."""
    each = [one for parts in lists if isinstance(parts, list) for one in parts]
    return bool(each) and all(isinstance(one, dict) and _id(one) for one in each)


def _id(thing: Mapping[str, Any]) -> str:
    return str(thing.get("id") or thing.get("code") or thing.get("sending") or "")


def _by_id(things: Sequence[Mapping[str, Any]] | None) -> dict[str, Mapping[str, Any]]:
    return {_id(one): one for one in things or ()}


def _of_things(path: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Message]:
    for id in [id for id in old if id not in new]:
        yield say("{what} is gone", what=_called(path, old[id]))
    for id, thing in new.items():
        if id not in old:
            yield say("{what} is new", what=_called(path, thing))
            continue
        for part, was, is_ in _parts(old[id], thing):
            yield _changed(_part_of(_called(path, thing), part), part, was, is_)
    stay = [id for id in old if id in new]
    if stay != [id for id in new if id in old]:
        yield say("{what}: in another order", what=_place(path))


def _parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Path, Any, Any]]:
    for name in dict.fromkeys((*old, *new)):
        was, is_ = old.get(name), new.get(name)
        if not are_terms(new, name):
            yield from _leaves((name,), was, is_)
        elif was != is_:
            yield (name,), _own(name, was), _own(name, is_)


def _own(part: str, value: Any) -> Any:
    """What a way back has of its own; resolutions stay as they are, to be told like all others."""
    return value if part == "free_for" and value else terms(part, value)


def _leaves(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:
    if old == new:
        return
    if isinstance(old, dict) or isinstance(new, dict):
        was, is_ = old or {}, new or {}
        for name in dict.fromkeys((*was, *is_)):
            yield from _leaves((*path, name), was.get(name), is_.get(name))
    else:
        yield path, old, new


def _called(path: Path, thing: Mapping[str, Any]) -> Message:
    name = next((thing[part] for part in ("label", "ground", "promise") if thing.get(part)), _id(thing))
    return say("{kind} “{name}”", kind=THINGS.get(path[-1], path[-1]), name=name)


def _part_of(thing: Message, part: Path) -> Message:
    named = _bare(part)
    word = PARTS.get(named[-1]) or ".".join(named)
    return thing if named[-1] in PLAIN else say("{what}, {part}", what=thing, part=word)


def _place(path: Path) -> Message | str:
    bare = _bare(path)
    if bare[1:3] == ("extend", "holidays") and len(bare) == 4:
        return say("Days off in {country}", country=Place(bare[3]))
    return PLACES.get(bare) or ".".join(bare[1:] or bare)


def _bare(path: Path) -> Path:
    """Without the currency of an amount."""
    return path[:-1] if len(path) > 1 and CURRENCY.fullmatch(path[-1]) else path


def _changed(what: Message | str, path: Path, old: Any, new: Any) -> Message:
    before, after = (v if isinstance(v, Message | Amount) else _said(path, v) for v in (old, new))
    return say("{what}: {before} → {after}", what=what, before=before, after=after)


def _said(path: Path, value: Any) -> Any:
    last = path[-1] if path else ""
    if value is None or value in ("", [], {}):
        return next((ABSENT[part] for part in path if part in ABSENT), NOTHING)
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, int):
        return _figure(path, last, value)
    if last == "public_holidays":
        return listed([Calendar(**one).place for one in value])
    known = SAID.get(last) or SAID.get("".join(path[-2:-1]), {})  # dispositions have a grade behind them
    if isinstance(value, list):
        return listed([known.get(one, str(one)) for one in value]) if known else ", ".join(map(str, value))
    return known.get(value, str(value)[: SHORT.get(path)])


def _figure(path: Path, last: str, value: int) -> Message | Amount | str:
    if CURRENCY.fullmatch(last):
        return Amount(value, last)
    if last in ("points", "credit_bonus", "gift_card_bonus") or "values" in path:
        return say("{rate} %", rate=per_cent(value))
    if last.endswith("days"):
        return say("1 day") if value == 1 else say("{n} days", n=value)
    return str(value)
