"""Policies: versioned documents, rules, and verdicts that carry all their reasons."""

from portal.policies.document import Disposition, Grade, Instead, Policy, Resolution, TenderOrder
from portal.policies.models import PolicyVersion
from portal.policies.overrides import Override, OverrideKind
from portal.policies.verdicts import Answer, Finding, Verdict

__all__ = [
    "Answer",
    "Disposition",
    "Finding",
    "Grade",
    "Instead",
    "Override",
    "OverrideKind",
    "Policy",
    "PolicyVersion",
    "Resolution",
    "TenderOrder",
    "Verdict",
]
