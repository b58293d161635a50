"""Parcels that belong to nothing known: kept in quarantine under a number of their own until solved."""

from portal.returns.strays.models import Stray, StrayState, print_stray, read_stray

__all__ = ["Stray", "StrayState", "print_stray", "read_stray"]
