"""Less is refunded for a unit than was planned. The shopper sees it first, and may object."""

from portal.returns.reductions.models import Ground, Reduction, ReductionState

__all__ = ["Ground", "Reduction", "ReductionState"]
