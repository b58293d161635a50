"""An order line and a policy to try rules on: what is not said is as for plain socks of a new shop."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from portal.policies.document import Policy
from portal.policies.rules import Facts
from portal.provisioning.shops import DEFAULT_POLICY

DOCUMENT = yaml.safe_load(DEFAULT_POLICY.read_text("utf-8"))
POLICY = Policy.model_validate(DOCUMENT)
BERLIN = "Europe/Berlin"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(text: str, zone: str = BERLIN) -> datetime:
    """A moment as the clock of a zone shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


PLAIN = Facts(
    now=moment("2026-11-10T12:00"),
    zone=BERLIN,
    sku="KS-ALP",
    tags=frozenset(),
    category="Home",
    quantity=2,
    claimed=0,
    value=1701,
    currency="EUR",
    placed_at=moment("2026-10-30T08:00"),
    shipped_at=moment("2026-10-31T08:00"),
    delivered_at=moment("2026-11-03T10:00"),
)


def ruled(**changes: Any) -> Policy:
    """The policy of a new shop with these parts changed."""
    return Policy.model_validate(DOCUMENT | changes)


def article(sku: str = "KS-ALP", tags: str = "", category: str = "Home") -> Facts:
    """`tags`: apart by blanks."""
    return replace(PLAIN, sku=sku, tags=frozenset(tags.split()), category=category)
