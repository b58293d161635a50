"""Shops: who they are and how a request finds its shop."""

from portal.tenants.current import locked_shop, public_address, this_shop
from portal.tenants.models import Shop, Tenant
from portal.tenants.settings import Settings, change_settings, note_change

__all__ = [
    "Settings", "Shop", "Tenant", "change_settings", "locked_shop", "note_change", "public_address",
    "this_shop",
]  # fmt: skip
