"""P10: what the configuration lays down for other parts of the shop is what stands there."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.ledger import Account
from portal.policies.models import PolicyVersion, Standing
from portal.tenants import Tenant
from portal.tenants.logos import Logo


def _document(look: Look, name: str) -> Any:
    """The newest one that has begun to hold; None before the first."""
    begun = (PolicyVersion.tenant_id == look.tenant, PolicyVersion.standing != Standing.SCHEDULED)
    query = sa.select(PolicyVersion.others).where(*begun).order_by(PolicyVersion.no.desc())
    return next((row.others[name] for row in look.all(query) if row.others.get(name)), None)


def dressed(look: Look) -> Iterator[str]:
    """A shop that shows anything else of itself than the version in force says, or a logo that it lacks."""
    branding = _document(look, "branding") or {}
    columns = [getattr(Tenant, name) for name in branding]
    for row in look.all(sa.select(Tenant.id, Tenant.logo, *columns).where(Tenant.id == look.tenant)):
        kept = look.all(sa.select(Logo.id).where(Logo.tenant_id == look.tenant, Logo.digest == row.logo))
        if (row.logo and not kept) or any(getattr(row, name) != said for name, said in branding.items()):
            yield f"{Tenant.__tablename__}/{row.id}"


def named(look: Look) -> Iterator[str]:
    """An account that is called otherwise than the version in force says."""
    books = _document(look, "books")
    said = books["accounts"] if books else {}
    query = sa.select(Account.id, Account.role, Account.code, Account.name)
    for row in look.each(query.where(Account.tenant_id == look.tenant)):
        if said.get(row.role, {"code": row.code, "name": row.name}) != {"code": row.code, "name": row.name}:
            yield key(Account, row.id)
