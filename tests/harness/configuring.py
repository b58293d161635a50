"""Drafts of a configuration, as far on their way as a test wants them. Inside a unit of work of the shop."""

from collections.abc import Mapping
from typing import Any

from portal.audit import Actor
from portal.people.roles import Role
from portal.policies import drafting, reviewing
from portal.policies.models import PolicyDraft, PolicyVersion
from portal.policies.versions import active_or_none
from portal.tenants import locked_shop
from tests.harness.shops import Shop
from tests.harness.trading import whole


def active() -> PolicyVersion:
    found = active_or_none()
    assert found
    return found


def drafted(by: Actor, parts: Mapping[str, Any]) -> PolicyDraft:
    """Made from the version in force."""
    return drafting.start(locked_shop(), active(), by, whole(parts))


def asked(by: Actor, parts: Mapping[str, Any]) -> PolicyDraft:
    draft = drafted(by, parts)
    reviewing.ask(locked_shop(), draft, "Costs have changed.", by)
    return draft


def approved(by: Actor, second: Actor, parts: Mapping[str, Any]) -> PolicyDraft:
    draft = asked(by, parts)
    reviewing.approve(locked_shop(), draft, second)
    return draft


def both(shop: Shop) -> tuple[Actor, Actor]:
    """The owner and the manager."""
    return shop.actor(), shop.actor(Role.MANAGER)
