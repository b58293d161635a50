"""What waits for somebody because it is not as it should be: unknown parcels, and cases of announced ones."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import find, here, session
from portal.errors import NotFound, Refusal
from portal.i18n import say
from portal.ids import read_rma
from portal.returns import Return
from portal.returns.cases.models import UNSOLVED, Case
from portal.returns.strays import Stray, StrayState, read_stray
from portal.views.scanning import orders_of

MOST = 100


def strays(*, solved: bool = False) -> Sequence[Stray]:
    """Those in quarantine, the oldest first; or those that were solved, the newest first."""
    query = sa.select(Stray).where(Stray.tenant_id == here()).options(joinedload(Stray.order)).limit(MOST)
    if solved:
        query = query.where(Stray.state != StrayState.QUARANTINED)
        return session.scalars(query.order_by(Stray.solved_at.desc(), Stray.id)).all()
    query = query.where(Stray.state == StrayState.QUARANTINED)
    return session.scalars(query.order_by(Stray.found_at, Stray.id)).all()


def stray_of(code: str) -> uuid.UUID | None:
    """The unknown parcel whose number was scanned."""
    number = read_stray(code)
    mine = sa.select(Stray.id).where(Stray.tenant_id == here(), Stray.number == number)
    return session.scalar(mine) if number else None


def order_of(code: str) -> uuid.UUID:
    """The order that an RMA number or an order number stands for. Raises Refusal."""
    number = read_rma(code)
    mine = sa.select(Return.order_id).where(Return.tenant_id == here(), Return.number == number)
    found = session.scalar(mine) if number else None
    orders = [order.id for order in orders_of(code)]
    if found or len(orders) == 1:
        return found or orders[0]
    if orders:
        raise Refusal(say("Several orders have this number. Use the RMA number."), "code")
    raise Refusal(say("No order and no return has this number."), "code")


def unsolved() -> Sequence[Case]:
    """The cases that nobody has decided, the oldest first, each with its return and order."""
    whole = joinedload(Case.return_).joinedload(Return.order)
    query = sa.select(Case).where(Case.tenant_id == here(), Case.state.in_(UNSOLVED)).options(whole)
    return session.scalars(query.order_by(Case.found_at, Case.id).limit(MOST)).all()


CASES = (  # built once: every record asks it
    sa.select(Case)
    .where(Case.tenant_id == sa.bindparam("tenant"), Case.return_id == sa.bindparam("id"))
    .order_by(Case.found_at, Case.id)
)


def cases_of(return_id: uuid.UUID) -> Sequence[Case]:
    """All of a return's, the oldest first."""
    return session.scalars(CASES, {"tenant": here(), "id": return_id}).all()


def case_of(return_: Return, id: uuid.UUID) -> Case:
    """Raises NotFound unless it is the return's."""
    found = find(Case, id)
    if found.return_id != return_.id:
        raise NotFound("Case")
    return found
