"""Something else was in an announced parcel. The desk decides what becomes of it."""

from portal.returns.cases.models import Case, CaseKind, CaseState

__all__ = ["Case", "CaseKind", "CaseState"]
