"""Drafts of a configuration, as far on their way as a test wants them. Inside a unit of work of the shop."""

from collections.abc import Mapping
from typing import Any

from portal.audit import Actor
from portal.people.roles import Role
from portal.policies import drafting, reviewing
from portal.policies.models import PolicyDraft, PolicyVersion
from portal.policies.versions import activate, active_or_none
from portal.tenants import locked_shop
from portal.tenants.logos import put_in
from portal.tenants.pictures import remade
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


def dress(shop: Shop, by: Actor, **changes: Any) -> PolicyVersion:
    """Put a version in force whose branding has these changes; `logo` is a picture that is put in."""
    shop.app.extensions["faces"].forget(shop.id)
    with shop.transaction():
        if "logo" in changes:
            changes["logo"] = put_in(remade(changes["logo"]), by).digest if changes["logo"] else ""
        now = active().configuration
        assert now.branding
        branding = now.branding.model_copy(update=changes)
        return activate(locked_shop(), now.model_copy(update={"branding": branding}), by)
