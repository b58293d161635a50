"""Demands: what a shopper owes the shop, asked for by a link and paid at a gateway or by hand.

Every verb here needs the return locked by the caller, and none commits.
"""

from portal.refunds.demands import letters as letters
from portal.refunds.demands import tending as tending
from portal.refunds.demands.asking import ask, cancel, demand_of, demands_of, settled
from portal.refunds.demands.lifecycle import DemandState
from portal.refunds.demands.models import Demand, DemandRefund
from portal.refunds.demands.returning import give_back
from portal.refunds.demands.undoing import is_bound, send_back, stop_asking

__all__ = [
    "Demand", "DemandRefund", "DemandState", "ask", "cancel", "demand_of", "demands_of", "give_back",
    "is_bound", "send_back", "settled", "stop_asking",
]  # fmt: skip
