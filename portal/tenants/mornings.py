"""When the day of a shop begins for its owner: at an hour of the settings, in its time zone."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal import clock
from portal.jobs import enqueue, hasten
from portal.tenants.models import Tenant

HOURS = range(1, 24)  # midnight itself is too soon: what happened before it may still be under way


def begins(shop: Tenant, day: date) -> datetime:
    return datetime.combine(day, time(shop.daily_hour), ZoneInfo(shop.zone))


def order_days(shop: Tenant) -> None:
    """Order the jobs of this day and the next; those that are ordered already stay. Call it every day."""
    for day in _days(shop.zone):
        enqueue("shop.day", {"day": day.isoformat()}, _key(shop.id, day), begins(shop, day))


def reorder(shop: Tenant) -> None:
    """The hour or the zone is another: the jobs wake up, and wait for the right moment themselves."""
    for day in _days(shop.zone):
        hasten(_key(shop.id, day))


def _days(zone: str) -> Iterator[date]:
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    yield from (today, today + timedelta(days=1))


def _key(shop: uuid.UUID, day: date) -> str:
    return f"shop.day/{shop}/{day}"
