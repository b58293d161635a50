"""I10 with the gateways asked: our legs and their refunds are the same, one to one."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.orders.models import Payment
from portal.refunds.gateways import connect
from portal.refunds.gateways.port import LostAnswer, PaymentFacts, RefundState, SeenRefund
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import RefundLeg

MANUAL = "manual"
FINAL = {
    LegState.SUCCEEDED: RefundState.SUCCEEDED,
    LegState.FAILED: RefundState.FAILED,
    LegState.REVERSED: RefundState.FAILED,
}


@dataclass(frozen=True)
class KnownLeg:
    """A leg as the snapshot has it; asking comes after it, since nobody waits for a network inside one."""

    id: uuid.UUID
    tenant: uuid.UUID
    gateway: str
    payment: PaymentFacts
    state: LegState
    amount: int
    reference: str


def known_legs(look: Look) -> Iterator[KnownLeg]:
    """The shop's legs to payments, those of one payment together."""
    query = (
        sa.select(
            *(RefundLeg.id, RefundLeg.gateway, RefundLeg.state, RefundLeg.amount, RefundLeg.currency),
            *(RefundLeg.reference, Payment.id.label("payment"), Payment.captured),
            Payment.reference.label("theirs"),
        )
        .join(Payment, Payment.id == RefundLeg.payment_id)
        .where(RefundLeg.tenant_id == look.tenant, RefundLeg.destination == Destination.PAYMENT)
        .where(RefundLeg.gateway != MANUAL)  # nobody can be asked about what a person transferred
        .order_by(RefundLeg.gateway, Payment.id)
    )
    for row in look.each(query):
        payment = PaymentFacts(row.theirs or str(row.payment), row.captured, row.currency)
        yield KnownLeg(row.id, look.tenant, row.gateway, payment, row.state, row.amount, row.reference)


def compared(legs: Sequence[KnownLeg]) -> Iterator[str]:
    """A leg that its gateway has otherwise, or a refund with our mark that no leg has."""
    for (tenant, gateway, payment), rows in groupby(legs, lambda leg: (leg.tenant, leg.gateway, leg.payment)):
        ours = {leg.reference or str(leg.id): leg for leg in rows}
        try:
            theirs = connect(gateway, tenant).refunds_of(payment)
        except LostAnswer:
            yield f"payment {payment.reference}: {gateway} does not answer"
            continue
        yield from _compare(ours, {refund.reference: refund for refund in theirs}, str(tenant))


def _compare(ours: Mapping[str, KnownLeg], theirs: Mapping[str, SeenRefund], tenant: str) -> Iterator[str]:
    for reference, leg in ours.items():
        if not _agree(leg, theirs.get(reference)):
            yield key(RefundLeg, leg.id)
    asked = {str(leg.id) for leg in ours.values() if leg.state in (LegState.SUBMITTED, LegState.UNKNOWN)}
    for reference, refund in theirs.items():
        marked = refund.metadata.get("shop") == tenant and refund.metadata.get("leg", "")
        if marked and reference not in ours and marked not in asked:
            yield f"{reference} at the gateway"


def _agree(leg: KnownLeg, refund: SeenRefund | None) -> bool:
    """Legs without a reference are not known there; open ones may be a step behind."""
    if refund is None:
        return not leg.reference
    same = (refund.amount, refund.currency) == (leg.amount, leg.payment.currency)
    return same and FINAL.get(leg.state, refund.state) is refund.state
