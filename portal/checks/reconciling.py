"""B1: reconciliations count what they hold, and call equal what is. B2: accounts are called as last kept."""

from collections.abc import Iterator

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.ledger import Account
from portal.ledger.models import ChartVersion
from portal.reconciling.models import (
    Reconciliation,
    ReconciliationLine,
    ReconciliationSum,
    RunState,
    Verdict,
)
from portal.refunds.gateways.port import Way


def counted(look: Look) -> Iterator[str]:
    """A run that says another number of lines or of differences than it has."""
    line = ReconciliationLine
    lines = sa.select(sa.func.count(line.id)).where(line.run_id == Reconciliation.id).scalar_subquery()
    differing = sa.select(sa.func.count(line.id)).where(
        line.run_id == Reconciliation.id, line.verdict != Verdict.SAME
    )
    off = sa.or_(
        Reconciliation.lines != lines,
        Reconciliation.differences != differing.scalar_subquery(),
        sa.and_(Reconciliation.state != RunState.COMPARED, lines > 0),
    )
    yield from look.named(Reconciliation, off)


def equal(look: Look) -> Iterator[str]:
    """A line that is called the same and is not; sums that differ though no line of theirs does."""
    line, one = ReconciliationLine, ReconciliationSum
    known = sa.and_(line.here.is_not(None), line.here == line.booked, line.here == line.there)
    same = sa.and_(known, line.stood_there == "", line.return_id.is_not(None))
    yield from look.named(line, line.verdict == Verdict.SAME, sa.not_(sa.func.coalesce(same, sa.false())))
    explained = sa.exists().where(*_of(one), line.verdict != Verdict.SAME)
    yield from look.named(one, ~explained, sa.or_(one.here != one.booked, one.here != one.there))


def _of(one: type[ReconciliationSum]) -> tuple[sa.ColumnElement[bool], ...]:
    """The lines of a sum: what came back is taken from what left."""
    line = ReconciliationLine
    mine = (line.run_id == one.run_id, line.gateway == one.gateway, line.currency == one.currency)
    return (*mine, (line.way == Way.IN) == (one.way == Way.IN))


def summed(look: Look) -> Iterator[str]:
    """A sum without a difference that is not what its lines come to: all of them count in the period."""
    line, one = ReconciliationLine, ReconciliationSum
    signed = sa.case((line.way == Way.BACK, -line.here), else_=line.here)
    whole = sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).where(*_of(one)).scalar_subquery()
    explained = sa.exists().where(*_of(one), line.verdict != Verdict.SAME)
    yield from look.named(one, ~explained, one.here != whole)


def called(look: Look) -> Iterator[str]:
    """An account that has another code or name than the newest version says. Before the first, any."""
    mine = sa.select(ChartVersion.accounts).where(ChartVersion.tenant_id == look.tenant)
    for version in look.all(mine.order_by(ChartVersion.no.desc()).limit(1)):
        query = sa.select(Account.id, Account.role, Account.code, Account.name)
        for row in look.each(query.where(Account.tenant_id == look.tenant)):
            if version.accounts.get(row.role, [row.code, row.name]) != [row.code, row.name]:
                yield key(Account, row.id)
