"""Store credit: issued by a refund, spent by the shop's till. It always has an owner."""

import sqlalchemy as sa

from portal.audit import Actor
from portal.db import here, locked, session
from portal.errors import NotFound, Refusal
from portal.i18n import Amount, say
from portal.ids import uuid7
from portal.inserting import insert_new
from portal.jobs import Lease, handler
from portal.refunds import values
from portal.refunds.models import RefundLeg, StoreCredit
from portal.returns.gifting import must_be_proven
from portal.tenants import Tenant, locked_shop


def issue(leg: RefundLeg, by: Actor) -> StoreCredit:
    """Give the leg's amount to the order's address, of a gift to its recipient's; or back to the credit
    that the leg names.

    At most once for each leg, else Conflict. Raises Refusal where nobody could own it.
    """
    return_ = leg.refund.return_
    must_be_proven(return_)
    if leg.credit_id:
        credit = locked(StoreCredit, leg.credit_id)
    else:
        credit = _credit_of(return_.email, return_.email_key, leg.currency)
    values.expire(credit, return_, by)  # its time may be over, and the job late
    values.extend(credit, return_.policy.policy.valid_months.get("store_credit"), empty=not credit.balance)
    values.issue(credit, "issue", leg)
    leg.credit_id = credit.id
    return credit


def _credit_of(owner: str, key: str, currency: str) -> StoreCredit:
    """The owner's credit in the currency, made if there is none, locked."""
    if not key:
        raise Refusal(say("This order has no e-mail address that could own store credit."))
    row = {"id": uuid7(), "tenant_id": here(), "owner": owner, "owner_key": key, "currency": currency}
    insert_new(StoreCredit, row | {"balance": 0})
    return credit_of(key, currency)


def credit_of(owner_key: str, currency: str) -> StoreCredit:
    """An owner's credit, locked. Raises NotFound."""
    query = sa.select(StoreCredit).where(
        StoreCredit.tenant_id == here(), StoreCredit.owner_key == owner_key, StoreCredit.currency == currency
    )
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("StoreCredit")
    return found


def spend(shop: Tenant, owner_key: str, amount: Amount, reference: str, by: Actor) -> values.Taken:
    """Take an amount off an owner's credit, once for each reference. Lock the shop.

    Raises NotFound, and what `values.spend` does.
    """
    return values.spend(credit_of(owner_key, amount.currency), shop, amount, reference, by)


def release(shop: Tenant, reference: str, by: Actor) -> values.Taken:
    """Give back what a reference spent. Lock the shop. Repeating it does nothing. Raises NotFound."""
    line = values.line_of(values.CREDIT, "spend", values.named(reference))
    if line is None:
        raise NotFound("spend")
    credit = locked(StoreCredit, line.credit_id)
    return values.release(credit, shop, reference, by, credit.id)


@handler("credit.expire")
def expire(lease: Lease) -> None:
    """The time of a credit may be over."""
    shop, credit = locked_shop(), locked(StoreCredit, lease.ref("holder"))
    if values.due(credit, lease):
        values.expire(credit, shop, lease.by)
