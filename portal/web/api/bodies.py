"""Bodies of requests: JSON of a bounded size and depth, in which every name stands once."""

import json
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from portal.i18n.plainly import plainly
from portal.web.problems import Fault, Wrong

LARGEST = 8 * 1024 * 1024
DEEPEST = 20
A = TypeVar("A", bound=BaseModel)


def body() -> bytes:
    """The raw body. Raises Wrong with 415 for what is no JSON by its own word; 413 beyond LARGEST."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if request.mimetype != "application/json" or charset != "utf-8" or encoding != "identity":
        raise Wrong(415)
    request.max_content_length = LARGEST + 1  # a body that comes in pieces is cut off there without a word
    raw = request.get_data(cache=False)
    if len(raw) > LARGEST:
        raise Wrong(413)
    return raw


def parsed(raw: bytes) -> Any:
    """The value. Raises Wrong with 400 for what is no JSON, is ambiguous, or is nested too deeply."""
    try:
        value = json.loads(raw.decode(), parse_constant=_no_number, object_pairs_hook=_distinct)
    except UnicodeDecodeError:
        raise Wrong(400, "The body is not UTF-8.") from None
    except RecursionError:
        raise Wrong(400, TOO_DEEP) from None
    except ValueError as error:
        raise Wrong(400, f"The body is not readable as JSON: {_why(error)}") from None
    if _deeper(value, DEEPEST):
        raise Wrong(400, TOO_DEEP)
    return value


def asked_of(kind: type[A]) -> A:
    """The body as such a request. Raises Wrong, which never repeats what was sent."""
    try:
        return kind.model_validate(parsed(body()))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Wrong(
            422, faults=[Fault("/" + "/".join(map(str, f["loc"])), str(plainly(f))) for f in found]
        ) from None


TOO_DEEP = f"The body is nested too deeply: {DEEPEST} levels are enough."


def _why(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, at character {error.pos + 1}"
    return str(error) if isinstance(error, Ambiguous) else "a number is too long"


class Ambiguous(ValueError):
    """JSON that two readers may read differently."""


def _no_number(name: str) -> Any:
    raise Ambiguous(f"{name} is no JSON")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Ambiguous("an object has a name twice")
    return found


def _deeper(value: Any, levels: int) -> bool:
    """Whether it nests deeper. Level by level, so depth costs no stack."""
    here = [value]
    for _ in range(levels):
        here = [child for one in here for child in _children(one)]
        if not here:
            return False
    return True


def _children(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def each(value: Any, named: str, most: int) -> list[tuple[str, Any]]:
    """Each thing of a body with the way to it: the body is one, a list of them, or an object `named` so that
    holds the list. Raises Wrong where the list holds none or more than `most`."""
    way = ""
    if isinstance(value, dict) and value.keys() == {named}:
        way, value = f"/{named}", value[named]
        if not isinstance(value, list):
            raise Wrong(422, faults=[Fault(way, f"a list of {named}")])
    if not isinstance(value, list):
        return [(way, value)]
    if not 0 < len(value) <= most:
        raise Wrong(422, faults=[Fault(way, f"1 to {most} {named}")])
    return [(f"{way}/{place}", one) for place, one in enumerate(value)]
