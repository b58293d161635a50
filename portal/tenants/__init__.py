"""Shops: who they are and how a request finds its shop."""

from portal.tenants import moving
from portal.tenants.current import locked_shop, public_address, this_shop
from portal.tenants.models import Shop, Tenant
from portal.tenants.settings import Settings, change_settings, note_change, settings_of

__all__ = [
    "Settings", "Shop", "Tenant", "change_settings", "locked_shop", "moving", "note_change",
    "public_address", "settings_of", "this_shop",
]  # fmt: skip
