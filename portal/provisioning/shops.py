"""A new shop that works at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
import yaml

from portal import clock
from portal.audit import Event, record
from portal.audit.actors import SYSTEM
from portal.db import session, transaction
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.inserting import insert_new
from portal.inventory import open_locations
from portal.ledger import open_books
from portal.people.roles import Role
from portal.people.staffing import add_user
from portal.policies import configured, versions
from portal.policies.branding import branding_of
from portal.tenants import Shop, Tenant
from portal.tenants.colours import of_hue
from portal.tenants.dress import dress_of
from portal.tenants.naming import check_email, check_settings, check_slug

DEFAULT_POLICY = Path(versions.__file__).with_name("default.yaml")
DEFAULT_LIMITS = DEFAULT_POLICY.with_name("limits.yaml")


@dataclass(frozen=True)
class NewShop:
    """What a shop is made of. `return_address` is a list of lines, without the country."""

    slug: str
    name: str
    country: str
    currency: str
    language: str
    zone: str
    return_address: Sequence[str]
    sender: str
    owner: str
    owner_name: str
    owner_password: str = field(repr=False)
    domain: str | None = None
    region: str | None = None
    hue: int = 218
    accent: str = ""
    ground: str = "#ffffff"
    carrier: str = "none"


def create(new: NewShop) -> uuid.UUID:
    """Provision the whole shop in one transaction of its region, then its line in the home directory.

    Safe to repeat: what an earlier call left half done is finished; a finished shop is left as it is.
    Raises Refusal naming the field that is wrong. Returns the shop's id.
    """
    _check(new)
    tenant = _existing(new) or uuid7()
    with transaction(new.region, tenant):
        if session.scalar(sa.select(Tenant.id).where(Tenant.id == tenant)) is None:
            _furnish(tenant, new)
    with transaction():
        line = {"tenant_id": tenant, "slug": new.slug, "domain": new.domain, "region": new.region}
        insert_new(Shop, line)
    return tenant


def _check(new: NewShop) -> None:
    check_slug(new.slug)
    check_settings(new.country, new.currency, new.language, new.zone)
    check_email(new.sender, "sender")
    check_email(new.owner, "owner")
    if not new.name.strip():
        raise Refusal(say("A shop needs a name."), "name")
    if not [line for line in new.return_address if line.strip()]:
        raise Refusal(say("A shop needs an address that parcels come back to."), "return_address")


def _existing(new: NewShop) -> uuid.UUID | None:
    with transaction(new.region, reading=True):
        return session.scalar(sa.select(Tenant.id).where(Tenant.slug == new.slug))


def _furnish(id: uuid.UUID, new: NewShop) -> None:
    tenant = Tenant(
        id=id,
        slug=new.slug,
        domain=new.domain,
        name=new.name.strip(),
        country=new.country,
        currency=new.currency,
        language=new.language,
        zone=new.zone,
        return_address=[line.strip() for line in new.return_address if line.strip()],
        sender=new.sender,
        contact=new.owner,
        main=of_hue(new.hue),
        accent=new.accent or of_hue(new.hue),
        ground=new.ground,
        carrier=new.carrier,
        created_at=clock.now(),
    )
    session.add(tenant)
    session.flush()
    open_books()
    open_locations()
    record(tenant, Event.SHOP_PROVISIONED, SYSTEM)
    add_user(new.owner, new.owner_name, Role.OWNER, new.owner_password, SYSTEM)
    policy, limits = [yaml.safe_load(file.read_text("utf-8")) for file in (DEFAULT_POLICY, DEFAULT_LIMITS)]
    shown = branding_of(dress_of(tenant)).model_dump(mode="json")
    documents = {"limits": limits, "books": {}, "branding": shown}
    versions.activate(tenant, configured(policy, documents), SYSTEM)
