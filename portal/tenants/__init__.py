"""Shops: who they are and how a request finds its shop."""

from portal.tenants.models import Shop, Tenant

__all__ = ["Shop", "Tenant"]
