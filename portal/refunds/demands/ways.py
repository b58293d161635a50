"""By which gateway a shopper can pay what they owe."""

from portal.errors import Refusal
from portal.i18n import say
from portal.refunds.gateways import SimulatedGateway
from portal.refunds.routing import MANUAL
from portal.returns.models import Return
from portal.tenants import this_shop

LINKS = frozenset({SimulatedGateway.name})  # those that make payment links


def way_of(return_: Return) -> str:
    """The gateway that a demand of this return goes by; a test order's money never goes anywhere real.

    A shop that names a bank account is paid by transfers. Raises Refusal where the shop can take no payment:
    ask before anything is promised.
    """
    shop = this_shop()
    if return_.order.test:
        return SimulatedGateway.name
    if shop.bank_details:
        return MANUAL
    if shop.gateway not in LINKS:
        raise Refusal(say("The shop’s gateway makes no payment links. Name a bank account in the settings."))
    return shop.gateway
