"""Policies: versioned documents, rules, and verdicts that carry all their reasons."""

from portal.policies import calling as calling
from portal.policies.configuration import Configuration, configured
from portal.policies.document import Policy
from portal.policies.kinds import Disposition, Grade, Instead, Resolution, Sending, TenderOrder
from portal.policies.limits import Limits
from portal.policies.mailing import own as own  # so that whoever writes a mail knows of it
from portal.policies.models import PolicyVersion
from portal.policies.overrides import Override, OverrideKind
from portal.policies.verdicts import Answer, Finding, Verdict

__all__ = [
    "Answer",
    "Configuration",
    "Disposition",
    "Finding",
    "Grade",
    "Instead",
    "Limits",
    "Override",
    "OverrideKind",
    "Policy",
    "PolicyVersion",
    "Resolution",
    "Sending",
    "TenderOrder",
    "Verdict",
    "configured",
]
