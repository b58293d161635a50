"""Whether everything that must always hold does. Queries of its own, none of the verbs it judges."""

from portal.checks.verifying import INVARIANTS, Line, Report, verify

__all__ = ["INVARIANTS", "Line", "Report", "verify"]
