"""Fields of several inputs each: amounts by currency, and an order of choices."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from flask import g
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from portal.i18n import say
from portal.money import BadAmount, plain
from portal.web.desk.choices import currencies
from portal.web.desk.forms import typed
from portal.web.desk.sections.fields import NOT_THERE, Choices
from portal.web.forms import in_two_ways, no_amount


class Sheet(Field, ABC):  # type: ignore[misc]
    """Reads inputs that are named after it, `fixed-EUR`, and keeps them as they were typed."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.object_data = None if data is unset_value else data
        self.process_data(self.object_data)
        if formdata is not None:
            found = {key: formdata[key] for key in formdata if key.startswith(f"{self.name}-")}
            self.raw_data = list(found.values())  # as it came: some control characters count as spaces
            self.take({key.removeprefix(f"{self.name}-"): text.strip() for key, text in found.items()})

    @abstractmethod
    def take(self, found: dict[str, str]) -> None:
        """Keep what was typed, by what follows the field's name."""


class Amounts(Sheet):
    """An amount in each currency, in minor units in the document; nothing typed is nothing said.

    `currencies` have an input each; one more takes a currency that is not among them.
    """

    currencies: Sequence[str] = ()

    def __init__(self, *args: Any, needed: bool = False, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.needed = needed
        self.other, self.more = "", ""

    def process_data(self, value: Any) -> None:
        self.texts = {currency: plain(minor, currency) for currency, minor in (value or {}).items()}

    def take(self, found: dict[str, str]) -> None:
        self.other, self.more = found.pop("code", ""), found.pop("more", "")
        known = [code for code in found if re.fullmatch("[A-Z]{3}", code, re.ASCII)]
        self.texts = {code: found[code] for code in known}

    def rows(self) -> Iterator[tuple[str, str]]:
        """(currency, what stands in its input), the shop's own first."""
        for code in dict.fromkeys((*self.currencies, *self.texts)):
            yield code, self.texts.get(code, "")

    def pre_validate(self, form: Any) -> None:
        for code, text in self.texts.items():
            if text and _minor(text, code) is None:
                raise ValidationError(_no_amount(code, text))
        if self.more or self.other:
            self._check_more()
        if self.needed and not self.plain:
            raise ValidationError(say("Type an amount."))

    def _check_more(self) -> None:
        code = self.other.upper()
        if code not in {choice.value for choice in currencies(g.voice.locale)}:
            raise ValidationError(say("Type a currency by its three letters, such as EUR."))
        if _minor(self.more, code) is None:
            raise ValidationError(_no_amount(code, self.more))

    @property
    def touched(self) -> bool:
        """Whether anything is typed, be it right or wrong."""
        return bool(self.more or self.other or any(self.texts.values()))

    @property
    def plain(self) -> dict[str, int]:
        typed_in = {**self.texts, self.other.upper(): self.more}
        found = {code: _minor(text, code) for code, text in typed_in.items() if text}
        return {code: minor for code, minor in sorted(found.items()) if minor is not None}


def _minor(text: str, code: str) -> int | None:
    try:
        minor = typed(text, code)
    except BadAmount:
        return None
    return minor if minor >= 0 else None


def _no_amount(code: str, text: str) -> Any:
    if in_two_ways(text):
        return no_amount(text, code)
    return say("Type an amount in {currency}, such as {example}.", currency=code, example=plain(490, code))


class Ranked(Sheet):
    """Some of a few choices in an order: the first, the second and so on, each in a list of its own."""

    def __init__(self, *args: Any, choices: Choices, needed: bool = False, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.choices, self.needed = choices, needed

    def process_data(self, value: Any) -> None:
        self.texts = {str(n): word for n, word in enumerate(value or (), start=1)}

    def take(self, found: dict[str, str]) -> None:
        self.texts = {str(n): found.get(str(n), "") for n in range(1, len(self.choices) + 1)}

    def places(self) -> list[tuple[int, str]]:
        return [(n, self.texts.get(str(n), "")) for n in range(1, len(self.choices) + 1)]

    @property
    def plain(self) -> list[str]:
        return [word for _, word in self.places() if word]

    def pre_validate(self, form: Any) -> None:
        if set(self.plain) - {value for value, _ in self.choices}:
            raise ValidationError(NOT_THERE)
        if len(set(self.plain)) < len(self.plain):
            raise ValidationError(say("The same stands there twice."))
        if self.needed and not self.plain:
            raise ValidationError(say("Choose one at least."))
