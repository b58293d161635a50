"""The demo shops: made through the verbs that the pages call, with the clock set back."""

from portal.provisioning.demo.example import open_order
from portal.provisioning.demo.haste import hurried
from portal.provisioning.demo.shops import PASSWORD, SHOPS, DemoShop, furnish

__all__ = ["PASSWORD", "SHOPS", "DemoShop", "furnish", "hurried", "open_order"]
