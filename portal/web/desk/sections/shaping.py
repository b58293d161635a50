"""Parts of a configuration as plain values: finding one, laying another there, trying the whole. Pure."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from portal.i18n import Message
from portal.i18n.plainly import bare, plainly
from portal.policies import Configuration
from portal.policies.document import RULES, clashes
from portal.policies.matching import Rule, clashes_in

Path = tuple[str, ...]
Said = Mapping[Path, Any]
"""What a form says, by place; None: nothing."""
LONGEST_ID = 40


@dataclass(frozen=True)
class Fault:
    """What is wrong: `way` from the document's top, list places counted from 0; `why` in English, by which
    it is known, `told` to be said; `clash`: the other rule."""

    way: tuple[str | int, ...]
    why: str
    told: Message
    clash: str = ""


def at(whole: Any, way: Iterable[str]) -> Any:
    """What stands there; None where nothing does."""
    for name in way:
        whole = whole.get(name) if isinstance(whole, dict) else None
    return whole


def laid(whole: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """The same with what is said in its places; all else stays, also what no form knows."""
    made = deepcopy(dict(whole))
    for way, value in said.items():
        _put(made, way, value)
    return made


def _put(whole: dict[str, Any], way: Path, value: Any) -> None:
    *above, last = way
    if value is None:
        holder = at(whole, above)
        if isinstance(holder, dict):
            holder.pop(last, None)
            if not holder and above:  # what says nothing any more is not there
                _put(whole, tuple(above), None)
        return
    for name in above:
        if not isinstance(whole.get(name), dict):
            whole[name] = {}
        whole = whole[name]
    whole[last] = value


def seal(part: Any) -> str:
    """Tells one content of a part from another."""
    return sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:32]


def placed(rules: Sequence[Mapping[str, Any]], key: str, id: str) -> int | None:
    """Where in a list the rule with this id is."""
    return next((n for n, rule in enumerate(rules) if rule[key] == id), None)


def id_of(label: str, taken: Iterable[str]) -> str:
    """An id in the letters that ids have, that no other has."""
    plain = unicodedata.normalize("NFKD", label.casefold().replace("ß", "ss"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    word = re.sub(r"[^a-z0-9]+", "_", letters).strip("_") or "rule"
    word = (word if word[0].isalpha() else f"r_{word}")[: LONGEST_ID - 4].rstrip("_")
    used = set(taken)
    return next(id for n in range(1, len(used) + 3) if (id := word if n == 1 else f"{word}_{n}") not in used)


def tried(documents: Mapping[str, Any]) -> Configuration | list[Fault]:
    """The configuration that these documents are, or all that is wrong with them."""
    try:
        wanted = Configuration.model_validate(documents)
    except ValidationError as error:
        return [Fault(tuple(one["loc"]), bare(one["msg"]), plainly(one)) for one in error.errors()]
    return list(_clashes(wanted)) or wanted


def _clashes(wanted: Configuration) -> Iterable[Fault]:
    """Of two rules none of which is closer, each is named with the other."""
    for name in RULES:
        rules: Sequence[Rule] = getattr(wanted.policy, name)
        for clash in clashes_in(name, rules):
            why = str(clash.words)
            second = int(clash.place.rpartition(".")[2]) - 1
            first = next(n for n, rule in enumerate(rules) if list(clashes_in(name, (rule, rules[second]))))
            yield Fault(("policy", name, second), why, clash.words, rules[first].id)
            yield Fault(("policy", name, first), why, clash.words, rules[second].id)
    for clash in clashes(wanted.policy):  # what else a text is asked for
        if clash.place.split(".")[0] not in RULES:
            yield Fault(("policy", *clash.place.split(".")), str(clash.words), clash.words)
