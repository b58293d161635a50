"""I16: store credit is what its statement says, has an owner, and is what the books owe."""

from collections.abc import Iterator

import sqlalchemy as sa

from portal.checks.looking import Look, batches, key
from portal.ledger import Account, Posting, Role
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import CreditEntry, Refund, RefundLeg, StoreCredit
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return


def balances(look: Look) -> Iterator[str]:
    """A balance that is not the sum of its entries, or is negative, or belongs to nobody."""
    entries = sa.select(sa.func.coalesce(sa.func.sum(CreditEntry.amount), 0))
    entries = entries.where(CreditEntry.credit_id == StoreCredit.id)
    yield from look.named(
        StoreCredit,
        sa.or_(
            StoreCredit.balance != entries.scalar_subquery(),
            StoreCredit.balance < 0,
            StoreCredit.owner == "",
            StoreCredit.owner_key == "",
        ),
    )
    signs = sa.and_(CreditEntry.kind == "issue", CreditEntry.amount > 0)
    spent = sa.and_(CreditEntry.kind == "spend", CreditEntry.amount < 0)
    yield from look.named(CreditEntry, ~sa.or_(signs, spent))


def issued(look: Look) -> Iterator[str]:
    """A leg to store credit that was issued twice, or not, or with another amount."""
    query = sa.select(RefundLeg.id, RefundLeg.amount, RefundLeg.state).where(
        RefundLeg.tenant_id == look.tenant, RefundLeg.destination == Destination.STORE_CREDIT
    )
    for rows in batches(look.each(query)):
        legs = {str(row.id): row for row in rows}
        entries = sa.select(CreditEntry.source, CreditEntry.amount).where(
            CreditEntry.tenant_id == look.tenant, CreditEntry.source.in_(legs), CreditEntry.kind == "issue"
        )
        found = sorted((row.source, row.amount) for row in look.all(entries))
        due = sorted((s, leg.amount) for s, leg in legs.items() if leg.state is LegState.SUCCEEDED)
        wrong = {source for source, _ in set(due) ^ set(found)}
        wrong |= {source for source, _ in found if sum(source == other for other, _ in found) > 1}
        yield from (key(RefundLeg, source) for source in sorted(wrong))


def sourced(look: Look) -> Iterator[str]:
    """A credit that was issued for no leg of the shop."""
    query = sa.select(CreditEntry.id, CreditEntry.source).where(
        CreditEntry.tenant_id == look.tenant, CreditEntry.kind == "issue"
    )
    legs = sa.select(sa.cast(RefundLeg.id, sa.String)).where(RefundLeg.tenant_id == look.tenant)
    plain = sa.func.replace(CreditEntry.source, "-", "")  # SQLite keeps ids without hyphens
    known = plain.in_(sa.select(sa.func.replace(legs.subquery().c[0], "-", "")))
    yield from (key(CreditEntry, row.id) for row in look.each(query.where(~known)))


def owned(look: Look) -> Iterator[str]:
    """A gift's return whose recipient is not proven, or a credit of one that is somebody else's."""
    unproven = sa.or_(Return.recipient_key == "", Return.proven_at.is_(None))
    yield from look.named(Return, Return.gift.is_not(None), Return.state != ReturnState.DRAFT, unproven)
    query = (
        sa.select(RefundLeg.id, Return.recipient_key)
        .join(Refund, Refund.id == RefundLeg.refund_id)
        .join(Return, Return.id == Refund.return_id)
        .where(RefundLeg.tenant_id == look.tenant, Return.gift.is_not(None))
    )
    for rows in batches(look.each(query)):
        right = {str(row.id): row.recipient_key for row in rows}
        entries = sa.select(CreditEntry.id, CreditEntry.source, StoreCredit.owner_key).join(
            StoreCredit, StoreCredit.id == CreditEntry.credit_id
        )
        issued = sa.and_(CreditEntry.source.in_(right), CreditEntry.kind == "issue")
        for row in look.all(entries.where(CreditEntry.tenant_id == look.tenant, issued)):
            if row.owner_key != right[row.source]:
                yield key(CreditEntry, row.id)


def owed(look: Look) -> Iterator[str]:
    """A currency in which the liability is not the sum of the balances."""
    held = sa.select(StoreCredit.currency, sa.func.sum(StoreCredit.balance).label("sum"))
    held = held.where(StoreCredit.tenant_id == look.tenant).group_by(StoreCredit.currency)
    booked = (
        sa.select(Posting.currency, sa.func.sum(Posting.credit - Posting.debit).label("sum"))
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.tenant_id == look.tenant, Account.role == Role.CREDIT_LIABILITY)
        .group_by(Posting.currency)
    )
    sums = [{row.currency: int(row.sum) for row in look.all(query) if row.sum} for query in (held, booked)]
    yield from sorted(f"liability/{currency}" for currency, _ in sums[0].items() ^ sums[1].items())
