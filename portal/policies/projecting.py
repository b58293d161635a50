"""What a version lays down for parts of the shop that stand left of the policies.

It is written there when the version begins to hold, and read there. `flask verify` compares both (P10).
"""

from portal.audit import Actor
from portal.ledger.naming import rename
from portal.policies.configuration import Configuration
from portal.tenants import Tenant
from portal.tenants.dress import put_on


def project(shop: Tenant, held: Configuration, by: Actor) -> None:
    """Make the shop as the configuration says. Lock the shop. Writes nothing where it is so already."""
    if held.books:
        rename(shop, held.books.names, by)
    if held.branding:
        put_on(shop, held.branding.dress, by)
