"""A message is a value: its English sentence and its arguments. It can be kept as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import money


@dataclass(frozen=True)
class Message:
    """A sentence with named places; `args` may hold messages, amounts and dates as values."""

    id: str
    args: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.id.format(**dict(self.args)) if self.args else self.id

    def __mod__(self, values: object) -> "Message":
        """WTForms fills some messages by `%`; this one has its values already."""
        return self


@dataclass(frozen=True)
class Amount:
    """Minor units with their currency, as an argument of a message."""

    minor: int
    currency: str

    def __format__(self, spec: str) -> str:
        return f"{money.plain(self.minor, self.currency)} {self.currency}"


@dataclass(frozen=True)
class Place:
    """A country by its code, as an argument of a message; `part` of it by its own name, or none."""

    country: str
    part: str = ""

    def __format__(self, spec: str) -> str:
        return f"{self.country} ({self.part})" if self.part else self.country


def say(id: str, **args: Any) -> Message:
    """A message; the id is the English sentence, with {name} for each argument."""
    return Message(id, tuple(sorted(args.items())))


def either(words: Sequence[Message]) -> Message:
    """One word or another; there is at least one."""
    first, *rest = words
    return say("{first} or {others}", first=first, others=either(rest)) if rest else first


def dump(message: Message) -> dict[str, Any]:
    """The message as JSON; `load` gives it back."""
    return {"id": message.id, "args": {name: _dump(value) for name, value in message.args}}


def load(data: dict[str, Any]) -> Message:
    return say(data["id"], **{name: _load(value) for name, value in data["args"].items()})


def _dump(value: Any) -> Any:
    if isinstance(value, Message):
        return {"message": dump(value)}
    if isinstance(value, Amount):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, Place):
        return {"country": value.country, "part": value.part}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _load(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "message" in value:
        return load(value["message"])
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    if "country" in value:
        return Place(value["country"], value["part"])
    return Amount(value["minor"], value["currency"])
