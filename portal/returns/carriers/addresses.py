"""From whom to whom a parcel goes, as it stands on a label."""

from babel import Locale

from portal.documents.values import Address
from portal.orders.models import Order
from portal.returns.models import Return
from portal.tenants import Tenant

COUNTRIES = Locale("en").territories


def shopper_address(return_: Return, shop: Tenant) -> Address:
    """The sender; the country is named when the parcel crosses a border.

    A gift's recipient has told no name, and must not read the buyer's: the number stands for them.
    """
    return Address(return_.rma, ()) if return_.gift else buyer_address(return_.order, shop)


def buyer_address(order: Order, shop: Tenant) -> Address:
    """Whoever bought it, as the order has them."""
    return Address(order.name, (*order.address, *_abroad(order.country, shop, order.country)))


def shop_address(order: Order, shop: Tenant) -> Address:
    """The recipient: the first line of the shop's address is its name."""
    name, *lines = shop.return_address or [shop.name]
    return Address(name, (*lines, *_abroad(order.country, shop, shop.country)))


def _abroad(origin: str, shop: Tenant, country: str) -> tuple[str, ...]:
    crosses = origin and origin != shop.country
    return (str(COUNTRIES.get(country, country)).upper(),) if crosses else ()
