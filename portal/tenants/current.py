"""The shop of this unit of work."""

import sqlalchemy as sa

from portal.db import here, session
from portal.tenants.models import Tenant


def this_shop() -> Tenant:
    return session.scalars(sa.select(Tenant).where(Tenant.id == here())).one()


def locked_shop() -> Tenant:
    """The shop, locked until the transaction ends and read afresh: for its trail and its settings."""
    query = sa.select(Tenant).where(Tenant.id == here()).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
