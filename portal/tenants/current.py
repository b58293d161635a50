"""The shop of this unit of work."""

from urllib.parse import urlsplit

import sqlalchemy as sa

from portal import config
from portal.db import here, session
from portal.tenants.models import Tenant


def this_shop() -> Tenant:
    return session.scalars(sa.select(Tenant).where(Tenant.id == here())).one()


def locked_shop() -> Tenant:
    """The shop, locked until the transaction ends and read afresh: for its trail and its settings."""
    query = sa.select(Tenant).where(Tenant.id == here()).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def public_address(shop: Tenant) -> str:
    """Where the shop's pages are found, without a slash at the end. Links in mails and codes begin so.

    It comes from the configuration, never from a request.
    """
    base = config.current().base_url.rstrip("/")
    if not shop.domain:
        return f"{base}/{shop.slug}"
    parts = urlsplit(base)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{shop.domain}{port}"
