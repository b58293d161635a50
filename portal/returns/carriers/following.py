"""Following a parcel on its way, as a job that asks its carrier now and then."""

from datetime import timedelta

from portal import clock
from portal.jobs import Lease, handler
from portal.returns.carriers.issuing import carrier_called, locked_parcel
from portal.returns.carriers.port import Consignment, Scan
from portal.returns.lifecycle import ParcelState
from portal.returns.models import Parcel
from portal.returns.parcels import mark_delivered, mark_moving

PAUSE = timedelta(hours=1)
LONGEST = timedelta(days=60)  # from the label to the last question
ON_ITS_WAY = frozenset({ParcelState.LABEL_ISSUED, ParcelState.IN_TRANSIT})
NEWS = {Scan.IN_TRANSIT: mark_moving, Scan.DELIVERED: mark_delivered}


@handler("parcel.follow", stepwise=True)
def follow(lease: Lease) -> None:
    """Ask where the parcel is and note the news, until it has arrived or nobody sends it any more."""
    carrier = carrier_called(lease.payload["carrier"])
    with lease.transaction():
        consignment = _awaited(locked_parcel(lease), lease)
    if consignment is None or carrier is None:
        return
    scans = {scanned.scan for scanned in carrier.scans(consignment)}
    with lease.transaction(last=True):
        _note(locked_parcel(lease), scans, lease)


def _awaited(parcel: Parcel, lease: Lease) -> Consignment | None:
    issued = parcel.label_at
    if issued and parcel.state in ON_ITS_WAY and clock.now() < issued + LONGEST:
        return Consignment(lease.payload["tracking"], issued)
    lease.finish()
    return None


def _note(parcel: Parcel, scans: set[Scan], lease: Lease) -> None:
    for scan, note in NEWS.items():
        if scan in scans:
            note(parcel, lease.by)
    if parcel.state in ON_ITS_WAY:
        lease.later(PAUSE)
    else:
        lease.finish()
