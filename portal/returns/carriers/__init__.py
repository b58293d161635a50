"""Labels and parcels on their way: the shop's own pool of labels, and carriers behind one port."""

from portal.returns.carriers import following, issuing

__all__ = ["following", "issuing"]
