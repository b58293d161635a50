"""All steps of a draft in one, for whoever needs nobody else."""

from datetime import datetime

from portal.audit import Actor
from portal.audit.actors import SYSTEM
from portal.policies.configuration import Configuration
from portal.policies.drafting import start
from portal.policies.models import DraftState, PolicyDraft, PolicyVersion
from portal.policies.publishing import publish
from portal.policies.reviewing import approve, ask, overrule
from portal.tenants import Tenant


def put_in_force(
    owner: Tenant,
    draft: PolicyDraft,
    why: str,
    by: Actor,
    *,
    proven: bool,
    since: datetime | None = None,
    over: int | None = None,
) -> PolicyVersion:
    """Ask, approve and publish, for now or a moment. Lock the shop, then the draft. Raises what these do:
    Refusal where somebody else has to approve it, or the password is not `proven`."""
    ask(owner, draft, why, by)
    if draft.state is DraftState.IN_REVIEW:
        approve(owner, draft, by, proven=proven)
    return publish(owner, draft, by, since=since, over=over)


def by_command(owner: Tenant, base: PolicyVersion, wanted: Configuration, why: str) -> PolicyVersion:
    """The same for a command of the installation, which nobody has to approve. Lock the shop."""
    draft = start(owner, base, SYSTEM, wanted)
    ask(owner, draft, why, SYSTEM)
    overrule(owner, draft, SYSTEM)
    return publish(owner, draft, SYSTEM)
