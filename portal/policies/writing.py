"""A configuration as a text that people edit: YAML, read strictly, and how one differs from another."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from portal.i18n import Message, say
from portal.i18n.characters import UNFIT
from portal.i18n.plainly import plainly
from portal.policies.configuration import Configuration
from portal.policies.document import clashes
from portal.policies.locating import line_of

LARGEST = 256 * 1024  # bytes; the default has 4 000
SMALL = LARGEST // 8  # bytes of JSON: as a text it is not eight times as long
DEEPEST = 12
TOLD = 50  # faults; the others are counted
LONGEST_FIGURE = 64  # characters: what is longer is none, and would take long to be counted out
FIGURES: Mapping[str, Callable[[str], Message]] = {
    "tag:yaml.org,2002:int": lambda value: say("“{value}” is no whole number", value=value),
    "tag:yaml.org,2002:float": lambda value: say("“{value}” is no number", value=value),
    "tag:yaml.org,2002:timestamp": lambda value: say("“{value}” is no day", value=value),
    "tag:yaml.org,2002:bool": lambda value: say("“{value}” is not true or false", value=value),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: `policy.fees.2.points` with its line, or the line alone. As a text it is in
    English; `told` can be said in other languages."""

    place: str
    why: Message
    line: int | None = None

    @property
    def told(self) -> Message:
        place, why = _shown(self.place), _shown(self.why)
        if self.line is None:
            return say("{place}: {why}", place=place, why=why) if place else why
        if not place:
            return say("line {line}: {why}", line=self.line, why=why)
        return say("{place} (line {line}): {why}", place=place, line=self.line, why=why)

    def __str__(self) -> str:
        return str(self.told)


def _shown(told: Any) -> Any:
    """Without characters that no page may hold, wherever somebody typed them."""
    if isinstance(told, Message):
        return Message(UNFIT.sub("\ufffd", told.id), tuple((name, _shown(one)) for name, one in told.args))
    return UNFIT.sub("\ufffd", told) if isinstance(told, str) else told


