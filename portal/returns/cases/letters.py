"""What the mails about a case say."""

import uuid

from portal.db import find
from portal.notices import Letter, letter
from portal.returns.cases.models import Case
from portal.returns.letters import to_shopper


@letter("case_opened")
@letter("case_send_back")
@letter("case_ask")
@letter("case_accept")
@letter("case_dispose")
def about(id: uuid.UUID) -> Letter | None:
    """About a case: what was found, and why it was decided so."""
    case = find(Case, id)
    return to_shopper(case.return_, looks=case.looks, reason=case.reason)
