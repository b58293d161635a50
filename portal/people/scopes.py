"""What a key of the shop's own systems may do. A route of the API names one of these, never a key."""

from enum import StrEnum


class KeyScope(StrEnum):
    """One act each. A new one needs its words in `titles.SCOPES`, and no migration."""

    WRITE_ORDERS = "orders.write"
    WRITE_PRODUCTS = "products.write"
    READ_CHANGES = "changes.read"
    SHIP_EXCHANGES = "exchanges.ship"
    SPEND_VALUE = "stored_value.spend"