class Unreadable(ValueError):
    """A text that is no configuration, with all that is wrong in it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


class _Loader(yaml.SafeLoader):
    """Plain values alone: no aliases, which can blow a small text up, no name twice, nothing too deep."""

    deep = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            self._refuse(say("no aliases (*name), please"))
        self.deep += 1
        if self.deep > DEEPEST:
            self._refuse(say("nested too deep"))
        node = super().compose_node(parent, index)
        self.deep -= 1
        return node

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """What only looks like a day or a figure (2027-02-29) is a fault at its line, no error of ours."""
        kind = FIGURES.get(node.tag)
        if kind and isinstance(node.value, str) and len(node.value) > LONGEST_FIGURE:
            raise Unreadable(_at(node, say("that is too long for a figure")))
        try:
            return super().construct_object(node, deep)
        except Unreadable:
            raise
        except (ValueError, LookupError, AttributeError, ArithmeticError, TypeError) as error:
            why = kind(str(node.value)) if kind else say("no value of the kind {kind}", kind=node.tag)
            raise Unreadable(_at(node, why)) from error

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        if isinstance(node, yaml.MappingNode):
            names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
            if twice := [name for name, n in names.items() if n > 1]:
                raise Unreadable(_at(node, say("{name} stands here twice", name=min(twice))))
        return super().construct_mapping(node, deep)

    def _refuse(self, why: Message) -> None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        raise Unreadable(Fault("", why, mark.line + 1))


def _at(node: yaml.Node, why: Message) -> Fault:
    return Fault("", why, node.start_mark.line + 1)


def read(text: bytes) -> Configuration:
    """The configuration that the text holds. Raises Unreadable with what is wrong, TOLD of it at most.

    A long text takes a while, so read it before anything is locked.
    """
    if len(text) > LARGEST:
        raise Unreadable(Fault("", say("larger than {n} kB", n=LARGEST // 1024)))
    found, root = _loaded(text)
    try:
        wanted = Configuration.model_validate(found)
    except ValidationError as error:
        each = error.errors(include_url=False, include_input=False)
        places = [(_place(one["loc"]), plainly(one)) for one in each]
    else:
        places = list(_faults(wanted)) or list(_too_long(wanted))
        if not places:
            return wanted
    told = [Fault(place, why, line_of(root, place)) for place, why in places[:TOLD]]
    more = [Fault("", say("and {n} more", n=len(places) - TOLD))] if len(places) > TOLD else []
    raise Unreadable(*told, *more)


def completed(wanted: Configuration, kept: Configuration) -> Configuration:
    """What a text that was read lacks, because it is older than the document, is as it is kept."""
    lacking = [name for name in Configuration.model_fields if name not in wanted.model_fields_set]
    return wanted.model_copy(update={name: getattr(kept, name) for name in lacking})


def _faults(wanted: Configuration) -> Iterator[tuple[str, Message]]:
    """What each part allows and all together do not."""
    yield from ((f"policy.{clash.place}", clash.words) for clash in clashes(wanted.policy))
    for name in Configuration.model_fields:
        if faults := getattr(getattr(wanted, name), "faults", None):
            yield from ((f"{name}.{place}", why) for place, why in faults())


def _too_long(wanted: Configuration) -> Iterator[tuple[str, Message]]:
    if not fits(wanted):
        yield "", say("written out it is larger than {n} kB", n=LARGEST // 1024)


def _loaded(text: bytes) -> tuple[Any, yaml.Node | None]:
    """What the text says, and its nodes, which know their lines. Raises Unreadable."""
    try:
        loader = _Loader(text.decode("utf-8-sig"))
        root = loader.get_single_node()
        return (None if root is None else loader.construct_document(root)), root
    except UnicodeDecodeError as error:
        raise Unreadable(Fault("", say("not in UTF-8"))) from error
    except yaml.YAMLError as error:
        raise Unreadable(_unwell(error)) from error
    except RecursionError as error:
        raise Unreadable(Fault("", say("nested too deep"))) from error


def _unwell(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or ""
    return Fault("", say("no YAML: {why}", why=str(why)), mark.line + 1 if mark else None)


def _place(way: tuple[int | str, ...]) -> str:
    """People count from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in way)


def written(wanted: Configuration) -> str:
    """The configuration as a text that `read` gives back the same; to the byte, however often."""
    parts = {name: getattr(wanted, name) for name in Configuration.model_fields}
    documents = {name: _said(part) for name, part in parts.items() if part is not None}
    return yaml.dump(documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def fits(wanted: Configuration) -> bool:
    """Whether its text is short enough to be read again."""
    plain = json.dumps(wanted.documents, ensure_ascii=False)
    return len(plain.encode()) <= SMALL or len(written(wanted).encode()) <= LARGEST


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as people write them."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


def _said(part: BaseModel) -> dict[str, Any]:
    """What a part says. What is empty, and would be so if nothing were said, is left out; a default that is a
    figure or a choice is said, so that a text means the same when another default comes."""
    dumped, told = part.model_dump(mode="json"), {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        plain = _plain(value, dumped[name])
        if plain or field.is_required() or value != field.get_default(call_default_factory=True):
            told[name] = plain
    return told


def _plain(value: Any, dumped: Any) -> Any:
    if isinstance(value, BaseModel):
        return _said(value)
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return [_said(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one, dumped[name]) for name, one in zip(dumped, value.values(), strict=True)}
    return dumped


def difference(before: Configuration, after: Configuration) -> str:
    """What the second says otherwise, line by line; empty where they say the same."""
    return compared(written(before), written(after))


def compared(before: str, after: str) -> str:
    """The lines of two texts that differ, as a unified diff."""
    old, new = (text.replace("\r\n", "\n").splitlines(keepends=True) for text in (before, after))
    return "".join(unified_diff(old, new, "in force", "new", n=2))
