"""What comes in, laid side by side, with one difference of each kind planted."""

import uuid
from dataclasses import replace

import pytest

from portal.reconciling.comparing import PAID as INWARDS
from portal.reconciling.comparing import Booked, Leg, Theirs, compare, sums
from portal.reconciling.models import Verdict
from portal.refunds.demands.lifecycle import DemandState
from portal.refunds.gateways.port import Way
from portal.refunds.lifecycle import LegState
from tests.reconciling.test_comparing import BEGINS, LAST, NEXT, PAID, SECOND, WINDOW, at

V = Verdict
OWED = Leg(uuid.uuid4(), uuid.uuid4(), "test", "pay_1", DemandState.PAID, into=PAID, ways=INWARDS)
OPEN = replace(OWED, reference="", state=DemandState.OPEN, into=None)
CAME = Theirs("test", "pay_1", Way.IN, PAID)
NAMED, AGAIN = replace(CAME, leg=OWED.id), replace(CAME, reference="pay_2", leg=OWED.id)
BOOKED: Booked = {(OWED.id, Way.IN): PAID}
GONE = Leg(uuid.uuid4(), OWED.return_id, "test", "re_1", LegState.SUCCEEDED, PAID)
BOTH: Booked = BOOKED | {(GONE.id, Way.OUT): PAID}
LEFT = Theirs("test", "re_1", Way.OUT, PAID)
LESS = replace(PAID, amount=999)


@pytest.mark.parametrize(
    ("legs", "booked", "theirs", "said"),
    [
        ([OWED], BOOKED, [CAME], [V.SAME]),
        ([OWED], BOOKED, [replace(CAME, leg=uuid.uuid4())], [V.SAME]),
        ([OWED, GONE], BOTH, [CAME, LEFT], [V.SAME, V.SAME]),
        # paid at the gateway, and not here
        ([OPEN], {}, [NAMED], [V.ONLY_THERE]),
        ([replace(OPEN, state=DemandState.LAPSED)], {}, [NAMED], [V.ONLY_THERE]),
        ([], {}, [NAMED], [V.ONLY_THERE]),
        # here, and not at the gateway
        ([OWED], BOOKED, [], [V.ONLY_HERE]),
        ([OWED], BOOKED, [replace(CAME, gateway="other")], [V.ONLY_HERE, V.ONLY_THERE]),
        ([OWED], BOOKED, [replace(CAME, way=Way.OUT)], [V.ONLY_HERE, V.ONLY_THERE]),
        ([OWED], BOOKED, [replace(NAMED, way=Way.OUT)], [V.ONLY_HERE, V.ONLY_THERE]),
        # another amount or currency
        ([OWED], BOOKED, [replace(CAME, said=LESS)], [V.AMOUNT]),
        ([OWED], BOOKED, [replace(CAME, said=replace(PAID, currency="USD"))], [V.AMOUNT]),
        # paid twice: what the portal knows is the one, whichever came first
        ([OWED], BOOKED, [CAME, AGAIN], [V.SAME, V.TWICE]),
        ([OWED], BOOKED, [AGAIN, NAMED], [V.TWICE, V.SAME]),
        ([OPEN], {}, [NAMED, AGAIN], [V.ONLY_THERE, V.TWICE]),
        ([OWED], BOOKED, [CAME, AGAIN, replace(AGAIN, reference="pay_3")], [V.SAME, V.TWICE, V.TWICE]),
        ([OWED], BOOKED, [CAME, replace(AGAIN, said=at(PAID, NEXT))], [V.SAME]),
        # portal and books
        ([OWED], {}, [CAME], [V.LEDGER]),
        ([replace(OWED, into=None)], BOOKED, [CAME], [V.LEDGER]),
        ([OWED], {(OWED.id, Way.IN): LESS}, [CAME], [V.LEDGER]),
        ([replace(OWED, into=LESS)], BOOKED, [CAME], [V.LEDGER]),
        # at the edges of the window
        ([OWED], BOOKED, [replace(CAME, said=at(PAID, BEGINS - SECOND))], [V.NEIGHBOUR]),
        ([OWED], BOOKED, [replace(CAME, said=at(PAID, BEGINS))], [V.SAME]),
        ([OWED], BOOKED, [replace(CAME, said=at(PAID, LAST))], [V.SAME]),
        ([OWED], BOOKED, [replace(CAME, said=at(PAID, NEXT))], [V.NEIGHBOUR]),
        ([OPEN], {}, [replace(NAMED, said=at(PAID, NEXT))], []),
    ],
)
def test_each_kind_of_difference_has_its_name(
    legs: list[Leg], booked: Booked, theirs: list[Theirs], said: list[Verdict]
) -> None:
    lines = compare(legs, booked, theirs, WINDOW)
    assert sorted(line.verdict for line in lines) == sorted(said)
    assert [line.verdict is V.SAME for line in lines] == sorted(line.verdict is V.SAME for line in lines)


@pytest.mark.parametrize("theirs", [[CAME, AGAIN], [AGAIN, NAMED]])
def test_what_was_paid_twice_keeps_its_demand_and_no_amount_of_ours(theirs: list[Theirs]) -> None:
    twice, same = compare([OWED], BOOKED, theirs, WINDOW)
    assert (twice.reference, twice.verdict, twice.leg) == ("pay_2", V.TWICE, OWED)
    assert twice.here is twice.booked is None
    assert (same.reference, same.verdict) == ("pay_1", V.SAME)


def test_what_came_in_and_what_went_out_are_sums_of_their_own() -> None:
    lines = compare([OWED, GONE], BOTH, [CAME, LEFT, AGAIN], WINDOW)
    found = {way: (one.here, one.booked, one.there) for (_, _, way), one in sums(lines, WINDOW).items()}
    assert found == {Way.IN: (1_000, 1_000, 2_000), Way.OUT: (1_000, 1_000, 1_000)}
