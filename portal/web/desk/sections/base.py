"""What the editor is made of: forms of parts of a configuration, lists of rules, and sections that hold both.

A field `window__days` is `days` of `window`. A form carries the seal of its own part alone, so what somebody
else saved in another part meanwhile is no conflict.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from wtforms import HiddenField
from wtforms.validators import InputRequired

from portal.i18n import Amount, Message, Place, say
from portal.policies import Configuration, Policy
from portal.web.desk.sections.many import Amounts
from portal.web.desk.sections.places import Places
from portal.web.desk.sections.shaping import Fault, Path, Said, at, laid, seal
from portal.web.forms import STALE, OneOff

Sayable = Message | Amount | Place | str
Group = tuple[Message, tuple[str, ...]]


class PartForm(OneOff):
    """Fields of a part of a document; `groups` are its headings with the names of what stands below each."""

    seen = HiddenField(validators=[InputRequired(STALE)])
    groups: tuple[Group, ...] = ()
    new = False
    missing: tuple[tuple[str, str, Message], ...] = ()
    """What may be wrong with the part as a whole: a piece of how the model says it, the field, our words."""

    def __init__(self, *args: Any, config: Configuration, part: Any, currency: str, **kw: Any) -> None:
        self.config, self.part, self.amiss = config, part, list[Message | str]()
        self.currencies = _currencies(config, currency)
        super().__init__(*args, **kw)

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, **kw: Any) -> None:
        for one in self:
            if isinstance(one, Amounts | Places):
                one.currencies = self.currencies
        self.prepare()
        super().process(formdata, obj, data=self.filled(), **kw)

    def prepare(self) -> None:
        """Give fields the choices that follow from the configuration."""

    def filled(self) -> dict[str, Any]:
        """What stands in the fields before anything is typed; for a new rule their defaults."""
        found = {one.name: at(self.part, way_of(one.name)) for one in self if hasattr(type(one), "plain")}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def said(self) -> Said:
        return {way_of(one.name): one.plain for one in self if hasattr(type(one), "plain")}

    def laid_on(self, part: Mapping[str, Any]) -> dict[str, Any]:
        return laid(part, self.said)

    @property
    def seal(self) -> str:
        return seal(
            {one.name: at(self.part, way_of(one.name)) for one in self if hasattr(type(one), "plain")}
        )

    @property
    def stale(self) -> bool:
        """Whether this part is no longer what the page showed; one that is new is nobody else's."""
        return not self.new and bool(self.seen.data != self.seal)

    @property
    def overtaken(self) -> bool:
        """Whether what was sent is about another state of this part than there is now."""
        return request.method == "POST" and bool(self.seen.data) and self.stale

    def blame(self, fault: Fault, way: Sequence[str | int]) -> None:
        """Tell what is wrong at its field; `way` begins at the part."""
        name, told = next((found[1:] for found in self.missing if found[0] in fault.why), ("", fault.told))
        field = self._fields.get(name or self._nearest(way))
        if field is None:
            self.amiss.append(told)
        else:
            field.errors = [*field.errors, told]

    def knows(self, why: str) -> bool:
        """Whether the form has words of its own for it."""
        return any(found[0] in why for found in self.missing)

    def _nearest(self, way: Sequence[str | int]) -> str:
        """The field that the longest part of the way leads to, else one below it."""
        names = [str(step) for step in way]
        ways = ["__".join(names[:length]) for length in range(len(names), 0, -1)]
        exact = next((name for name in ways if name in self._fields), "")
        return exact or next(
            (name for name in self._fields if names and name.startswith(f"{names[0]}__")), ""
        )

    @property
    def by_rows(self) -> Places | None:
        """The field whose rows come and go, if it has one."""
        return next((one for one in self if isinstance(one, Places)), None)

    def faults(self) -> list[tuple[str, Message | str]]:
        rows = self.by_rows.faults() if self.by_rows else ()
        return [*(("op", why) for why in self.amiss), *super().faults(), *rows]


def way_of(name: str) -> Path:
    return tuple(name.split("__"))


def _currencies(config: Configuration, own: str) -> list[str]:
    """Those that the shop has spoken of: its own, of its labels, of what is approved at once."""
    policy = config.policy
    known = {*policy.return_shipping, *policy.authorization.automatic_up_to, *config.limits.agent_limit}
    return [own, *sorted(known - {own})]


@dataclass(frozen=True)
class Told:
    """A rule in plain words."""

    title: Sayable
    parts: Sequence[Sayable] = ()


Naming = Callable[[Mapping[str, Any]], str]


def by(part: str) -> Naming:
    """A new rule is named by one of its parts."""
    return lambda rule: str(rule.get(part) or "")


BY_LABEL = by("label")


@dataclass(frozen=True)
class Rows:
    """A list of rules of the policy. `name` is its own in addresses, `way` its place in the document."""

    name: str
    way: Path
    form: type[PartForm]
    title: Message
    add: Message
    none: Message
    told: Callable[[Any, Policy], Told]
    named: Naming = BY_LABEL
    """What its id is made of."""
    key: str = "id"
    ordered: bool = False
    help: Message | str = ""

    def of(self, policy: Policy) -> Sequence[Any]:
        found: Any = policy
        for name in self.way:
            found = getattr(found, name)
        return tuple(found)

    def id(self, rule: Any) -> str:
        return str(getattr(rule, self.key))


@dataclass(frozen=True)
class Section:
    """A page of the editor. `parts` of the documents are what it is about; `says` is what it says now."""

    name: str
    title: Message
    help: Message
    parts: tuple[Path, ...]
    says: Callable[[Configuration], list[Sayable]]
    form: type[PartForm] | None = None
    rows: tuple[Rows, ...] = ()
    document: str = "policy"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def part(self, documents: Mapping[str, Any]) -> list[Any]:
        return [at(documents, way) for way in self.parts]

    def about(self, place: str) -> bool:
        """Whether a place like `policy.fees.2` lies in it."""
        names = tuple(place.split("."))
        return any(names[: len(way)] == way for way in self.parts)


def listed(said: Sequence[Sayable]) -> Sayable:
    """One beside the other; nothing, where there is none."""
    if not said:
        return say("nothing")
    first, *rest = said
    return say("{first}, {others}", first=first, others=listed(rest)) if rest else first


def pair(what: Message, value: Sayable) -> Message:
    return say("{what}: {value}", what=what, value=value)


def days(n: int) -> Message:
    return say("1 day") if n == 1 else say("{n} days", n=n)


def some(names: Sequence[str], most: int = 4) -> Sayable:
    """The first of them."""
    shown: list[Sayable] = [Message(name) for name in names[:most]]
    return listed([*shown, "…"] if len(names) > most else shown)
