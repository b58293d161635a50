"""Shops: who they are and how a request finds its shop."""

from portal.tenants.current import locked_shop, public_address, this_shop
from portal.tenants.models import Shop, Tenant

__all__ = ["Shop", "Tenant", "locked_shop", "public_address", "this_shop"]
