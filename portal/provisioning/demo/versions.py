"""What became of a demo shop's configuration: versions that were retired, and a draft that waits."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor
from portal.db import here, session, transaction
from portal.people.models import User
from portal.people.roles import Role
from portal.policies import Configuration, configured
from portal.policies.drafting import start
from portal.policies.models import PolicyDraft
from portal.policies.publishing import publish
from portal.policies.reviewing import approve, ask
from portal.policies.versions import active_or_none
from portal.tenants import locked_shop

Change = tuple[timedelta, dict[str, Any], str]
PRESENTS = {"id": "presents", "label": "Presents", "gift": True, "days": 60}
MAILS = {
    "received": {
        "en": {"opening": "Hello {name},\n\nyour parcel lies on our table, thank you!"},
        "de": {"opening": "Guten Tag {name},\n\nIhr Paket liegt bei uns auf dem Tisch, danke!"},
        "he": {"opening": "שלום {name},\n\nהחבילה שלכם כבר אצלנו על השולחן, תודה!"},
    },
    "refunded": {
        "en": {"closing": "We are glad to see you again.\nYour people at {shop}"},
        "de": {"closing": "Wir freuen uns auf Sie.\nIhre Leute von {shop}"},
        "he": {"closing": "נשמח לראותכם שוב.\nהצוות של {shop}"},
    },
}
CHANGES: tuple[Change, ...] = (
    (timedelta(days=52), {"hand_in_days": 21}, "Parcel shops are far from many of our shoppers."),
    (
        timedelta(days=31),
        {"credit_bonus": 500, "windows": [PRESENTS], "notices": {"texts": MAILS}},
        "Who takes store credit comes back; we thank them for it.",
    ),
)
OFF = {"weekends": ["sunday"], "public_holidays": [{"country": "DE"}], "shoppers_holidays": True}
WAITING = {"hand_in_days": 28, "extend": OFF}, "The holidays are coming, and the queues are long."


WAYS = {
    "by_country": [{"id": "overseas", "countries": ["IS", "JP", "KW"], "amounts": {"EUR": 1990}}],
    "methods": [
        {"sending": "label"},
        {
            "sending": "qr",
            "countries": ["AT", "BE", "BG", "DE", "ES", "GR", "PL"],
            "amounts": {"EUR": 390},
            "by_country": [
                {"id": "near", "countries": ["AT", "BE"], "amounts": {"EUR": 690}},
                {"id": "far", "countries": ["BG", "ES", "GR", "PL"], "amounts": {"EUR": 890}},
            ],
            "free_from": {"EUR": 15_000},
            "free_for": ["store_credit"],
        },
        {"sending": "own"},
    ],
}
CHOICE: Change = (
    timedelta(days=24),
    {"way_back": WAYS},
    "Few have a printer, and some would rather bring it themselves.",
)


def change(shop: uuid.UUID, now: datetime, more: Sequence[Change] = ()) -> None:
    """The owner asks, the manager approves."""
    for ago, changes, why in (*CHANGES, *more):
        with clock.at(now - ago), transaction(tenant=shop):
            owner, manager = _person(Role.OWNER), _person(Role.MANAGER)
            draft = _asked(changes, why, owner)
            approve(locked_shop(), draft, manager)
            publish(locked_shop(), draft, owner)


def leave_waiting(shop: uuid.UUID, now: datetime) -> None:
    """The manager asks, and nobody has looked at it yet."""
    with clock.at(now - timedelta(hours=3)), transaction(tenant=shop):
        _asked(*WAITING, _person(Role.MANAGER))


def _asked(changes: dict[str, Any], why: str, by: Actor) -> PolicyDraft:
    base = active_or_none()
    assert base
    draft = start(locked_shop(), base, by, _with(base.configuration, changes))
    ask(locked_shop(), draft, why, by)
    return draft


def _with(before: Configuration, changes: dict[str, Any]) -> Configuration:
    others = {name: said for name, said in changes.items() if name in Configuration.model_fields}
    rules = {name: said for name, said in changes.items() if name not in Configuration.model_fields}
    return configured({**before.documents["policy"], **rules}, {**before.others, **others})


def _person(role: Role) -> Actor:
    found = sa.select(User.id).where(User.tenant_id == here(), User.role == role).order_by(User.id)
    return Actor("person", session.scalars(found.limit(1)).one())
