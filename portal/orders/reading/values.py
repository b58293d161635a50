"""JSON values of a file one after another, each with the number of its first line, in bounded memory.

A file is an array of values, an object that begins with such an array (`orders`), or values one after
another (JSON lines). A value that is no JSON costs itself only, as far as one can tell where it ends.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from portal.i18n import Message, say
from portal.orders.facts import Refused

CHUNK = 1 << 20
LARGEST = 1 << 24  # characters of one order; several times what an order of the most lines needs

_OPENING = r'\s*(?:\{{\s*"{}"\s*:\s*)?\['
_BETWEEN = re.compile(r"[\s,]*")
_GOES_ON = re.compile(r"\s*[,\]]")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]]', re.DOTALL)  # possessive: no memory for ways back

Value = tuple[int, dict[str, Any] | Refused]


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


AS_NUMBERS = json.JSONDecoder(parse_constant=_refuse_constant)
AS_WRITTEN = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=str)  # 0.1 is the text "0.1"


class _Window:
    """The part of the text that is held, and the place in it that has been reached."""

    def __init__(self, text: TextIO) -> None:
        self._text, self.held, self.at, self.line = text, "", 0, 1

    def more(self) -> bool:
        """Read on, at least as much again as is still held; whether there was more."""
        rest = self.held[self.at :]
        chunk = self._text.read(max(CHUNK, len(rest)))
        self.held, self.at = rest + chunk, 0
        return bool(chunk)

    def go(self, end: int) -> None:
        self.line += self.held.count("\n", self.at, end)
        self.at = end

    def skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.held, self.at)
        self.go(found.end() if found else self.at)
        return bool(found)


def values(
    text: TextIO,
    decoder: json.JSONDecoder = AS_NUMBERS,
    named: str = "orders",
    else_: Message = say("this is no order"),  # noqa: B008 - a value
) -> Iterator[Value]:
    """`named` is what the array is called in an object, `else_` what is told of a value that is none."""
    window = _Window(text)
    window.more()
    inside = window.skip(re.compile(_OPENING.format(named)))
    while _another(window, inside):
        line = window.line
        value = _next(window, inside, decoder)
        yield line, value if isinstance(value, dict | Refused) else Refused(else_)
        if isinstance(value, Refused) and inside and not _goes_on(window):
            if window.at < len(window.held):
                yield window.line, Refused(say("from here on the file cannot be read"))
            return
    if inside and window.at == len(window.held):
        yield window.line, Refused(say("the file ends before its list does"))


def _another(window: _Window, inside: bool) -> bool:
    """Go to the next value's first character; whether there is one."""
    while True:
        window.skip(_BETWEEN)
        if window.at < len(window.held):
            return not (inside and window.held[window.at] == "]")
        if not window.more():
            return False


def _goes_on(window: _Window) -> bool:
    return bool(_GOES_ON.match(window.held, window.at)) or (
        window.more() and bool(_GOES_ON.match(window.held, window.at))
    )


def _next(window: _Window, inside: bool, decoder: json.JSONDecoder) -> Any:
    while True:
        try:
            value, end = decoder.raw_decode(window.held, window.at)
        except (ValueError, RecursionError) as error:
            broken = _end_of_broken(window, inside)
            if broken is None and len(window.held) - window.at < LARGEST and window.more():
                continue
            return _broken_off(window, error) if broken is None else _refused(window, error, broken)
        window.go(end)
        return value


def _end_of_broken(window: _Window, inside: bool) -> int | None:
    """Where a value that is no JSON ends, as far as one can tell; None when that is not in sight.

    Of JSON lines the next that begins an object ends it; else braces and quotes tell.
    """
    next_line = -1 if inside else window.held.find("\n{", window.at)
    if next_line >= 0:
        return next_line
    if window.held[window.at] not in "{[":
        line_end = window.held.find("\n", window.at)
        return line_end if line_end >= 0 else None
    return _matching(window.held, window.at)


def _matching(held: str, at: int) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(held, at):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        if not depth:
            return token.end()
    return None


def _refused(window: _Window, error: Exception, end: int) -> Refused:
    first = window.line
    window.go(end)
    if first == window.line:
        return Refused(say("not readable as JSON: {why}", why=_why(error)))
    return Refused(say("not readable as JSON, up to line {last}: {why}", last=window.line, why=_why(error)))


def _broken_off(window: _Window, error: Exception) -> Refused:
    """Nothing ends the value: told is where it stopped to be JSON, since all of the rest is lost with it."""
    window.go(error.pos if isinstance(error, json.JSONDecodeError) else len(window.held))
    line = window.line
    window.go(len(window.held))
    return Refused(say("the file is cut off or no valid JSON at line {line}", line=line))


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
