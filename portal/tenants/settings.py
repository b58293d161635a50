"""Changing a shop's settings. The trail says which, and from what to what where that names nobody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from portal.audit import Actor, Change, Event, record
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.tenants.models import Tenant
from portal.tenants.naming import check_email, check_settings

PERSONAL = frozenset({"name", "return_address", "sender", "contact"})
LONGEST_NAME, LONGEST_LINE, MOST_LINES, MOST_HOSTS = 120, 80, 7, 20
HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d{1,5})?")
# What the design keeps legible whatever a shop chooses.
RANGES = {"hue": 359, "chroma": 150, "roundness": 200}


@dataclass(frozen=True)
class Settings:
    """What a shop may change of itself. `hue` in degrees, `chroma` in thousandths,
    `roundness` in per cent.
    """

    name: str
    country: str
    currency: str
    language: str
    zone: str
    return_address: Sequence[str]
    sender: str
    contact: str
    carrier: str
    image_hosts: Sequence[str]
    hue: int
    chroma: int
    roundness: int


def change_settings(shop: Tenant, new: Settings, by: Actor) -> bool:
    """Change what is different; whether anything was. Lock the shop. Raises Refusal naming the field."""
    _check(new)
    wanted = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(new).items()}
    changes = {n: (getattr(shop, n), v) for n, v in wanted.items() if getattr(shop, n) != v}
    if not changes:
        return False
    for name, (_, value) in changes.items():
        setattr(shop, name, value)
    told = {name: [] if name in PERSONAL else list(pair) for name, pair in changes.items()}
    note_change(shop, told, by)
    return True


def note_change(shop: Tenant, told: Mapping[str, list[Any]], by: Actor) -> None:
    """Tell the shop's trail what was changed: {setting: [before, after]}, empty where that is personal."""
    shop.changes += 1
    record(shop, Event.SHOP_CHANGED, by, [Change("tenant", shop.id)], settings=dict(told))


def _check(new: Settings) -> None:
    check_settings(new.country, new.currency, new.language, new.zone)
    check_email(new.sender, "sender")
    check_email(new.contact, "contact")
    if not new.name or len(new.name) > LONGEST_NAME or not new.name.isprintable():
        raise Refusal(say("A shop needs a name of at most {n} letters.", n=LONGEST_NAME), "name")
    _check_lines(new.return_address)
    _check_hosts(new.image_hosts)
    for field, most in RANGES.items():
        if not 0 <= getattr(new, field) <= most:
            raise Refusal(say("Choose from 0 to {most}.", most=most), field)


def _check_lines(lines: Sequence[str]) -> None:
    long = any(len(line) > LONGEST_LINE or not line.isprintable() for line in lines)
    if not lines or len(lines) > MOST_LINES or long:
        raise _wrong_address()


def _wrong_address() -> Refusal:
    text: Message = say(
        "Parcels need an address of 1 to {n} lines, with at most {most} letters each.",
        n=MOST_LINES,
        most=LONGEST_LINE,
    )
    return Refusal(text, "return_address")


def _check_hosts(hosts: Sequence[str]) -> None:
    wrong = next((host for host in hosts if not HOST.fullmatch(host) or len(host) > 253), None)
    if wrong is not None:
        text = say("{host} is no host. Write it like cdn.shop.example, one a line.", host=wrong[:60])
        raise Refusal(text, "image_hosts")
    if len(hosts) > MOST_HOSTS:
        raise Refusal(say("At most {n} hosts.", n=MOST_HOSTS), "image_hosts")
