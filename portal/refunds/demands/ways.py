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

    Raises Refusal where the shop can take no payment: ask before anything is promised.
    """
    name = SimulatedGateway.name if return_.order.test else this_shop().gateway
    if name not in LINKS and name != MANUAL:
        raise Refusal(say("This shop’s payment gateway makes no payment links."))
    return name
