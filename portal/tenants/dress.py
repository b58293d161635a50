"""What a shop shows of itself: name, where it is written to, where parcels come back to, logo and colours.

The shop's configuration says it; a version writes it here when it begins to hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from portal.audit import Actor
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.tenants.colours import COLOUR, faint
from portal.tenants.logos import Logo
from portal.tenants.models import Tenant
from portal.tenants.naming import check_email
from portal.tenants.settings import note_change

COLOURS = ("main", "accent", "ground")
ROUNDEST = 200
LONGEST_NAME, LONGEST_LINE, MOST_LINES = 120, 80, 7
PERSONAL = frozenset({"name", "contact", "return_address"})
UNKNOWN = say("There is no such logo in this shop. Put it in first, or leave it out.")


@dataclass(frozen=True)
class Dress:
    """`logo`: the digest of one that was put in, or empty. Colours are #rrggbb; `roundness` in per cent."""

    name: str
    contact: str
    return_address: Sequence[str]
    logo: str
    main: str
    accent: str
    ground: str
    roundness: int


FIELDS = tuple(Dress.__dataclass_fields__)


def dress_of(shop: Tenant) -> Dress:
    """As it is shown now."""
    now = {name: getattr(shop, name) for name in FIELDS}
    return Dress(**{**now, "return_address": tuple(shop.return_address)})


def put_on(shop: Tenant, new: Dress, by: Actor) -> None:
    """Show this from now on. Lock the shop. Raises Refusal at the first of `faults`."""
    before, after = _plain(dress_of(shop)), _plain(new)
    changed = {name: (before[name], after[name]) for name in FIELDS if before[name] != after[name]}
    if not changed:
        return
    for field, why in faults(new).items():
        raise Refusal(why, field)
    for name, (_, value) in changed.items():
        setattr(shop, name, value)
    note_change(shop, {n: [] if n in PERSONAL else list(pair) for n, pair in changed.items()}, by)


def _plain(dress: Dress) -> dict[str, Any]:
    return {**asdict(dress), "return_address": list(dress.return_address)}


def is_known(digest: str) -> bool:
    """Whether it is a logo of this shop, or none."""
    query = sa.select(Logo.id).where(Logo.tenant_id == here(), Logo.digest == digest)
    return not digest or session.scalar(query) is not None


def faults(dress: Dress) -> Mapping[str, Message]:
    """What is wrong, by field."""
    checks: dict[str, Callable[[], Message | None]] = {
        "name": lambda: _of_name(dress.name),
        "contact": lambda: _of_contact(dress.contact),
        "return_address": lambda: _of_lines(dress.return_address),
        **{name: lambda name=name: _of_colour(name, getattr(dress, name)) for name in COLOURS},  # type: ignore[misc]
        "roundness": lambda: _of_roundness(dress.roundness),
    }
    found = {name: check() for name, check in checks.items()}
    return {name: why for name, why in found.items() if why}


def _of_name(name: str) -> Message | None:
    right = name.strip() == name != "" and len(name) <= LONGEST_NAME and name.isprintable()
    return None if right else say("A shop needs a name of at most {n} letters.", n=LONGEST_NAME)


def _of_contact(address: str) -> Message | None:
    try:
        check_email(address, "contact")
    except Refusal as refusal:
        return refusal.message
    return None


def _of_lines(lines: Sequence[str]) -> Message | None:
    long = any(len(line) > LONGEST_LINE or not line.isprintable() for line in lines)
    if lines and len(lines) <= MOST_LINES and not long:
        return None
    text = "Parcels need an address of 1 to {n} lines, with at most {most} letters each."
    return say(text, n=MOST_LINES, most=LONGEST_LINE)


def _of_colour(name: str, colour: str) -> Message | None:
    if not COLOUR.fullmatch(colour):
        return say("A colour is written like #0b5566.")
    found = faint(name, colour)
    if found is None:
        return None
    return say(
        "Its contrast is {ratio} : 1, and {needed} : 1 is needed. The nearest that has it: {nearest}",
        ratio=_figure(found.ratio),
        needed=_figure(found.needed),
        nearest=found.nearest,
    )


def _figure(ratio: float) -> str:
    """Cut, not rounded: what fails must not read as if it passed."""
    return f"{int(ratio * 10) / 10:.1f}"


def _of_roundness(percent: int) -> Message | None:
    return None if 0 <= percent <= ROUNDEST else say("Choose from 0 to {most}.", most=ROUNDEST)
