"""Reconciling: portal = ledger = the gateways' own journals, for a period, or the differences by name."""

from portal.reconciling.models import (
    Reconciliation,
    ReconciliationLine,
    ReconciliationSum,
    RunState,
    Verdict,
)
from portal.reconciling.running import reconcile

__all__ = [
    "Reconciliation", "ReconciliationLine", "ReconciliationSum", "RunState", "Verdict", "reconcile",
]  # fmt: skip
