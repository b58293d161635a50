"""What is wrong with a body, as places in it."""

from pydantic import ValidationError

from portal.orders.reading import fields
from portal.web.problems import Fault

FEW = 20  # faults that are told of one thing


def faults_of(at: str, error: ValidationError) -> tuple[Fault, ...]:
    """The first of them; `at` is the way to the thing that was judged."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return tuple(Fault(at + _pointer(fault["loc"]), fault["msg"]) for fault in found[:FEW])


def _pointer(way: tuple[int | str, ...]) -> str:
    """RFC 6901. Names that a stranger wrote are cut short, and hold nothing that a terminal would act on."""
    parts = [fields.shown(str(part)).replace("~", "~0").replace("/", "~1") for part in way]
    return "".join(f"/{part}" for part in parts)
