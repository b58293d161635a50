"""How a transfer's bank account is told to its shopper: never more of it than they know it by."""

import sqlalchemy as sa

from portal.db import here, session
from portal.i18n import Message, say
from portal.refunds.bank_accounts.models import BankAccount
from portal.refunds.models import RefundLeg
from portal.refunds.routing import MANUAL, by_hand


def account_told(leg: RefundLeg) -> Message | None:
    """The account that a person transfers the leg to; None where it goes back to what was paid with."""
    if leg.gateway != MANUAL:
        return None
    mine = (BankAccount.tenant_id == here(), BankAccount.leg_id == leg.id)
    kept = session.scalar(sa.select(BankAccount).where(*mine))
    if kept and kept.ending:
        return say("Bank account ending {ending}", ending=kept.ending)
    returned = leg.payment is not None and by_hand(leg.payment)
    return None if returned and kept is None else say("Your bank account")
