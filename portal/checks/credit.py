"""I16: stored value is what its statement says, has an owner, ends when it must, is what the books owe."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal import clock
from portal.checks.looking import Look, batches, key
from portal.jobs import Job
from portal.ledger import Account, Posting, Role
from portal.refunds.lifecycle import CardState, Destination, LegState
from portal.refunds.models import CreditEntry, GiftCard, GiftCardEntry, Refund, RefundLeg, StoreCredit
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return


@dataclass(frozen=True)
class Sort:
    """A kind of stored value: what legs to it are called, its rows, their lines, who owes it, and its word in
    the books."""

    to: Destination
    holder: Any
    entry: Any
    of: Any
    role: Role
    word: str


SORTS = (
    Sort(
        Destination.STORE_CREDIT,
        StoreCredit,
        CreditEntry,
        CreditEntry.credit_id,
        Role.CREDIT_LIABILITY,
        "credit",
    ),
    Sort(
        Destination.GIFT_CARD,
        GiftCard,
        GiftCardEntry,
        GiftCardEntry.card_id,
        Role.GIFT_CARD_LIABILITY,
        "gift_card",
    ),
)
ISSUES = ("issue", "refill")
MORE, LESS = (*ISSUES, "release"), ("spend", "expire")


def balances(look: Look) -> Iterator[str]:
    """A balance that is not the sum of its entries, or is negative, or an entry with the wrong sign."""
    for sort in SORTS:
        holder, entry = sort.holder, sort.entry
        sums = sa.select(sa.func.coalesce(sa.func.sum(entry.amount), 0)).where(sort.of == holder.id)
        wrong = sa.or_(holder.balance != sums.scalar_subquery(), holder.balance < 0)
        yield from look.named(holder, wrong)
        more = sa.and_(entry.kind.in_(MORE), entry.amount > 0)
        less = sa.and_(entry.kind.in_(LESS), entry.amount < 0)
        yield from look.named(entry, ~sa.or_(more, less, entry.kind == "moved"))


def held(look: Look) -> Iterator[str]:
    """Store credit of nobody; a card that was replaced and is not empty, or was not and has a successor."""
    yield from look.named(StoreCredit, sa.or_(StoreCredit.owner == "", StoreCredit.owner_key == ""))
    after = aliased(GiftCard)
    followed = sa.exists().where(after.replaces_id == GiftCard.id)
    over = GiftCard.state == CardState.REPLACED
    yield from look.named(GiftCard, sa.or_(followed != over, sa.and_(over, GiftCard.balance != 0)))


def moved(look: Look) -> Iterator[str]:
    """What was put on another card did not come to it, or did not come from the one that it replaces."""
    here, there = aliased(GiftCardEntry), aliased(GiftCardEntry)
    new, old = aliased(GiftCard), aliased(GiftCard)
    pairs = (
        sa.select(here.id)
        .join(new, new.id == here.card_id)
        .join(old, old.id == new.replaces_id)
        .join(there, sa.and_(there.card_id == old.id, there.kind == "moved", there.amount == -here.amount))
        .where(here.kind == "moved", here.amount > 0, here.tenant_id == look.tenant)
    )
    came = sa.select(sa.func.count()).select_from(pairs.subquery()).scalar_subquery()
    lines = sa.select(sa.func.count(GiftCardEntry.id), came)
    lines = lines.where(GiftCardEntry.tenant_id == look.tenant, GiftCardEntry.kind == "moved")
    (found,) = look.all(lines)
    if found[0] != 2 * found[1]:
        yield "gift_card_entry (moved)"


def released(look: Look) -> Iterator[str]:
    """A release of nothing that was spent, of another amount, or to another's statement."""
    for sort in SORTS:
        entry, spent = sort.entry, aliased(sort.entry)
        same = (spent.source == entry.source, spent.kind == "spend", spent.amount == -entry.amount)
        was = sa.exists().where(spent.tenant_id == look.tenant, *same)
        yield from look.named(entry, entry.kind == "release", ~was)
    credit, spent = CreditEntry, aliased(CreditEntry)
    other = sa.and_(spent.credit_id != credit.credit_id, spent.tenant_id == credit.tenant_id)
    stray = sa.exists().where(spent.source == credit.source, spent.kind == "spend", other)
    yield from look.named(credit, credit.kind == "release", stray)


