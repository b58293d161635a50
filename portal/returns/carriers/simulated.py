"""A carrier that is none. TEST MODE: its labels are not valid for shipping.

It keeps nothing: a number follows from the key, and a parcel's way from its age.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from portal import clock
from portal.returns.carriers.port import Carrier, CarrierRefused, Consignment, Scan, Scanned, Way

DIGITS = 11
SCRIPT = (
    (Scan.LABEL_ISSUED, timedelta(0)),
    (Scan.IN_TRANSIT, timedelta(hours=4)),
    (Scan.DELIVERED, timedelta(hours=30)),
)


class SimulatedCarrier(Carrier):
    name = "test"
    title = "Test Carrier"
    test_mode = True

    def issue(self, way: Way) -> Consignment:
        if not (way.sender.name.strip() and way.to.lines):
            raise CarrierRefused("address_incomplete")
        return Consignment(tracking_number(way.key), clock.now())

    def scans(self, consignment: Consignment) -> Sequence[Scanned]:
        now = clock.now()
        way = [Scanned(scan, consignment.issued_at + after) for scan, after in SCRIPT]
        return [scanned for scanned in way if scanned.at <= now]


def tracking_number(key: str) -> str:
    """TEST, eleven digits that follow from the key, and their check digit."""
    digits = f"{int.from_bytes(sha256(key.encode()).digest()) % 10**DIGITS:0{DIGITS}}"
    return f"TEST{digits}{check_digit(digits)}"


def check_digit(digits: str) -> str:
    """GS1's: weights 3 and 1 from the right; finds every single wrong digit."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
