"""What is wrong with a body, as places in it."""

import re
from dataclasses import replace

from pydantic import ValidationError

from portal.i18n.plainly import plainly
from portal.orders.facts import Unfit
from portal.orders.reading import fields
from portal.web.problems import Fault

FEW = 20  # faults that are told of one thing
WAY = re.compile(r"[a-z_]+(\.([1-9][0-9]*|[a-z_]+))*")


def faults_of(at: str, error: ValidationError) -> tuple[Fault, ...]:
    """The first of them; `at` is the way to the thing that was judged."""
    found = error.errors(include_url=False, include_input=False)
    return tuple(Fault(at + _pointer(fault["loc"]), str(plainly(fault))) for fault in found[:FEW])


def fault_of(at: str, error: Unfit) -> Fault:
    """Of what fits the model and cannot be taken. The field's way, which counts from 1, becomes the pointer,
    and its last name stays in the words."""
    if not WAY.fullmatch(error.field):
        return Fault(at, str(error.message))
    *way, name = error.field.split(".")
    place = _pointer((*(int(part) - 1 if part.isdigit() else part for part in way), name))
    args = tuple((key, name if key == "field" else value) for key, value in error.message.args)
    return Fault(at + place, str(replace(error.message, args=args)))


def _pointer(way: tuple[int | str, ...]) -> str:
    """RFC 6901. Names that a stranger wrote are cut short, and hold nothing that a terminal would act on."""
    parts = [fields.shown(str(part)).replace("~", "~0").replace("/", "~1") for part in way]
    return "".join(f"/{part}" for part in parts)
