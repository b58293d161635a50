"""The API: JSON in and out for the shop's own systems, behind a key. docs/api.md tells how to use it."""

from portal.web.api import changes, describing, exchanges, orders, products, till
from portal.web.api.blueprint import api

__all__ = ["api", "changes", "describing", "exchanges", "orders", "products", "till"]