def issued(look: Look) -> Iterator[str]:
    """A leg to stored value that was issued twice, or not, or with another amount."""
    nameless = sa.and_(RefundLeg.credit_id.is_(None), RefundLeg.card_id.is_(None))
    back = (RefundLeg.destination != Destination.PAYMENT, RefundLeg.payment_id.is_not(None))
    yield from look.named(RefundLeg, *back, nameless)
    for sort in SORTS:
        yield from _issued(look, sort)


def _issued(look: Look, sort: Sort) -> Iterator[str]:
    whole = (RefundLeg.amount + RefundLeg.bonus).label("amount")
    query = sa.select(RefundLeg.id, whole, RefundLeg.state).where(
        RefundLeg.tenant_id == look.tenant, RefundLeg.destination == sort.to
    )
    entry = sort.entry
    for rows in batches(look.each(query)):
        legs = {str(row.id): row for row in rows}
        entries = sa.select(entry.source, entry.amount).where(
            entry.tenant_id == look.tenant, entry.source.in_(legs), entry.kind.in_(ISSUES)
        )
        found = sorted((row.source, row.amount) for row in look.all(entries))
        due = sorted((s, leg.amount) for s, leg in legs.items() if leg.state is LegState.SUCCEEDED)
        wrong = {source for source, _ in set(due) ^ set(found)}
        wrong |= {source for source, _ in found if sum(source == other for other, _ in found) > 1}
        yield from (key(RefundLeg, source) for source in sorted(wrong))


def sourced(look: Look) -> Iterator[str]:
    """Stored value that was issued for no leg of the shop that goes there."""
    for sort in SORTS:
        entry = sort.entry
        query = sa.select(entry.id, entry.source)
        query = query.where(entry.tenant_id == look.tenant, entry.kind.in_(ISSUES))
        legs = sa.select(sa.cast(RefundLeg.id, sa.String))
        legs = legs.where(RefundLeg.tenant_id == look.tenant, RefundLeg.destination == sort.to)
        plain = sa.func.replace(entry.source, "-", "")  # SQLite keeps ids without hyphens
        known = plain.in_(sa.select(sa.func.replace(legs.subquery().c[0], "-", "")))
        yield from (key(entry, row.id) for row in look.each(query.where(~known)))


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
    """A currency in which a liability is not the sum of the balances."""
    for sort in SORTS:
        holder = sort.holder
        held = sa.select(holder.currency, sa.func.sum(holder.balance).label("sum"))
        held = held.where(holder.tenant_id == look.tenant).group_by(holder.currency)
        booked = (
            sa.select(Posting.currency, sa.func.sum(Posting.credit - Posting.debit).label("sum"))
            .join(Account, Account.id == Posting.account_id)
            .where(Posting.tenant_id == look.tenant, Account.role == sort.role)
            .group_by(Posting.currency)
        )
        ours, theirs = [
            {row.currency: int(row.sum) for row in look.all(query) if row.sum} for query in (held, booked)
        ]
        yield from sorted(f"{sort.role}/{currency}" for currency, _ in ours.items() ^ theirs.items())


def ending(look: Look) -> Iterator[str]:
    """Value with a last day that no job will take off."""
    for sort in SORTS:
        holder = sort.holder
        query = sa.select(holder.id, holder.expires_at).where(
            holder.tenant_id == look.tenant, holder.expires_at.is_not(None), holder.balance > 0
        )
        for rows in batches(look.each(query)):
            keys = {f"expire/{row.id}/{int(row.expires_at.timestamp())}": row.id for row in rows}
            live = sa.select(Job.key).where(
                Job.tenant_id == look.tenant, Job.key.in_(keys), Job.done_at.is_(None)
            )
            missing = keys.keys() - {row.key for row in look.all(live)}
            yield from (key(holder, keys[name]) for name in sorted(missing))


def forgotten(look: Look) -> Iterator[str]:
    """A card whose code was shown and could still be worked out, a day later (I20)."""
    before = clock.now() - timedelta(days=1)
    yield from look.named(GiftCard, GiftCard.shown_at < before, GiftCard.seed.is_not(None))
