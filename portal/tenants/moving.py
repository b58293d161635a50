"""A shop that moves to another domain: its line in the home directory follows its settings.

Shop and directory may be in different databases, so they cannot change in one transaction.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.db import transaction
from portal.jobs import GiveUp, Lease, handler
from portal.tenants.current import this_shop
from portal.tenants.models import Shop


@handler("shop.move", stepwise=True)
def move(lease: Lease) -> None:
    """Write the domain of the settings into the directory, once more if it was changed meanwhile."""
    with lease.transaction():
        domain = this_shop().domain
    _write(lease, domain)
    with lease.transaction(last=True):
        if this_shop().domain == domain:
            lease.finish()
        else:
            lease.later(timedelta())


def _write(lease: Lease, domain: str | None) -> None:
    line = sa.update(Shop).where(Shop.tenant_id == lease.tenant).values(domain=domain)
    try:
        with transaction() as home:
            home.execute(line)
    except IntegrityError as error:
        raise GiveUp("another shop has this domain") from error
