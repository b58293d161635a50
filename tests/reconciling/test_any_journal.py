"""Whatever refunds the test gateway makes and payments it takes, its own journal reconciles without a
difference; and with one line changed, that line is the difference."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as some

from portal import clock
from portal.reconciling.comparing import PAID, Booked, Leg, Said, Theirs, Window, compare, sums
from portal.reconciling.models import Verdict
from portal.refunds.demands import DemandState
from portal.refunds.gateways import SimulatedGateway
from portal.refunds.gateways.bank import Bank, Mode, Switch
from portal.refunds.gateways.port import Declined, LinkRequest, PaymentFacts, RefundRequest, RefundState, Way
from portal.refunds.lifecycle import LegState

BEGINS = datetime(2026, 10, 31, 23, tzinfo=UTC)
WINDOW = Window(BEGINS, BEGINS + timedelta(days=30))
AFTER = WINDOW.ends + timedelta(days=1)
MODES = (Mode.NORMAL, Mode.PENDING, Mode.FAIL_LATER, Mode.DECLINE)
SECOND, AMOUNT = some.integers(0, 720 * 3600 - 1), some.integers(1, 9_999)
REFUND, PAYMENT = some.tuples(some.sampled_from(MODES), SECOND, AMOUNT), some.tuples(SECOND, AMOUNT)


def made(gateway: SimulatedGateway, n: int, mode: Mode, second: int, amount: int) -> Leg | None:
    """A refund of its own payment; what the portal comes to know of it. Declined: no money, no line."""
    id, went = uuid.uuid4(), BEGINS + timedelta(seconds=second)
    payment = PaymentFacts(f"pay_{n}", amount, "EUR")
    later = min(3600, int((WINDOW.ends - went).total_seconds()) - 1)
    gateway.bank.switch = Switch(mode, later=max(later, 0))
    turned = went + timedelta(seconds=max(later, 0))
    with clock.at(went):
        try:
            seen = gateway.submit(RefundRequest(f"{id}/1", payment, amount, {"leg": str(id)}))
        except Declined:
            return None
    with clock.at(AFTER):
        state = gateway.read(seen.reference).state
    at = turned if mode is Mode.PENDING else went
    back = Said(amount, turned, "EUR") if state is RefundState.FAILED else None
    known = LegState.REVERSED if back else LegState.SUCCEEDED
    return Leg(id, uuid.uuid4(), "test", seen.reference, known, Said(amount, at, "EUR"), back)


def taken(gateway: SimulatedGateway, second: int, amount: int) -> Leg:
    """A payment by a link, of which the portal hears at once."""
    id, at = uuid.uuid4(), BEGINS + timedelta(seconds=second)
    with clock.at(at):
        link = gateway.open_link(LinkRequest(str(id), amount, "EUR", AFTER, "", "/", {"demand": str(id)}))
        payment = gateway.bank.pay(link.reference)["payment"]
    said = Said(amount, at, "EUR")
    return Leg(id, uuid.uuid4(), "test", payment, DemandState.PAID, into=said, ways=PAID)


def read(gateway: SimulatedGateway) -> list[Theirs]:
    """The whole journal, page by page."""
    found, after = [], ""
    with clock.at(AFTER):
        while True:
            page = gateway.journal(BEGINS - timedelta(days=4), AFTER, after)
            found += [
                Theirs("test", m.reference, m.way, Said(m.amount, m.at, m.currency)) for m in page.movements
            ]
            if not page.after:
                return found
            after = page.after


def posted(legs: Sequence[Leg]) -> Booked:
    """The ledger, some milliseconds after the portal."""
    late = timedelta(milliseconds=3)
    both = ((leg, way, leg.said(way)) for leg in legs for way in Way)
    return {(leg.id, way): replace(said, at=said.at + late) for leg, way, said in both if said}


@settings(max_examples=25, deadline=None)
@given(some.lists(REFUND, max_size=9), some.lists(PAYMENT, max_size=4), some.data())
def test_anything_reconciles_and_one_changed_line_is_the_difference(
    refunds: list[tuple[Mode, int, int]], payments: list[tuple[int, int]], data: some.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        gateway = SimulatedGateway(Bank(Path(folder, "bank.db"), "acme", pause=lambda _: None))
        found = [made(gateway, n, *refund) for n, refund in enumerate(refunds)]
        gateway.bank.switch = Switch()
        found += [taken(gateway, *payment) for payment in payments]
        theirs = read(gateway)
    legs = [leg for leg in found if leg]
    lines = compare(legs, posted(legs), theirs, WINDOW)
    assert {line.verdict for line in lines} <= {Verdict.SAME} and len(lines) == len(theirs)
    for one in sums(lines, WINDOW).values():
        assert one.here == one.booked == one.there
    if not theirs:
        return
    changed = data.draw(some.sampled_from(theirs))
    others = [line for line in theirs if line is not changed]
    dearer = replace(changed, said=replace(changed.said, amount=changed.said.amount + 1))
    for wrong in (others, [*others, dearer]):
        differing = [
            line for line in compare(legs, posted(legs), wrong, WINDOW) if line.verdict is not Verdict.SAME
        ]
        assert [(line.reference, line.way) for line in differing] == [(changed.reference, changed.way)]
