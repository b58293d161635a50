import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.documents.values import Address
from portal.returns.carriers.port import CarrierRefused, Consignment, Scan, Way
from portal.returns.carriers.simulated import SimulatedCarrier, check_digit, tracking_number

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORMATS = Path(__file__).parents[4] / "shared/data/tracking/usps.json"
WAY = Way("key-1", Address("Annelie"), Address("Fjell & Faden", ("Werftstraße 114",)))


def test_the_same_key_gets_the_same_label() -> None:
    carrier = SimulatedCarrier()
    with clock.at(START):
        first, again = carrier.issue(WAY), carrier.issue(WAY)
        other = carrier.issue(Way("key-2", WAY.sender, WAY.to))
    assert first == again == Consignment(first.tracking, START)
    assert other.tracking != first.tracking


def test_a_tracking_number_says_that_it_is_a_test() -> None:
    assert SimulatedCarrier.test_mode
    for key in range(200):
        assert re.fullmatch(r"TEST\d{12}", tracking_number(str(key)))


def test_a_check_digit_finds_every_single_wrong_digit() -> None:
    digits = tracking_number("key-1")[4:]
    assert check_digit(digits[:-1]) == digits[-1]
    for place in range(11):
        for wrong in "0123456789".replace(digits[place], ""):
            body = digits[:place] + wrong + digits[place + 1 : -1]
            assert check_digit(body) != digits[-1]


def test_the_check_digit_is_the_one_that_carriers_use() -> None:
    if not FORMATS.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"the outside data are absent: {FORMATS}")
    (usps,) = [f for f in json.loads(FORMATS.read_text())["tracking_numbers"] if f["name"] == "USPS 20"]
    for right, numbers in ((True, usps["test_numbers"]["valid"]), (False, usps["test_numbers"]["invalid"])):
        for number in numbers:
            digits = number.replace(" ", "")
            assert (check_digit(digits[:-1]) == digits[-1]) is right, number


def test_a_parcel_goes_its_way_by_its_age() -> None:
    carrier, parcel = SimulatedCarrier(), Consignment("TEST000000000000", START)

    def seen(hours: int) -> list[str]:
        with clock.at(START + timedelta(hours=hours)):
            return [scanned.scan for scanned in carrier.scans(parcel)]

    assert seen(0) == seen(3) == [Scan.LABEL_ISSUED]
    assert seen(4) == seen(29) == [Scan.LABEL_ISSUED, Scan.IN_TRANSIT]
    assert seen(30) == seen(3000) == [Scan.LABEL_ISSUED, Scan.IN_TRANSIT, Scan.DELIVERED]


def test_a_scan_keeps_its_moment() -> None:
    with clock.at(START + timedelta(days=9)):
        scans = SimulatedCarrier().scans(Consignment("TEST000000000000", START))
    assert [scanned.at - START for scanned in scans] == [timedelta(hours=h) for h in (0, 4, 30)]


@pytest.mark.parametrize("way", [Way("k", Address(" "), WAY.to), Way("k", WAY.sender, Address("Fjell"))])
def test_an_address_that_cannot_be_reached_is_refused(way: Way) -> None:
    with pytest.raises(CarrierRefused, match="address_incomplete"):
        SimulatedCarrier().issue(way)
