"""Changing a shop's settings. The trail says which, and from what to what where that names nobody."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from portal import config
from portal.audit import Actor, Change, Event, record
from portal.db import transaction
from portal.errors import Refusal
from portal.i18n import say
from portal.jobs import enqueue
from portal.tenants.models import Shop, Tenant
from portal.tenants.mornings import HOURS, reorder
from portal.tenants.naming import check_domain, check_email, check_image_host, check_settings

PERSONAL = frozenset({"sender", "bank_details", "tax_number"})
CARRIERS = ("none", "pool", "test")
LONGEST_LINE, MOST_LINES, MOST_HOSTS = 80, 7, 20
LONGEST_NUMBER = 60


@dataclass(frozen=True)
class Settings:
    """What a shop may change of itself. `domain` is empty where it has none of its own.

    `links_only`: orders are opened by a mailed link alone. `gifts`: their recipients may return
    them. `daily_mail`: owners are mailed at `daily_hour`, 1 to 23.
    What shoppers see of it is no setting; its configuration says it.
    """

    domain: str
    country: str
    currency: str
    language: str
    zone: str
    sender: str
    links_only: bool
    gifts: bool
    carrier: str
    image_hosts: Sequence[str]
    bank_details: Sequence[str]
    tax_number: str
    daily_mail: bool
    daily_hour: int


def settings_of(shop: Tenant) -> Settings:
    """As they now are."""
    now = {name: getattr(shop, name) for name in Settings.__dataclass_fields__}
    return Settings(**{**now, "domain": shop.domain or ""})


def change_settings(shop: Tenant, new: Settings, by: Actor) -> bool:
    """Change what is different; whether anything was. Lock the shop. Raises Refusal naming the field.

    A job then moves the shop's line in the home directory to another domain.
    """
    _check(new)
    before, after = asdict(settings_of(shop)), asdict(new)
    changed = {name: (before[name], _plain(after[name])) for name in after if _differ(before, after, name)}
    if not changed:
        return False
    if "domain" in changed and new.domain:
        _check_free(shop, new.domain)
    for name, (_, value) in changed.items():
        setattr(shop, name, None if name == "domain" and not value else value)
    told = {name: [] if name in PERSONAL else list(pair) for name, pair in changed.items()}
    shop.version += 1
    cause = note_change(shop, told, by)
    if {"zone", "daily_hour"} & changed.keys():
        reorder(shop)
    if "domain" in changed:
        enqueue("shop.move", {}, f"shop.move/{shop.id}/{shop.version}", cause=cause)
    return True


def note_change(shop: Tenant, told: Mapping[str, list[Any]], by: Actor) -> uuid.UUID:
    """Tell the shop's trail what was changed: {setting: [before, after]}, empty where that is personal.

    Returns the id of the trail's row. Lock the shop. The version is the settings' alone: a bank that is told
    to misbehave refuses nobody's open form.
    """
    (row,) = record(shop, Event.SHOP_CHANGED, by, [Change("tenant", shop.id)], settings=dict(told))
    return row


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _differ(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> bool:
    return bool(before[name] != _plain(after[name]))


def _check(new: Settings) -> None:
    if new.domain:
        check_domain(new.domain)
    check_settings(new.country, new.currency, new.language, new.zone)
    _check_account(new.bank_details)
    _check_tax_number(new.tax_number)
    check_email(new.sender, "sender")
    if new.carrier not in CARRIERS:
        raise Refusal(say("Choose where labels come from."), "carrier")
    if new.daily_hour not in HOURS:
        raise Refusal(say("Choose an hour."), "daily_hour")
    _check_hosts(new.image_hosts)


def _check_account(lines: Sequence[str]) -> None:
    if len(lines) > MOST_LINES or any(len(one) > LONGEST_LINE or not one.isprintable() for one in lines):
        told = say(
            "Name the account in at most {n} lines, with at most {most} letters each.",
            n=MOST_LINES,
            most=LONGEST_LINE,
        )
        raise Refusal(told, "bank_details")


def _check_tax_number(text: str) -> None:
    if len(text) > LONGEST_NUMBER or not text.isprintable():
        told = say("Type the tax number in one line, with at most {most} letters.", most=LONGEST_NUMBER)
        raise Refusal(told, "tax_number")


def _check_hosts(hosts: Sequence[str]) -> None:
    for host in hosts:
        check_image_host(host)
    if len(hosts) > MOST_HOSTS:
        raise Refusal(say("At most {n} hosts.", n=MOST_HOSTS), "image_hosts")


def _check_free(shop: Tenant, domain: str) -> None:
    """The directory is in the home database, perhaps another one than the shop's; so it is read beside."""
    if domain in config.current().house_hosts:
        raise Refusal(say("{domain} is the portal's own address.", domain=domain), "domain")
    with transaction(reading=True) as home:
        taken = home.scalar(sa.select(Shop.tenant_id).where(Shop.domain == domain))
    if taken not in (None, shop.id):
        raise Refusal(say("{domain} is another shop's already.", domain=domain), "domain")
