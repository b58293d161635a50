"""Store credit: issued by a refund, spent by the shop's till. It always has an owner."""

import uuid

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, insert_new, session
from portal.errors import Conflict, NotFound, Refusal
from portal.feed import Fact, Kind, publish
from portal.i18n import Amount, say
from portal.ids import uuid7
from portal.ledger import Line, Role, Source, post
from portal.refunds.models import CreditEntry, RefundLeg, StoreCredit
from portal.returns.gifting import must_be_proven
from portal.tenants import Tenant


def issue(leg: RefundLeg) -> StoreCredit:
    """Give the leg's amount to the order's e-mail address, of a gift to its recipient's.

    At most once for each leg, else Conflict. Raises Refusal where nobody could own it.
    """
    return_ = leg.refund.return_
    must_be_proven(return_)
    credit = _credit_of(return_.email, return_.email_key, leg.currency)
    entry = _enter(credit.id, "issue", str(leg.id), leg.amount)
    session.execute(_changed(credit.id, leg.amount))
    lines = [
        Line(Role.REFUNDS_PAYABLE, debit=leg.amount),
        Line(Role.CREDIT_LIABILITY, credit=leg.amount),
    ]
    refund = leg.refund
    post(Source("leg.succeeded", leg.id, refund.return_id, refund.return_.rma), leg.currency, lines)
    data = {"credit": str(credit.id), "refund": str(refund.id), "leg": str(leg.id)}
    publish([Fact(Kind.CREDIT_ISSUED, entry, refund.return_id, leg.amount, leg.currency, data)])
    return credit


def _credit_of(owner: str, key: str, currency: str) -> StoreCredit:
    """The owner's credit in the currency, made if there is none, locked."""
    if not key:
        raise Refusal(say("This order has no e-mail address that could own store credit."))
    row = {"id": uuid7(), "tenant_id": here(), "owner": owner, "owner_key": key, "currency": currency}
    insert_new(StoreCredit, row | {"balance": 0})
    found = _find(key, currency)
    assert found
    return found


def _find(key: str, currency: str) -> StoreCredit | None:
    query = sa.select(StoreCredit).where(
        StoreCredit.tenant_id == here(), StoreCredit.owner_key == key, StoreCredit.currency == currency
    )
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def _enter(credit: uuid.UUID, kind: str, source: str, amount: int) -> uuid.UUID:
    id = uuid7()
    row = {
        "id": id,
        "tenant_id": here(),
        "credit_id": credit,
        "kind": kind,
        "source": source,
        "amount": amount,
        "at": clock.now(),
    }
    if not insert_new(CreditEntry, row):
        raise Conflict(say("This has been entered already."))
    return id


def _changed(credit: uuid.UUID, amount: int) -> sa.Update:
    return (
        sa.update(StoreCredit)
        .where(StoreCredit.id == credit, StoreCredit.balance + amount >= 0)
        .values(balance=StoreCredit.balance + amount)
        .execution_options(synchronize_session=False)
    )


def spend(shop: Tenant, owner_key: str, amount: Amount, reference: str, by: Actor) -> int:
    """Take an amount off an owner's credit; the balance that is left. Lock the shop.

    `amount` in minor units. `reference` is the till's own, for example the new order's number, and spends
    once. Raises NotFound, Refusal when the credit is too small, Conflict when the reference has been spent.
    """
    if amount.minor <= 0:
        raise Refusal(say("Spend at least one minor unit."), "amount")
    credit = _find(owner_key, amount.currency)
    if credit is None:
        raise NotFound("StoreCredit")
    entry = _enter(credit.id, "spend", reference, -amount.minor)
    if session.execute(_changed(credit.id, -amount.minor)).rowcount != 1:  # type: ignore[attr-defined]
        left = Amount(credit.balance, amount.currency)
        raise Refusal(say("Only {left} is left.", left=left), "amount")
    lines = [
        Line(Role.CREDIT_LIABILITY, debit=amount.minor),
        Line(Role.STORED_VALUE_CLEARING, credit=amount.minor),
    ]
    post(Source("credit.spent", entry, credit.id, reference[:40]), amount.currency, lines)
    data = {"credit": str(credit.id), "reference": reference}
    publish([Fact(Kind.CREDIT_SPENT, entry, None, amount.minor, amount.currency, data)])
    record(shop, Event.CREDIT_SPENT, by, [Change("store_credit", credit.id)], amount=amount.minor)
    return credit.balance - amount.minor
