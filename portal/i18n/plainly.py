"""What a model refuses, in words of our own that can be said in every language. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from portal.i18n.messages import Message, say

MISSING = say("this has to be there")
WHOLE = say("a whole number is wanted")
NUMBER = say("a number is wanted")
TEXT = say("a text is wanted, in quotation marks if need be")
BOOL = say("true or false is wanted")
DAY = say("a day is wanted, like 2026-12-31")
LIST = say("a list is wanted")
NAMES = say("names with their values are wanted")
UNSEEN = say("there is a character in it that cannot be seen")
UNKNOWN = say("nothing is called so")

SAID: Mapping[str, Message] = {
    "missing": MISSING,
    "extra_forbidden": UNKNOWN,
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), WHOLE),
    **dict.fromkeys(("float_type", "float_parsing"), NUMBER),
    **dict.fromkeys(("string_type", "string_unicode", "invalid_key"), TEXT),
    **dict.fromkeys(("bool_type", "bool_parsing"), BOOL),
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), NAMES),
    "finite_number": NUMBER,
    "unseen": UNSEEN,
    "lines": say("that is one line"),
    "blank": say("there is nothing in it"),
}


WRITTEN: dict[str, Message] = {}


def written(pattern: str, word: Message) -> str:
    """The pattern. `word` is told of what is not written so: nobody has to read a pattern."""
    WRITTEN[pattern] = word
    return pattern


CURRENCY = written(r"^[A-Z]{3}$", say("a currency is wanted by its three letters, like EUR"))


def _unlike(pattern: str) -> Message:
    return WRITTEN.get(pattern) or say("it is not written as it has to be")


def _one_of(choices: str) -> Message:
    names = re.findall(r"'([^']*)'", choices)
    return say("one of these is wanted: {names}", names=", ".join(names) or choices)


# By the name of the bound that pydantic tells.
BOUNDED: Mapping[str, tuple[str, Callable[[Any], Message]]] = {
    "greater_than_equal": ("ge", lambda n: say("at least {n}", n=n)),
    "greater_than": ("gt", lambda n: say("more than {n}", n=n)),
    "less_than_equal": ("le", lambda n: say("at most {n}", n=n)),
    "less_than": ("lt", lambda n: say("less than {n}", n=n)),
    "string_too_short": ("min_length", lambda n: say("characters: at least {n}", n=n)),
    "string_too_long": ("max_length", lambda n: say("characters: at most {n}", n=n)),
    "too_short": ("min_length", lambda n: say("entries: at least {n}", n=n)),
    "too_long": ("max_length", lambda n: say("entries: at most {n}", n=n)),
    "string_pattern_mismatch": ("pattern", _unlike),
    "enum": ("expected", _one_of),
    "literal_error": ("expected", _one_of),
}


def plainly(error: Mapping[str, Any]) -> Message:
    """One of the errors of a ValidationError; what nobody has thought of in pydantic's English."""
    kind, told = error["type"], error.get("ctx", {})
    if kind in BOUNDED:
        name, word = BOUNDED[kind]
        return word(told[name])
    if kind.startswith(("date_", "datetime_")):
        return DAY
    own = told.get("told") or next(iter(getattr(told.get("error"), "args", ())), None)
    return own if isinstance(own, Message) else SAID.get(kind) or Message(bare(error["msg"]))


def bare(message: str) -> str:
    """What a validator of ours says, in English."""
    return message.removeprefix("Value error, ")
