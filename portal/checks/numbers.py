"""I23: every submitted return has a number that is its alone, and a wrong character in it is noticed."""

from collections.abc import Iterator

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.ids import read_rma
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return


def numbered(look: Look) -> Iterator[str]:
    query = sa.select(Return.id, Return.number, Return.state).where(Return.tenant_id == look.tenant)
    for row in look.each(query):
        draft = row.state is ReturnState.DRAFT
        if draft != (row.number is None) or (row.number and read_rma(row.number) != row.number):
            yield key(Return, row.id)


def unique(look: Look) -> Iterator[str]:
    query = sa.select(Return.number).where(Return.tenant_id == look.tenant, Return.number.is_not(None))
    for row in look.each(query.group_by(Return.number).having(sa.func.count(Return.id) > 1)):
        yield f"return/{row.number}"
