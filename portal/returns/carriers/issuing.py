"""Getting a parcel its label, as a job: a carrier is asked between two transactions."""

from datetime import timedelta

from portal.db import find, locked, session
from portal.jobs import GiveUp, Lease, enqueue, handler
from portal.returns.carriers import pool
from portal.returns.carriers.addresses import shop_address, shopper_address
from portal.returns.carriers.port import Carrier, CarrierRefused, Consignment, Way
from portal.returns.carriers.simulated import SimulatedCarrier
from portal.returns.lifecycle import PARCEL, can
from portal.returns.models import Parcel, Return
from portal.returns.parcels import awaits, label_issued
from portal.tenants.current import this_shop

REFILL = timedelta(minutes=15)  # until an empty pool is looked at again


def carrier_called(name: str) -> Carrier | None:
    """The carrier of this name; None for a shop that has only a pool, or whose shoppers pay the postage."""
    return SimulatedCarrier() if name == SimulatedCarrier.name else None


@handler("label.issue", stepwise=True)
def issue(lease: Lease) -> None:
    """Get the parcel a label from where its shop has labels: a carrier, the pool, or nowhere."""
    with lease.transaction():
        carrier, way = _prepare(lease)
    if carrier is None:
        return
    consignment = _ask(carrier, way)
    with lease.transaction(last=True):
        _settle(locked_parcel(lease), carrier, consignment, lease)


def locked_parcel(lease: Lease) -> Parcel:
    """The job's parcel, read afresh with its return locked."""
    parcel = find(Parcel, lease.ref("parcel"))
    locked(Return, parcel.return_id)
    session.refresh(parcel)
    return parcel


def _prepare(lease: Lease) -> tuple[Carrier | None, Way]:
    """Whom to ask for what; nobody, when the job has come to its end here."""
    parcel, shop = locked_parcel(lease), this_shop()
    order = parcel.return_.order
    carrier = carrier_called(shop.carrier) if _wanted(parcel) else None
    if carrier is None:
        _without_carrier(parcel, shop.carrier, lease)
    return carrier, Way(str(parcel.id), shopper_address(parcel.return_, shop), shop_address(order, shop))


def _wanted(parcel: Parcel) -> bool:
    return awaits(parcel.return_) and can(PARCEL, parcel.state, "issue_label")


def _without_carrier(parcel: Parcel, source: str, lease: Lease) -> None:
    if not _wanted(parcel) or source != pool.NAME:
        lease.finish()
    elif label := pool.hand_out(parcel.id):
        label_issued(parcel, label.carrier, label.tracking, lease.by)
        lease.finish()
    else:
        lease.later(REFILL)


def _ask(carrier: Carrier, way: Way) -> Consignment:
    try:
        return carrier.issue(way)
    except CarrierRefused as refusal:
        raise GiveUp(f"the carrier refuses: {refusal.reason}") from refusal


def _settle(parcel: Parcel, carrier: Carrier, consignment: Consignment, lease: Lease) -> None:
    if _wanted(parcel):
        label_issued(parcel, carrier.title, consignment.tracking, lease.by)
        enqueue(
            "parcel.follow",
            {"parcel": parcel.id, "carrier": carrier.name, "tracking": consignment.tracking},
            f"parcel.follow/{parcel.id}",
        )
    lease.finish()
