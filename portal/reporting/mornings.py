"""The morning of a shop: the trail is sealed up to midnight, and the owners are mailed."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal import clock
from portal.audit.seals import seal_until
from portal.db import here, session
from portal.ids import uuid7
from portal.inserting import insert_new
from portal.jobs import Lease, Rules, handler
from portal.notices import notify
from portal.people import Role, User
from portal.reporting.models import DailyMail
from portal.tenants import Tenant, locked_shop
from portal.tenants.mornings import begins


@handler("shop.day", Rules(discardable=True))
def begin_day(lease: Lease) -> None:
    """Wait for the hour of the settings as they now are. A day that is over is sealed and not mailed of."""
    shop, day = locked_shop(), date.fromisoformat(lease.payload["day"])
    early = begins(shop, day) - clock.now()
    if early.total_seconds() > 0:
        lease.later(early)
        return
    seal_until(_midnight(shop, day))
    if shop.daily_mail and day == clock.now().astimezone(ZoneInfo(shop.zone)).date():
        _tell(day)


def _midnight(shop: Tenant, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(shop.zone))


def _tell(day: date) -> None:
    """A mail for each owner who may sign in, once a day."""
    able = sa.and_(User.active, User.password_hash.is_not(None), User.role == Role.OWNER)
    for user in session.scalars(sa.select(User.id).where(User.tenant_id == here(), able)):
        id = uuid7()
        if insert_new(DailyMail, {"id": id, "tenant_id": here(), "day": day, "user_id": user}):
            notify(None, "daily", id)
